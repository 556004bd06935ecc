"""Writing news: it appears at its hour, and that it did is a deed told once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from federations.models import NewsItem
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, User

WORDS = ("title", "summary", "body", "audience", "language", "published_at")


def write_news(club: Club | None, *, by: User, at: datetime, said: Mapping[str, Any]) -> NewsItem:
    """A new item of ``club``, or of the site. ``said`` gives its WORDS; without ``published_at`` it appears at once."""
    with transaction.atomic():
        item = NewsItem.objects.create(club=club, author=by, **({"published_at": at} | dict(said)))
        tell_appearance(item, at=at)
        _record("write_news", item, by, at, after=_facts(item))
    return item


def change_news(item: NewsItem, *, by: User, at: datetime, said: Mapping[str, Any]) -> NewsItem:
    """Change what ``said`` names among WORDS; nothing is noted where nothing changes. An item that is put off appears
    once more."""
    with transaction.atomic():
        kept = NewsItem.objects.select_for_update().get(pk=item.pk)
        changed = [name for name in WORDS if name in said and said[name] != getattr(kept, name)]
        if changed:
            before = _facts(kept)
            for name in changed:
                setattr(kept, name, said[name])
            kept.save(update_fields=changed)
            tell_appearance(kept, at=at)
            _record("change_news", kept, by, at, before=before, after={**_facts(kept), "changed": changed})
    return kept


def remove_news(item: NewsItem, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        before = _facts(item)
        if NewsItem.objects.filter(pk=item.pk).delete()[0]:
            record_deed("remove_news", target=f"newsitem {item.pk}", by=by, at=at, club=item.club, before=before)


def announce_news(*, at: datetime) -> int:
    """Note what has appeared since by the clock alone, so that answers kept until the next deed are made anew; how
    many. Asked twice at once, each is told once."""
    told = 0
    for item in NewsItem.objects.published(at).filter(told=None).select_related("club").order_by("published_at", "pk"):
        with transaction.atomic():
            if tell_appearance(item, at=at):
                _record("publish_news", item, None, at)
                told += 1
    return told


def tell_appearance(item: NewsItem, *, at: datetime) -> bool:
    """Tell the outside, once, that ``item`` is to be read; False where it is still to come or was told. Call it in the
    transaction of the deed, before the deed is recorded."""
    rows = NewsItem.objects.filter(pk=item.pk)
    if item.published_at > at:
        rows.update(told=None)
        return False
    if not rows.filter(told=None).update(told=at):
        return False
    payload = {"news": item.pk, "audience": item.audience}
    tell(Kind.NEWS_PUBLISHED, club=item.club, payload=payload, at=at, public=item.is_public)
    return True


def _facts(item: NewsItem) -> dict[str, object]:
    return {"title": item.title, "audience": item.audience, "published_at": item.published_at}


def _record(action: str, item: NewsItem, by: User | None, at: datetime, **said: Mapping[str, object]) -> None:
    record_deed(action, target=f"newsitem {item.pk}", by=by, at=at, club=item.club, **said)
