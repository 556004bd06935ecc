"""Design §4's table, written out once more by hand, and the sentences for who lacks a right."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone
from rules.permissions import permissions

from tests.factories import ClubFactory, MembershipFactory, UserFactory
from trackhub.clubs.models import Club, Role, User
from trackhub.clubs.rules import RIGHTS, RightMissing, missing_right, require

pytestmark = pytest.mark.django_db

ROLES = ("chief_registrar", "registrar", "official", "starter", "coach", "athlete", "viewer")
TABLE = {
    #                         chief  registrar official starter coach athlete viewer
    "clubs.change_club":       (1, 0, 0, 0, 0, 0, 0),
    "clubs.ratify_records":    (1, 0, 0, 0, 0, 0, 0),
    "clubs.import_into_club":  (1, 1, 0, 0, 0, 0, 0),
    "clubs.run_competitions":  (1, 1, 1, 0, 0, 0, 0),
    "clubs.enter_marks":       (1, 1, 1, 1, 0, 0, 0),
    "clubs.view_squad":        (1, 1, 0, 0, 1, 0, 0),
    "clubs.export_club":       (1, 1, 0, 0, 1, 0, 0),
    "clubs.keep_own_profile":  (1, 1, 1, 1, 1, 1, 0),
    "clubs.write_news":        (1, 1, 0, 0, 0, 0, 0),
    "clubs.view_club_private": (1, 1, 1, 1, 1, 1, 1),
}  # fmt: skip


def granted(user: User | AnonymousUser, club: Club) -> dict[str, bool]:
    return {name: user.has_perm(name, club) for name in TABLE}


NOTHING = dict.fromkeys(TABLE, False)
ALL = dict.fromkeys(TABLE, True)


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_the_table_names_every_permission_of_the_ground_and_every_role() -> None:
    # The admin's desk adds Django's names for its models, once it is loaded.
    assert set(TABLE) == set(RIGHTS) <= set(permissions)
    assert tuple(Role.values) == ROLES


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_each_role_may_what_the_table_says_and_nothing_in_another_club(place: int, harbour: Club, other: Club) -> None:
    user = MembershipFactory(club=harbour, role=ROLES[place]).user
    assert granted(user, harbour) == {name: bool(row[place]) for name, row in TABLE.items()}
    assert granted(user, other) == NOTHING


def test_roles_of_two_clubs_are_not_mixed(harbour: Club, other: Club) -> None:
    user = MembershipFactory(club=harbour, role="chief_registrar").user
    MembershipFactory(user=user, club=other, role="viewer")
    assert granted(user, harbour) == ALL
    assert [name for name, may in granted(user, other).items() if may] == ["clubs.view_club_private"]


@pytest.mark.parametrize(
    ("starts", "ends", "may"),
    [
        (None, -1, False),
        (None, 0, True),
        (0, None, True),
        (0, 0, True),
        (1, None, False),
        (-9, -1, False),
        (-9, 9, True),
    ],
)
def test_a_role_holds_from_its_first_day_to_its_last(
    starts: int | None, ends: int | None, may: bool, harbour: Club
) -> None:
    dates = {"starts": None if starts is None else day(starts), "ends": None if ends is None else day(ends)}
    user = MembershipFactory(club=harbour, role="chief_registrar", **dates).user
    assert granted(user, harbour) == (ALL if may else NOTHING)


def test_strangers_visitors_and_closed_accounts_may_nothing(harbour: Club, alice: User) -> None:
    assert granted(UserFactory(), harbour) == NOTHING
    assert granted(AnonymousUser(), harbour) == NOTHING
    alice.is_active = False
    assert granted(alice, harbour) == NOTHING


def test_the_site_administrator_may_everything_until_the_account_is_closed(harbour: Club) -> None:
    root = UserFactory(is_superuser=True)
    assert granted(root, harbour) == ALL
    assert root.has_perm("clubs.import_into_club", None)
    root.is_active = False
    assert granted(root, harbour) == NOTHING


def test_a_token_of_one_club_opens_no_other(harbour: Club, other: Club, alice: User) -> None:
    MembershipFactory(user=alice, club=other, role="chief_registrar")
    alice.limited_to = other.pk
    assert granted(alice, other) == ALL
    assert granted(alice, harbour) == NOTHING


def test_a_right_without_a_club_is_nobodys(alice: User) -> None:
    assert not alice.has_perm("clubs.change_club", None)


def test_require_hands_the_user_back(alice: User, harbour: Club) -> None:
    assert require(alice, "clubs.change_club", harbour) is alice


def test_require_tells_outsiders_nothing(charlie: User, harbour: Club, alice: User) -> None:
    for user, club in ((charlie, harbour), (AnonymousUser(), harbour), (UserFactory(), harbour), (alice, None)):
        with pytest.raises(Http404):
            require(user, "clubs.change_club", club)


def test_a_permission_that_nobody_wrote_down_is_a_bug(alice: User, harbour: Club) -> None:
    with pytest.raises(KeyError):
        require(alice, "clubs.chnage_club", harbour)


def test_insiders_are_told_what_why_and_whom_to_ask(dana: User, alice: User, harbour: Club) -> None:
    with pytest.raises(RightMissing) as caught:
        require(dana, "clubs.import_into_club", harbour)
    assert str(caught.value) == (
        "This is part of: importing, editing athletes and performances, submitting claims (Harbour AC). "
        "The roles that include it: chief registrar, registrar. Your role there: athlete. "
        "Who can give you another: Alice."
    )
    assert (caught.value.permission, caught.value.club) == ("clubs.import_into_club", harbour)
    assert caught.value.roles == ["chief_registrar", "registrar"]


def test_who_can_give_a_role_is_who_can_today(dana: User, harbour: Club) -> None:
    MembershipFactory(club=harbour, role="chief_registrar", ends=day(-1), user=UserFactory(name="Gone"))
    MembershipFactory(club=harbour, role="chief_registrar", user=UserFactory(name="Closed", is_active=False))
    text = " ".join(missing_right(dana, "clubs.change_club", harbour))
    assert "no chief registrar at present" in text
    assert "Gone" not in text
    assert "Closed" not in text


@pytest.mark.parametrize("anonymous", [True, False])
def test_the_names_of_a_club_are_not_for_outsiders(anonymous: bool, harbour: Club, alice: User, charlie: User) -> None:
    text = " ".join(missing_right(AnonymousUser() if anonymous else charlie, "clubs.change_club", harbour))
    assert text.endswith("You have no role in this club.")
    assert "Alice" not in text
    assert "@" not in text


def test_what_a_page_asks_of_rights_costs_one_query(django_assert_num_queries: object, bob: User) -> None:
    clubs = [ClubFactory() for _number in range(3)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        for club in clubs:
            granted(bob, club)
