"""News appears at its hour, and that it did is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from federations.actions.news import announce_news, change_news, remove_news, write_news
from federations.models import NewsItem
from tests.factories import NOW
from tests.federations.news import BODY
from trackhub.clubs.models import AuditEntry, Club, Event, User
from trackhub.clubs.queries import site_version

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


def told() -> list[dict[str, object]]:
    return list(Event.objects.filter(kind="news_published").order_by("pk").values("club__slug", "payload", "public"))


def test_news_of_now_is_a_deed_and_an_event(harbour: Club, alice: User) -> None:
    before = site_version()
    item = write_news(harbour, by=alice, at=NOW, said={"title": "Open again", "body": BODY})
    assert (item.author, item.published_at, item.audience) == (alice, NOW, "public")
    payload = {"news": item.pk, "audience": "public"}
    assert told() == [{"club__slug": "harbour", "payload": payload, "public": True}]
    entry = AuditEntry.objects.get(action="write_news")
    assert (entry.target, entry.by, entry.club) == (f"newsitem {item.pk}", alice, harbour)
    assert site_version() > before


def test_what_is_for_members_is_told_to_members_alone(harbour: Club, alice: User) -> None:
    write_news(harbour, by=alice, at=NOW, said={"title": "Open again", "body": BODY, "audience": "members"})
    assert told()[0]["public"] is False


def test_news_to_come_is_told_when_it_appears_and_once(harbour: Club, alice: User) -> None:
    write_news(harbour, by=alice, at=NOW, said={"title": "Open again", "body": BODY, "published_at": LATER})
    assert told() == []
    assert announce_news(at=NOW) == 0
    before = site_version()
    assert announce_news(at=LATER) == 1
    assert announce_news(at=LATER) == 0
    assert len(told()) == 1
    assert site_version() > before
    assert AuditEntry.objects.get(action="publish_news").by is None


def test_two_workers_at_once_tell_it_once(harbour: Club, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    item = write_news(harbour, by=alice, at=NOW, said={"title": "Open again", "body": BODY, "published_at": LATER})
    seen = type(NewsItem.objects.all()).__iter__

    def slow(rows):  # type: ignore[no-untyped-def]
        found = list(seen(rows))
        NewsItem.objects.filter(pk=item.pk).update(told=LATER)  # the other worker
        return iter(found)

    monkeypatch.setattr(type(NewsItem.objects.all()), "__iter__", slow)
    assert announce_news(at=LATER) == 0
    assert told() == []


def test_a_change_says_what_was_and_what_is(harbour: Club, alice: User) -> None:
    item = write_news(harbour, by=alice, at=NOW, said={"title": "Open again", "body": BODY})
    changed = change_news(item, by=alice, at=NOW, said={"title": "Open on Monday", "body": BODY})
    assert changed.title == NewsItem.objects.get().title == "Open on Monday"
    entry = AuditEntry.objects.get(action="change_news")
    assert (entry.before["title"], entry.after["title"], entry.after["changed"]) == (
        "Open again",
        "Open on Monday",
        ["title"],
    )
    assert len(told()) == 1
    change_news(item, by=alice, at=NOW, said={"title": "Open on Monday"})
    assert AuditEntry.objects.filter(action="change_news").count() == 1


def test_what_is_put_off_appears_once_more(harbour: Club, alice: User) -> None:
    item = write_news(harbour, by=alice, at=NOW, said={"title": "Open again", "body": BODY})
    change_news(item, by=alice, at=NOW, said={"published_at": LATER})
    assert announce_news(at=LATER) == 1
    assert len(told()) == 2


def test_removing_twice_is_one_deed(harbour: Club, alice: User) -> None:
    item = write_news(harbour, by=alice, at=NOW, said={"title": "Open again", "body": BODY})
    remove_news(NewsItem.objects.get(), by=alice, at=NOW)
    remove_news(item, by=alice, at=NOW)
    assert not NewsItem.objects.exists()
    assert AuditEntry.objects.get(action="remove_news").before["title"] == "Open again"
