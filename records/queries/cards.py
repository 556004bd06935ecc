"""The words of share images, as everybody may see them. A hidden athlete's are the club's."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from records.documents.cards import Card
from records.domain.eligibility import BestList
from records.models import Athlete, Performance, RecordBook
from records.queries.boards import latest_records
from records.queries.lines import Faces, performance_line
from records.queries.standing import season_start_of, standing_bests
from records.queries.stories import Story
from records.queries.words import class_words, day_words, is_named, mark_words, where_words, who_words
from trackhub.clubs.models import Club

ROWS = 3


def card_of_club(club: Club, *, today: date) -> Card:
    """The club with its newest records."""
    newest = latest_records(AnonymousUser(), today=today, limit=ROWS, club=club)
    rows = tuple(
        (f"{one.line.discipline}, {class_words(one.line.sex, one.groups[:1])}", mark_words(one.line)) for one in newest
    )
    town = ", ".join(filter(None, (club.town, club.country)))
    return Card(club.name, club.colour, _("Latest records") if rows else club.name, town, rows=rows, language=_code())


def card_of_book(book: RecordBook, *, today: date) -> Card:
    """The card of the book's club, or of the book where it belongs to none."""
    return card_of_club(book.club, today=today) if book.club else Card(str(book), "", str(book), language=_code())


def card_of_record(book: RecordBook, story: Story, sex: str, *, today: date) -> Card:
    """The record as it stands. Where nobody holds it, or the holder's name is withheld, the club's."""
    line = next((step.line for step in story.steps if step.until is None), None)
    if line is None or not is_named(line):
        return card_of_book(book, today=today)
    key = story.key
    category = class_words(sex, (key.age_group,), key.facility, key.timing)
    return Card(
        book.club.name if book.club else str(book),
        book.club.colour if book.club else "",
        who_words(line),
        f"{story.discipline.name} · {category}",
        mark_words(line),
        " · ".join(filter(None, (where_words(line), day_words(line)))),
        language=_code(),
    )


def card_of_athlete(athlete: Athlete, club: Club | None, *, today: date) -> Card:
    """An athlete whom everybody may see, with the bests of the first disciplines."""
    bests = standing_bests(athlete, on=today, season_start=season_start_of(athlete, today))
    steps: dict[int, Performance] = {}
    for best in bests:
        if best.best_list == BestList.LEGAL:
            steps.setdefault(best.discipline.pk, best.performance)
    shown = list(steps.values())[:ROWS]
    faces = Faces(shown, AnonymousUser())
    lines = [performance_line(one, faces) for one in shown]
    return Card(
        club.name if club else "TrackHub",
        club.colour if club else "",
        str(athlete),
        _("Personal bests") if lines else "",
        rows=tuple((line.discipline, mark_words(line)) for line in lines),
        language=_code(),
    )


def _code() -> str:
    return (get_language() or "en")[:2]
