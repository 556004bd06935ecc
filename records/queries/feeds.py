"""News of records and results, as everybody may see them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from records.documents.feeds import Entry
from records.models import Performance
from records.queries.boards import NewRecord, latest_records
from records.queries.lines import Line, lines_of
from records.queries.words import class_words, day_words, mark_words, where_words, who_words
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, Event

LENGTH = 30
"""Entries of a feed."""

A_YEAR = timedelta(days=365)


def latest_results(
    *, today: date, club: Club | None = None, since: date | None = None, limit: int = LENGTH
) -> list[Line]:
    """The newest marks of public athletes since a day, a year ago if none is said; the latest first.

    The span keeps a club that has been silent for long from being searched through all years.
    """
    found = Performance.objects.visible_to(AnonymousUser()).current()
    found = found.filter(status="valid", date__range=(since or today - A_YEAR, today))
    if club is not None:
        found = found.filter(club=club)
    loaded = found.select_related("discipline", "athlete", "club", "best").order_by("-date", "-pk")
    return lines_of(list(loaded[:limit]), AnonymousUser())


FRESH = timedelta(days=28)


def entered_within(since: datetime, until: datetime, *, club: Club | None = None) -> QuerySet[Performance]:
    """Performances that were entered or imported after ``since`` and by ``until``, if the mark itself is fresh: a club
    that brings in its past makes no news of it. To narrow other reads by: hidden athletes are still among them."""
    entered = Event.objects.filter(kind=Kind.PERFORMANCE_ENTERED, at__gt=since, at__lte=until)
    by_hand = list(entered.values_list("payload__performance", flat=True))
    by_import = Q(batch__applied__gt=since, batch__applied__lte=until)
    found = Performance.objects.current().filter(date__range=((until - FRESH).date(), until.date()))
    found = found.filter(by_import | Q(pk__in=by_hand))
    return found.filter(club=club) if club else found


def record_entries(
    *, today: date, club: Club | None = None, limit: int = LENGTH, among: QuerySet[Performance] | None = None
) -> list[Entry]:
    """The newest standing records of a club, or of all; of the performances ``among`` where some are named."""
    newest = latest_records(AnonymousUser(), today=today, limit=limit, club=club, among=among)
    return [_of_record(one) for one in newest]


def _of_record(one: NewRecord) -> Entry:
    line = one.line
    category = class_words(line.sex, one.groups, "indoor" if "i" in line.badges else "")
    occasion = ", ".join(filter(None, (where_words(line), day_words(line))))
    return Entry(
        key_of("record", f"{one.url} {line.pk}"),
        f"{line.discipline}: {mark_words(line)} – {who_words(line)}",
        _("Record of {book}: {discipline}, {category}. {occasion}.").format(
            book=one.book, discipline=line.discipline, category=category, occasion=occasion
        ),
        one.url,
        line.day or date.min,
        tuple(filter(None, (line.discipline, *one.groups))),
    )


def result_entries(*, today: date, club: Club | None = None) -> list[Entry]:
    """The newest results of a club, or of all."""
    return [_of_result(line) for line in latest_results(today=today, club=club)]


def _of_result(line: Line) -> Entry:
    said = (class_words(line.sex), where_words(line), day_words(line), line.club)
    return Entry(
        key_of("result", str(line.pk)),
        f"{line.discipline}: {mark_words(line)} – {who_words(line)}",
        ", ".join(filter(None, said)) + ".",
        line.url,
        line.day or date.min,
        tuple(filter(None, (line.discipline, *line.badges))),
    )


def key_of(kind: str, of: str) -> str:
    """A name for ever that doesn't tell the id of a mark whose athlete is hidden."""
    return f"trackhub:{kind}:{salted_hmac('records.feeds', of).hexdigest()[:24]}"
