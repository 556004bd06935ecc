"""The succession of one record: who held it, for how long, and what was kept out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format

from records.domain.charts import Chart, Spot, chart_of
from records.domain.marks import format_value
from records.models import Discipline, Record, RecordBook, RecordClaim
from records.models.books import RecordQuerySet
from records.queries.boards import faces_of
from records.queries.claims import claims_on, state_of
from records.queries.figures import figures
from records.queries.lines import Faces, Line, Visitor, line_of_record
from records.queries.refused import ListKey, NearlyRecord, refused_for
from records.queries.standing import place_of, standing_records


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step of a succession; ``gap`` says by how much it was better than the one before, with its unit, ``stood``
    for how many days it was the record."""

    line: Line
    set_on: date
    until: date | None
    equal: bool
    gap: str
    percent: float | None
    stood: int
    ratified: RecordClaim | None = None

    @property
    def years(self) -> int:
        """For how many whole years it stood."""
        return int(self.stood / 365.25)


@dataclass(frozen=True, slots=True)
class StoryKey:
    """One list of the same book, discipline and sex."""

    age_group: str
    facility: str
    timing: str
    url: str


@dataclass(frozen=True, slots=True)
class Story:
    discipline: Discipline
    steps: list[StoryStep]
    keys: list[StoryKey]
    key: StoryKey
    chart: Chart | None = None
    refused: tuple[NearlyRecord, ...] = ()


def story_of(
    book: RecordBook,
    code: str,
    sex: str,
    user: Visitor,
    *,
    age_group: str,
    facility: str,
    timing: str,
    on: date | None = None,
    today: date | None = None,
) -> Story | None:
    """The succession of one record, newest first; None where the book has no list of that discipline. As it stood at
    the end of the day ``on`` where one is given; with ``today`` also the chart, and the marks that were refused."""
    found = standing_records(book, sex=sex, history=True).filter(discipline__code=code)
    keys = _story_keys(book, found, code, sex, on)
    if not keys:
        return None
    wanted = [key for key in keys if key.age_group == age_group and key.timing == timing]
    key = next((one for one in wanted if one.facility == facility), wanted[0] if wanted and not facility else None)
    if key is None:
        return Story(_discipline(book, code, sex), [], keys, StoryKey(age_group, facility, timing, ""))
    found = found.filter(age_group=age_group, facility=key.facility, timing=timing)
    records = list((found.filter(set_on__lte=on) if on else found).order_by("set_on", "merit"))
    discipline = records[0].discipline if records else _discipline(book, code, sex)
    for record in records:
        if on and record.until and record.until > on:
            record.until = None
    end = on or today
    steps = _steps(book, records, faces_of(records, user), end)[::-1]
    if not records or today is None or end is None:
        return Story(discipline, steps, keys, key)
    place = ListKey(discipline.pk, sex, age_group, key.facility)
    refused = refused_for(book, place, user, merit=max(one.merit for one in records), on=on)
    return Story(discipline, steps, keys, key, _story_chart(discipline, records, steps[::-1], end), tuple(refused))


def _discipline(book: RecordBook, code: str, sex: str) -> Discipline:
    return Discipline.objects.filter(record__book=book, record__sex=sex, code=code)[0]


def _story_chart(discipline: Discipline, records: list[Record], steps: list[StoryStep], until: date) -> Chart:
    spots = [
        Spot(
            record.set_on,
            record.merit,
            "",
            label=" · ".join(
                (
                    figures(step.line.mark),
                    ", ".join(one.name for one in step.line.holders),
                    date_format(record.set_on, "SHORT_DATE_FORMAT"),
                )
            ),
        )
        for record, step in zip(records, steps, strict=True)
    ]
    return chart_of(spots, discipline.measure, until=max(until, records[-1].set_on))


_KEY = ("age_group", "facility", "timing")


def _story_keys(book: RecordBook, found: RecordQuerySet, code: str, sex: str, on: date | None) -> list[StoryKey]:
    rows = found.order_by().with_places().values_list(*_KEY, "place").distinct()
    ordered = sorted(rows, key=lambda row: (row[1] == "indoor", row[1], row[2], place_of(row[0], row[3]), row[0]))
    keys = []
    for age_group, facility, timing, _place in ordered:
        query = {"age_group": age_group, "facility": facility, "timing": timing, "on": str(on or "")}
        query = {name: value for name, value in query.items() if value}
        url = reverse("record_story", args=[book.slug, code, sex], query=query)
        keys.append(StoryKey(age_group, facility, timing, url))
    return keys


def _steps(book: RecordBook, records: list[Record], faces: Faces, end: date | None) -> list[StoryStep]:
    steps = []
    marks = [record.performance_id for record in records]
    claims = claims_on(book, marks)
    before: Record | None = None
    for record in records:
        gap, percent = "", None
        if before is not None and record.merit != before.merit:
            gap, percent = _gap(record, before)
        claim = claims.get((record.performance_id or 0, record.age_group))
        state = state_of(claim.state if claim else None, book, record.performance_id, record.until)
        line = line_of_record(record, faces, state=state)
        stood = ((record.until or end or record.set_on) - record.set_on).days
        ratified = claim if claim and claim.state == RecordClaim.State.RATIFIED else None
        equal = record.equal or (before is not None and not gap)
        steps.append(StoryStep(line, record.set_on, record.until, equal, gap, percent, max(stood, 0), ratified))
        before = record
    return steps


def _gap(record: Record, before: Record) -> tuple[str, float]:
    """By how much a step was better: '−0.12 s' or '+0.05 m', and in percent."""
    gained, measure = abs(record.merit - before.merit), record.discipline.measure
    text = format_value(measure, gained, 2 if gained % 1000 else 0).removesuffix("s")
    unit = {"time": "" if ":" in text else " s", "points": " pts"}.get(measure, " m")
    sign = "−" if measure == "time" else "+"
    return f"{sign}{text}{unit}", gained * 100 / abs(before.merit)
