"""Why a performance counts, and for what it doesn't: every list, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext as _

from records.domain.disciplines import Discipline as Specification
from records.domain.disciplines import standard_disciplines
from records.domain.eligibility import BestList, Flaw
from records.domain.marks import HAND, format_value
from records.models import Best, Performance, Record, RecordBook, RecordPolicy
from records.models.performances import format_wind


@dataclass(frozen=True, slots=True)
class Verdict:
    """One list's answer: ``counts`` or not, and the sentence that says why."""

    list_name: str
    counts: bool
    sentence: str


def flaw_sentences(flaws: int, *, wind: int | None = None, status: str = "", because: str = "") -> list[str]:
    """What stands against a performance, in words. ``wind`` in tenths of m/s, ``status`` as results show it
    ('DQ TR16.8'), ``because`` of an annulment."""
    found = Flaw(flaws)
    wind_over = _("wind-aided, without a reading")
    if wind is not None:
        wind_over = _("wind {wind} is over +2.0").format(wind=format_wind(wind))
    sentences = {
        Flaw.NO_MARK: _("no mark: {status}").format(status=status),
        Flaw.ANNULLED: _("annulled: {because}").format(because=because),
        Flaw.SUPERSEDED: _("superseded by a correction"),
        Flaw.CONVERTED: _("converted from another unit or timing"),
        Flaw.WIND_OVER: wind_over,
        Flaw.NO_READING: _("no wind reading"),
        Flaw.HAND: _("hand time: automatic timing is required up to 800 m"),
        Flaw.COURSE: _("cross-country courses differ: no records are kept"),
    }
    return [sentence for flaw, sentence in sentences.items() if flaw & found]


def specification_sentence(specification: Specification, sex: str) -> str:
    """'' or how the specification differs from the senior one of ``sex``."""
    event = specification.code.rstrip("0123456789.")
    senior = standard_disciplines().get((event, sex))
    if senior is None or specification.sex:
        return ""
    if specification.implement_g and senior.implement_g and specification.implement_g < senior.implement_g:
        return _("lighter implement: not the {weight:g} kg of the seniors").format(weight=senior.implement_g / 1000)
    if specification.hurdle_mm and senior.hurdle_mm and specification.hurdle_mm < senior.hurdle_mm:
        return _("lower hurdles: not the {height:.3f} m of the seniors").format(height=senior.hurdle_mm / 1000)
    return ""


def _sentences_against(performance: Performance, flaws: int) -> list[str]:
    status = performance.mark if performance.value is None else ""
    return flaw_sentences(flaws, wind=performance.wind, status=status, because=performance.annulled_because)


def reasons_of(performance: Performance) -> list[str]:
    """Why the performance is kept out of some list, short; no query with the discipline loaded."""
    sentences = _sentences_against(performance, performance.flaws)
    specification = specification_sentence(performance.discipline.specification, performance.sex)
    return [*sentences, specification] if specification else sentences


def why(performance: Performance) -> list[Verdict]:
    """Every best and every book that the performance could count for, with its answer. A constant number of queries."""
    books = RecordBook.objects.filter(Q(club=None) | Q(club=performance.club)).select_related("policy")
    # The club's own first, on every database.
    books = books.order_by(F("club").asc(nulls_last=True), "pk")
    return [*_best_verdicts(performance), *(_book_verdict(performance, book) for book in books)]


def _best_verdicts(performance: Performance) -> list[Verdict]:
    personal, season = _("personal best"), _("season's best")
    reasons = reasons_of(performance)
    if performance.best_list == BestList.NONE or performance.athlete_id is None:
        sentence = "; ".join(reasons) or _("bests are kept for single athletes")
        return [Verdict(personal, False, sentence), Verdict(season, False, sentence)]
    best = Best.objects.filter(performance=performance).first()
    apart = {BestList.WIND: _("kept apart as wind-aided"), BestList.HAND: _("kept apart as a hand time")}
    note = apart.get(BestList(performance.best_list), "")
    return [
        _best_verdict(performance, personal, best.career if best else 0, note, Q()),
        _best_verdict(performance, season, best.season if best else 0, note, Q(season=performance.season)),
    ]


def _best_verdict(performance: Performance, name: str, step: int, note: str, same: Q) -> Verdict:
    counts = {1: _("better than every mark before it"), 2: _("equal to the best before it")}
    if step:
        return Verdict(name, not note, "; ".join(filter(None, (counts[step], note))))
    better = (
        Performance.objects.filter(
            same,
            athlete=performance.athlete,
            discipline=performance.discipline,
            facility=performance.facility,
            best_list=performance.best_list,
            merit__gt=performance.merit or 0,
            date__lte=performance.date,
        )
        .select_related("discipline")
        .order_by("date", "seq", "-merit")
        .first()
    )
    sentence = (
        _("not better than the best of the day")
        if better is None
        else _("{mark} of {date} was better").format(mark=better.mark, date=better.date)
    )
    return Verdict(name, False, "; ".join(filter(None, (sentence, note))))


def _book_verdict(performance: Performance, book: RecordBook) -> Verdict:
    policy = book.policy
    refused = performance.flaws & policy.refuses if policy else 0
    if refused:
        return Verdict(book.name, False, "; ".join(_sentences_against(performance, refused)))
    held = Record.objects.filter(book=book, performance=performance).order_by("age_group")
    steps = [_step_text(record) for record in held]
    if steps:
        return Verdict(book.name, True, "; ".join(steps))
    return Verdict(book.name, False, _better_in(book, performance))


def _step_text(record: Record) -> str:
    group = record.age_group or _("all ages")
    kind = _("equal record") if record.equal else _("record")
    if record.until is None:
        return _("{kind}, {group}, since {date}").format(kind=kind, group=group, date=record.set_on)
    return _("{kind}, {group}, {date} to {until}").format(
        kind=kind, group=group, date=record.set_on, until=record.until
    )


def _better_in(book: RecordBook, performance: Performance) -> str:
    by_hand = performance.flaws & Flaw.HAND and book.policy and book.policy.hand == RecordPolicy.Hand.APART
    standing = (
        Record.objects.filter(
            book=book, discipline=performance.discipline, sex=performance.sex, age_group="",
            set_on__lte=performance.date, facility__in=("", performance.facility),
            timing=HAND if by_hand else "",
        )
        .select_related("performance__athlete", "performance__discipline", "legacy__discipline")
        .order_by("-merit")
        .first()
    )  # fmt: skip
    reason = specification_sentence(performance.discipline.specification, performance.sex)
    if standing is None or standing.merit < (performance.merit or 0):
        sentence = _("the book's rules leave it out")
    else:
        sentence = _("the record of the day was {mark} ({date})").format(mark=standing.mark, date=standing.set_on)
    return "; ".join(filter(None, (sentence, reason)))


def short_why(performance: Performance, held: list[tuple[str, str]], best: tuple[int, int]) -> str:
    """One line for an export: what it counts for, and what stands against it. ``held`` is (book slug, age group)."""
    career, season = best
    counts = [("", "PB", _("equals PB"))[career], ("", "SB", _("equals SB"))[season]] if performance.best_list else []
    if performance.best_list == BestList.WIND:
        counts = [f"{text} (w)" for text in counts if text]
    elif performance.best_list == BestList.HAND:
        counts = [f"{text} (h)" for text in counts if text]
    records = [f"{slug} {group}".strip() for slug, group in held]
    if records:
        counts.append(_("record: {books}").format(books=", ".join(records)))
    reasons = reasons_of(performance)
    if not reasons and not any(counts):
        reasons = [_("not better than the bests before it")]
    return "; ".join(filter(None, (*counts, *reasons)))


def mark_text(performance: Performance) -> str:
    """The canonical mark with ``w`` where wind was claimed without a reading; ``discipline`` loaded."""
    if performance.value is None:
        return performance.mark
    shown = format_value(
        performance.discipline.measure, performance.value, performance.decimals, hand=performance.timing == HAND
    )
    return shown + "w" if performance.wind is None and performance.flaws & Flaw.WIND_OVER else shown
