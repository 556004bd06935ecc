"""Why a performance counts, and for what it doesn't: every list, with the reason in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from records.domain.ages import group_of
from records.domain.claiming import LEFT_OUT
from records.domain.disciplines import Discipline as Specification
from records.domain.disciplines import standard_disciplines
from records.domain.eligibility import WIND, BestList, Flaw
from records.domain.marks import HAND, format_value
from records.models import Best, ClubSpell, Performance, Record, RecordBook, RecordClaim, RecordPolicy, RelayLeg
from records.models.performances import format_wind
from records.queries.figures import figures


@dataclass(frozen=True, slots=True)
class Verdict:
    """One list's answer: ``counts`` or not, and the sentence that says why."""

    list_name: str
    counts: bool
    sentence: str


def day_text(on: date | None, precision: str = "day") -> str:
    """A date within a sentence, as far as it is known: 14 Aug 2016, Aug 2016 or 2016."""
    return (
        date_format(on, {"year": "Y", "month": "YEAR_MONTH_FORMAT"}.get(precision, "SHORT_DATE_FORMAT")) if on else ""
    )


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
        return _("lighter implement: not the {weight} kg of the seniors").format(
            weight=figures(f"{senior.implement_g / 1000:g}")
        )
    if specification.hurdle_mm and senior.hurdle_mm and specification.hurdle_mm < senior.hurdle_mm:
        return _("lower hurdles: not the {height} m of the seniors").format(
            height=figures(f"{senior.hurdle_mm / 1000:.3f}")
        )
    return ""


def _sentences_against(performance: Performance, flaws: int) -> list[str]:
    status = performance.mark if performance.value is None else ""
    return flaw_sentences(flaws, wind=performance.wind, status=status, because=performance.annulled_because)


def reasons_of(performance: Performance) -> list[str]:
    """Why the performance is kept out of some list, short; no query with the discipline loaded."""
    sentences = _sentences_against(performance, performance.flaws)
    specification = specification_sentence(performance.discipline.specification, performance.sex)
    return [*sentences, specification] if specification else sentences


def first_claimers(performances: Collection[Performance]) -> set[int]:
    """Ids of those achieved by first-claim members of the club they count for: the athlete, or every runner of a relay.
    Three queries at most."""
    runners: dict[int, list[int]] = {one.pk: [one.athlete_id] if one.athlete_id else [] for one in performances}
    if relays := [pk for pk, people in runners.items() if not people]:
        for pk, athlete in RelayLeg.objects.filter(performance__in=relays).values_list("performance", "athlete"):
            runners[pk].append(athlete)
    people = {athlete for of_one in runners.values() for athlete in of_one}
    clubs = {one.club_id for one in performances}
    spells = ClubSpell.objects.filter(athlete__in=people, club__in=clubs, claim=ClubSpell.Claim.FIRST)
    terms: dict[tuple[int, int | None], list[ClubSpell]] = {}
    for spell in spells:
        terms.setdefault((spell.athlete_id, spell.club_id), []).append(spell)
    return {
        one.pk
        for one in performances
        if all(
            any(
                (spell.starts is None or spell.starts <= one.day) and (spell.ends is None or spell.ends >= one.day)
                for spell in terms.get((athlete, one.club_id), ())
            )
            for athlete in runners[one.pk]
        )
    }


def against(performance: Performance, policy: RecordPolicy, first_claim: Collection[int] | None = None) -> list[str]:
    """What keeps ``performance`` out of every list of a book with ``policy``, in words. ``first_claim`` holds what
    first_claimers says of it, None to have it asked where it matters."""
    rules = policy.rules
    refused = rules.against(performance.flaws, age=performance.age_day, discipline=performance.discipline.code)
    sentences = _sentences_against(performance, refused)
    if performance.field_size is not None and performance.field_size < policy.minimum_field:
        sentences.append(
            _("only {n} competed, and the book asks for {least}").format(
                n=performance.field_size, least=policy.minimum_field
            )
        )
    if policy.claims == RecordPolicy.Claims.FIRST:
        if first_claim is None:
            first_claim = first_claimers([performance])
        if performance.pk not in first_claim:
            sentences.append(_("no first-claim member of the club on the day"))
    return sentences


def allowances(performance: Performance, policy: RecordPolicy) -> list[str]:
    """What a book with ``policy`` overlooks in ``performance``, or adds to it, in words."""
    rules, said = policy.rules, []
    code = performance.discipline.code
    if performance.flaws & rules.refuses & WIND:
        if code in rules.any_wind:
            said.append(_("any wind counts in this discipline"))
        elif performance.age_day is not None and performance.age_day < rules.wind_from_age:
            said.append(_("the wind isn't looked at below the age of {age}").format(age=rules.wind_from_age))
    if added := rules.added_ms(performance.flaws, performance.discipline.distance_mm):
        said.append(_("hand time, +{seconds} s for comparison").format(seconds=figures(f"{added / 1000:.2f}")))
    return said


def records_by(performance: Performance) -> list[Record]:
    """The lists in which the performance is a step, the club's own books first, on every database. One query."""
    found = Record.objects.filter(performance=performance).with_places().select_related("book", "discipline")
    return list(found.order_by(F("book__club").asc(nulls_last=True), "book", "age_group"))


def why(performance: Performance, held: Sequence[Record] | None = None) -> list[Verdict]:
    """Every best and every book that the performance could count for, with its answer. ``held`` are its records_by,
    where they are known."""
    held = records_by(performance) if held is None else held
    books = RecordBook.objects.filter(Q(club=None) | Q(club=performance.club)).select_related("policy")
    # The club's own first, on every database.
    books = books.order_by(F("club").asc(nulls_last=True), "pk")
    claims = RecordClaim.objects.filter(performance=performance, state__in=LEFT_OUT).order_by("age_group")
    refused: dict[int, list[RecordClaim]] = {}
    for claim in claims:
        refused.setdefault(claim.book_id, []).append(claim)
    steps: dict[int, list[str]] = {}
    for record in held:
        steps.setdefault(record.book_id, []).append(_step_text(record))
    verdicts = (_book_verdict(performance, one, steps.get(one.pk, []), refused.get(one.pk, [])) for one in books)
    return [*_best_verdicts(performance), *verdicts]


def _best_verdicts(performance: Performance) -> list[Verdict]:
    personal, season = _("personal best"), _("season's best")
    reasons = reasons_of(performance)
    if performance.best_list == BestList.NONE or performance.athlete_id is None:
        sentence = "; ".join(reasons) or _("bests are kept for single athletes")
        return [Verdict(personal, False, sentence), Verdict(season, False, sentence)]
    best: Best | None = getattr(performance, "best", None)
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
        else _("{mark} of {date} was better").format(
            mark=figures(better.mark), date=day_text(better.date, better.date_precision)
        )
    )
    return Verdict(name, False, "; ".join(filter(None, (sentence, note))))


def _book_verdict(performance: Performance, book: RecordBook, steps: list[str], refused: list[RecordClaim]) -> Verdict:
    policy = book.policy
    if policy is None:
        return Verdict(str(book), False, _("the book has no rules yet"))
    if sentences := against(performance, policy):
        return Verdict(str(book), False, "; ".join(sentences))
    said = [_claim_text(claim) for claim in refused]
    if not steps and not any(claim.age_group == "" for claim in refused):
        said.append(_better_in(book, policy, performance))
    return Verdict(str(book), bool(steps), "; ".join((*steps, *said, *allowances(performance, policy))))


def _claim_text(claim: RecordClaim) -> str:
    """Without the reason, which is for those who keep the book and for the athlete."""
    group = claim.age_group or _("all ages")
    if claim.state == RecordClaim.State.REJECTED:
        return _("{group}: the claim was rejected").format(group=group)
    return _("{group}: the record was rescinded").format(group=group)


def _step_text(record: Record) -> str:
    group = group_of(record.age_group, record.sex) or _("all ages")
    kind = _("equal record") if record.equal else _("record")
    if record.until is None:
        return _("{kind}, {group}, since {date}").format(kind=kind, group=group, date=day_text(record.set_on))
    return _("{kind}, {group}, {date} to {until}").format(
        kind=kind, group=group, date=day_text(record.set_on), until=day_text(record.until)
    )


def _better_in(book: RecordBook, policy: RecordPolicy, performance: Performance) -> str:
    by_hand = performance.flaws & Flaw.HAND and policy.hand == RecordPolicy.Hand.APART
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
    added = policy.rules.added_ms(performance.flaws, performance.discipline.distance_mm)
    if standing is None or standing.merit < (performance.merit or 0) - added:
        sentence = _("the book's rules leave it out")
    else:
        sentence = _("the record of the day was {mark} ({date})").format(
            mark=figures(standing.mark), date=day_text(standing.set_on)
        )
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
