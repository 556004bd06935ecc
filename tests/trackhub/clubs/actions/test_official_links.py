"""Links for officials: one place, one day, revocable, not to be forged."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.signing import Signer

from trackhub.clubs.actions.official_links import (
    LinkClosed,
    LinkRefused,
    check_standing,
    desk_token,
    make_official_link,
    official_link_behind,
    revoke_official_link,
)
from trackhub.clubs.models import AuditEntry, Club, OfficialLink, User
from trackhub.clubs.queries import official_link_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.fixture
def link(alice: User, harbour: Club, now: datetime) -> OfficialLink:
    return make_official_link(harbour, by=alice, at=now, place="Pit A", day=TODAY)


def test_a_link_is_kept_and_noted(link: OfficialLink, alice: User, harbour: Club, now: datetime) -> None:
    assert (link.club, link.place, link.day, link.by, link.created) == (harbour, "Pit A", TODAY, alice, now)
    deed = AuditEntry.objects.get(action="make_official_link")
    assert (deed.by, deed.club, deed.target) == (alice, harbour, f"official link {link.pk}")
    assert deed.after == {"place": "Pit A", "day": "2026-11-20"}


def test_no_link_for_a_day_that_is_over(alice: User, harbour: Club, now: datetime) -> None:
    with pytest.raises(LinkRefused, match="over"):
        make_official_link(harbour, by=alice, at=now, place="Pit A", day=TODAY - DAY)
    assert not OfficialLink.objects.exists()


def test_the_day_is_the_sites(alice: User, harbour: Club, now: datetime, settings: object) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"  # type: ignore[attr-defined]
    with pytest.raises(LinkRefused):
        make_official_link(harbour, by=alice, at=now.replace(hour=22), place="Pit A", day=TODAY)


def test_it_opens_on_its_day_alone(link: OfficialLink) -> None:
    check_standing(link, TODAY)
    assert official_link_of(link.pk, TODAY) == link
    for on, why in ((TODAY - DAY, "still to come"), (TODAY + DAY, "is over")):
        with pytest.raises(LinkClosed, match=why):
            check_standing(link, on)
        assert official_link_of(link.pk, on) is None


def test_revoked_it_opens_nothing(link: OfficialLink, alice: User, now: datetime) -> None:
    revoke_official_link(link, by=alice, at=now)
    revoke_official_link(link, by=alice, at=now + DAY)
    link.refresh_from_db()
    assert link.revoked == now
    assert AuditEntry.objects.filter(action="revoke_official_link").count() == 1
    assert official_link_of(link.pk, TODAY) is None
    with pytest.raises(LinkClosed, match="revoked"):
        check_standing(link, TODAY)


@pytest.mark.parametrize("kept", [None, "", "1", 1.0, [1], {"pk": 1}, -1])
def test_a_session_that_holds_anything_else_opens_nothing(kept: object, link: OfficialLink) -> None:
    assert official_link_of(kept, TODAY) is None


def test_a_token_is_ours_or_nobodys(link: OfficialLink) -> None:
    token = desk_token(link)
    assert official_link_behind(token) == link
    forged = (
        str(link.pk),
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.replace(str(link.pk), str(link.pk + 1), 1),
        Signer(salt="trackhub.clubs.invitation").sign(str(link.pk)),
        Signer(salt="trackhub.clubs.official_link").sign("x"),
        "",
    )
    assert [official_link_behind(one) for one in forged] == [None] * len(forged)
    link.delete()
    assert official_link_behind(token) is None
