"""The records that an athlete holds or held, by mark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from records.models import Record, RecordClaim
from records.queries.addresses import story_url
from records.queries.claims import CANDIDATE
from records.queries.lines import Line
from records.queries.progress import Feat, line_of_feat
from records.queries.standing import place_of


@dataclass(frozen=True, slots=True)
class HeldIn:
    """A book that lists the mark, and its age groups that do in one ``state`` (see Line); ``url`` is the story of
    the first."""

    book: str
    url: str
    groups: tuple[str, ...]
    state: str = ""


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A mark that stands as a record, and where; of a former one, ``until`` is the day on which the last list lost
    it."""

    line: Line
    books: tuple[HeldIn, ...]
    until: date | None = None


class Step(NamedTuple):
    """One list of a book that a mark leads or led."""

    performance: int
    book: str
    slug: str
    ratifies: bool | None
    code: str
    sex: str
    age_group: str
    facility: str
    timing: str
    merit: int
    until: date | None
    place: int | None
    claim: str | None
    club: int | None

    @property
    def state(self) -> str:
        """As ``state_of`` says it of the record."""
        return (self.claim or CANDIDATE) if self.ratifies and self.until is None else ""


_PATHS = (
    "performance", "book__name", "book__slug", "book__policy__ratification", "discipline__code", "sex", "age_group",
    "facility", "timing", "merit", "until", "place", "claim",
    "book__club",
)  # fmt: skip


def records_of(career: Iterable[Feat]) -> list[Step]:
    """Marks of a career that are or were records, in the order of age groups; of equal ones in a list the first. One
    query."""
    claims = RecordClaim.objects.filter(
        book=OuterRef("book"), performance=OuterRef("performance"), age_group=OuterRef("age_group")
    )
    found = Record.objects.filter(performance__in=[feat.pk for feat in career]).with_places()
    found = found.annotate(claim=Subquery(claims.values("state")[:1]))
    first_of_list: dict[tuple[object, ...], Step] = {}
    ordered = found.order_by("discipline__place_in_list", "set_on", "performance", "book__club", "age_group")
    for row in ordered.values_list(*_PATHS):
        step = Step(*row)
        first_of_list.setdefault((step.slug, *step[4:10]), step)
    return sorted(first_of_list.values(), key=lambda step: place_of(step.age_group, step.place))


def held_and_lost(career: Iterable[Feat]) -> tuple[list[HeldRecord], list[HeldRecord]]:
    """The marks that stand somewhere, and those that stood, the latest to fall first. One query."""
    marks = {feat.pk: feat for feat in career}
    steps = records_of(marks.values())
    standing = [step for step in steps if step.until is None]
    held = {step.performance for step in standing}
    lost = _by_mark([step for step in steps if step.performance not in held], marks)
    return _by_mark(standing, marks), sorted(lost, key=lambda one: one.until or date.max, reverse=True)


def _by_mark(steps: list[Step], marks: dict[int, Feat]) -> list[HeldRecord]:
    """By mark, the books that list it. A former record says until when; one that stands, what became of its claim."""
    by_mark: dict[int, dict[tuple[str, str], list[Step]]] = defaultdict(lambda: defaultdict(list))
    for step in steps:
        by_mark[step.performance][step.slug, step.state].append(step)
    return [
        HeldRecord(
            line_of_feat(marks[performance]),
            tuple(_held_in(state, of_book) for (_slug, state), of_book in books.items()),
            max((step.until for of_book in books.values() for step in of_book if step.until), default=None),
        )
        for performance, books in by_mark.items()
    ]


def _held_in(state: str, steps: list[Step]) -> HeldIn:
    first = steps[0]
    url = story_url(first.slug, first.code, first.sex, first.age_group, first.facility, first.timing)
    return HeldIn(first.book if first.club else _("All clubs"), url, tuple(step.age_group for step in steps), state)
