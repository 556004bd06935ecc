"""The rules of a record book in words: every option, the versions with what changed, and what was set under each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from records.domain.disciplines import catalogue
from records.models import Discipline, Evidence, RecordBook, RecordPolicy
from records.queries.lines import Faces, Line, Page, Visitor, line_of_record, page_of
from records.queries.standing import standing_records


@dataclass(frozen=True, slots=True)
class Option:
    """One of the rules: what it is about, and what was chosen, in words."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version, the days on which it was in force (None for ever), and what it changed in the one before it."""

    policy: RecordPolicy
    starts: date | None
    ends: date | None
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class SetUnder:
    """A standing record, of one list, that was set while a version was in force."""

    discipline: str
    sex: str
    age_group: str
    facility: str
    timing: str
    line: Line


def seconds(milliseconds: int) -> str:
    return f"+{milliseconds / 1000:.2f} s"


def options_of(policy: RecordPolicy) -> list[Option]:
    """All the rules of ``policy``, in the order of a page. One query where it names disciplines."""
    wind = policy.get_wind_display()
    if policy.wind_from_age and policy.wind != RecordPolicy.Wind.ANY:
        wind = _("{rule}; not looked at below the age of {age}").format(rule=wind, age=policy.wind_from_age)
    hand = policy.get_hand_display()
    if policy.hand == RecordPolicy.Hand.CONVERTED:
        hand = _("{rule}: {short} under 400 m, {lap} at 400 m").format(
            rule=hand, short=seconds(policy.hand_short_ms), lap=seconds(policy.hand_400_ms)
        )
    field = _("at least {n}, where the results say how many").format(n=policy.minimum_field)
    days = _("within {n} days").format(n=policy.claim_days)
    return [
        Option("wind", _("Wind"), wind),
        Option("any_wind", _("Any wind counts in"), ", ".join(_names(policy.any_wind)) or _("no discipline")),
        Option("hand", _("Timing"), hand),
        Option("ties", _("Equal marks"), policy.get_ties_display()),
        Option("facilities", _("Indoors"), policy.get_facilities_display()),
        Option("inheritance", _("Age groups"), policy.get_inheritance_display()),
        Option("claims", _("Membership"), policy.get_claims_display()),
        Option("minimum_field", _("Competitors"), field if policy.minimum_field else _("however few")),
        Option(
            "ratification",
            _("Ratification"),
            _("records are ratified") if policy.ratification else _("records stand as they are set"),
        ),
        Option("claim_days", _("Claims"), days if policy.claim_days is not None else _("at any time")),
        Option("evidence", _("Evidence"), ", ".join(evidence_names(policy)) or _("none asked for")),
    ]


def evidence_names(policy: RecordPolicy) -> list[str]:
    return [str(kind.label) for kind in Evidence.Kind if kind.value in policy.evidence]


def _names(codes: list[str]) -> list[str]:
    if not codes:
        return []
    rows = Discipline.objects.filter(code__in=codes).order_by("place_in_list")
    return list({one.code: one.name for one in rows}.values())


def wind_disciplines() -> list[tuple[str, str]]:
    """(code, name) of the disciplines in which the wind matters, in the order of lists."""
    codes = {one.code for one in catalogue() if one.needs_wind or one.family == "combined"}
    rows = Discipline.objects.filter(code__in=codes).order_by("place_in_list", "code")
    return list({one.code: one.name for one in rows}.items())


def differences(old: RecordPolicy, new: RecordPolicy) -> tuple[Difference, ...]:
    return tuple(
        Difference(before.label, before.text, after.text)
        for before, after in zip(options_of(old), options_of(new), strict=True)
        if before.text != after.text
    )


def versions_of(book: RecordBook) -> list[Version]:
    """Every version, the newest first. Queries in proportion to versions that name disciplines, which are few."""
    policies = list(book.policies.select_related("by").order_by("version"))
    found = []
    for at, policy in enumerate(policies):
        later = policies[at + 1 : at + 2]
        found.append(
            Version(
                policy,
                starts=_day(policy),
                ends=_day(later[0]) if later else None,
                changes=differences(policies[at - 1], policy) if at else (),
            )
        )
    return found[::-1]


def _day(policy: RecordPolicy) -> date | None:
    return timezone.localdate(policy.created) if policy.created else None


def records_under(book: RecordBook, version: Version, user: Visitor, *, page: int) -> Page[SetUnder]:
    """The records standing today that were set while ``version`` was in force; the day of a change is the later's."""
    found = standing_records(book)
    if version.starts is not None:
        found = found.filter(set_on__gte=version.starts)
    if version.ends is not None:
        found = found.filter(set_on__lt=version.ends)
    records = page_of(found, page)
    faces = Faces([one.performance for one in records.items if one.performance], user)
    shown = [
        SetUnder(one.discipline.name, one.sex, one.age_group, one.facility, one.timing, line_of_record(one, faces))
        for one in records.items
    ]
    return Page(shown, records.number, records.more)


def book_of_club(slug: str, book: str) -> RecordBook | None:
    """The record book ``book`` of the club ``slug``."""
    books = RecordBook.objects.filter(slug=book, club__slug=slug).select_related("club", "policy__by", "scheme")
    return books.first()


def book_called(slug: str) -> RecordBook | None:
    """A club's record book by its own address."""
    books = RecordBook.objects.filter(slug=slug, club__isnull=False).select_related("club", "policy__by", "scheme")
    return books.first()
