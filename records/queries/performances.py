"""One performance: its facts, its versions and who made them, and what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.domain.eligibility import BestList
from records.models import Athlete, Best, ClubSpell, Discipline, Performance, Record, Video
from records.models.performances import Facility
from records.queries.boards import story_url
from records.queries.figures import figures
from records.queries.lines import Faces, Line, Visitor, performance_line
from records.queries.standing import in_order_of_age
from records.queries.videos import videos_of
from records.queries.why import Verdict, mark_text, records_by, why
from trackhub.clubs.models import AuditEntry, Club, Role, User

FACTS = {
    "mark": gettext_lazy("mark"),
    "written": gettext_lazy("as written"),
    "discipline": gettext_lazy("discipline"),
    "date": gettext_lazy("date"),
    "wind": gettext_lazy("wind"),
    "timing": gettext_lazy("timing"),
    "facility": gettext_lazy("where"),
    "competition": gettext_lazy("competition"),
    "venue": gettext_lazy("venue"),
    "country": gettext_lazy("country"),
    "round": gettext_lazy("round"),
    "place": gettext_lazy("place"),
    "field_size": gettext_lazy("how many competed"),
    "club": gettext_lazy("club"),
    "team": gettext_lazy("team"),
    "note": gettext_lazy("note"),
    "annulled_because": gettext_lazy("annulled because"),
}
"""What a version says, in the order of pages, with its label."""

TIMINGS = {
    "auto": gettext_lazy("automatic"),
    "hand": gettext_lazy("by hand"),
    "gun": gettext_lazy("from the gun"),
    "chip": gettext_lazy("by chip"),
}
MOST_VERSIONS = 50


def date_text(on: date | None, precision: str) -> str:
    """As far as it is known, as files write it: 2016-08-14, 2016-08 or 2016."""
    return str(on)[: {"year": 4, "month": 7}.get(precision, 10)]


def facts_of(one: Performance) -> dict[str, str]:
    """FACTS as texts in no language: codes and ISO dates. The discipline and the club are loaded."""
    return {
        "mark": mark_text(one),
        "written": one.written,
        "discipline": one.discipline.code,
        "date": date_text(one.date, one.date_precision),
        "wind": one.wind_text,
        "timing": one.timing,
        "facility": one.facility,
        "competition": one.competition,
        "venue": one.venue,
        "country": one.country,
        "round": one.round,
        "place": one.place,
        "field_size": "" if one.field_size is None else str(one.field_size),
        "club": one.club.slug if one.club else "",
        "team": one.team,
        "note": one.note,
        "annulled_because": one.annulled_because,
    }


def differences(old: Performance, new: Performance) -> dict[str, tuple[str, str]]:
    """By fact what ``old`` and ``new`` say, where they differ."""
    was, now = facts_of(old), facts_of(new)
    found = {name: (was[name], now[name]) for name in FACTS if was[name] != now[name]}
    if found.get("written") == found.get("mark"):
        found.pop("written", None)
    return found


def _day(text: str) -> str:
    """'2026-05-01', '2026-05' or '2026' as the reader writes it; anything else as it is."""
    year_month = len(text) == 7
    try:
        on = date.fromisoformat(f"{text}-01" if year_month else text)
    except ValueError:
        return text
    return date_format(on, "YEAR_MONTH_FORMAT" if year_month else "SHORT_DATE_FORMAT")


def fact_text(name: str, text: str) -> str:
    """A fact in the reader's language, with its unit."""
    if name == "wind" and text:
        return f"{figures(text)} m/s".replace("-", "−")
    if name == "mark":
        return figures(text)
    if name == "date":
        return _day(text)
    if name == "facility" and text in Facility.values:
        return str(Facility(text).label)
    return str(TIMINGS.get(text, text)) if name == "timing" else text


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a table of facts; ``was`` is empty where there is nothing to compare with."""

    label: str
    now: str
    was: str = ""


def compared(old: Performance, new: Performance) -> list[Fact]:
    """Field by field what ``new`` says otherwise than ``old``."""
    return facts_changed(differences(old, new))


def facts_changed(changed: dict[str, tuple[str, str]]) -> list[Fact]:
    return [Fact(str(FACTS[name]), fact_text(name, now), fact_text(name, was)) for name, (was, now) in changed.items()]


def newest_of(one: Performance) -> Performance:
    """The version that counts now."""
    for _step in range(MOST_VERSIONS):
        if one.superseded_by_id is None:
            break
        one = _loaded().get(pk=one.superseded_by_id)
    return one


def versions_of(one: Performance) -> list[Performance]:
    """All versions, the newest first. Two queries for each step back."""
    found = layer = [newest_of(one)]
    while layer and len(found) < MOST_VERSIONS:
        layer = list(_loaded().filter(superseded_by__in=layer).order_by("-pk"))
        found = [*found, *layer]
    return found


def _loaded() -> QuerySet[Performance]:
    return Performance.objects.select_related("discipline", "athlete", "club", "batch__by", "best")


@dataclass(frozen=True, slots=True)
class Version:
    """One version as its page lists it. ``who`` and ``because`` are for the club's own people."""

    performance: Performance
    url: str
    mark: str
    when: datetime | None
    how: str
    who: str
    because: str
    differences: dict[str, tuple[str, str]]
    """By fact what this version and the one before it say, in no language."""

    @property
    def changed(self) -> list[Fact]:
        return facts_changed(self.differences)


def history_of(versions: Sequence[Performance], *, insider: bool) -> list[Version]:
    """``versions`` (the newest first) with who made them when, and what each changed. One query."""
    made: dict[int, AuditEntry] = {}
    deeds = AuditEntry.objects.filter(
        target__in=[f"performance {one.pk}" for one in versions],
        action__in=("enter_performance", "correct_performance"),
    )
    for entry in deeds.select_related("by"):
        # A correction is noted with the version that it took the place of.
        made[entry.after.get("performance", int(entry.target.split()[1]))] = entry
    before = {one.superseded_by_id: one for one in versions}
    return [_version(one, made.get(one.pk), before.get(one.pk), insider) for one in versions]


def _version(one: Performance, entry: AuditEntry | None, before: Performance | None, insider: bool) -> Version:
    batch = one.batch
    how, when, by = _("imported"), None, None
    if entry is not None:
        how = _("corrected") if entry.action == "correct_performance" else _("entered by hand")
        when, by = entry.at, entry.by
    elif batch is not None:
        when, by = batch.applied, batch.by
    return Version(
        one,
        reverse("performance", args=[one.pk]),
        mark_text(one),
        when,
        how,
        str(by) if by is not None and insider else "",
        str(entry.after.get("because", "")) if entry is not None and insider else "",
        differences(before, one) if before is not None else {},
    )


@dataclass(frozen=True, slots=True)
class Held:
    """One list of a book in which the performance was a step; ``until`` is None while it stands."""

    book: str
    url: str
    age_group: str
    equal: bool
    set_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Detail:
    """All on one version of a performance."""

    line: Line
    athletes: list[Athlete]
    facts: list[Fact]
    verdicts: list[Verdict]
    held: list[Held]
    versions: list[Version]
    videos: list[Video] | None
    """None where a name is withheld."""


def detail_of(one: Performance, user: Visitor, *, insider: bool) -> Detail:
    """``one`` as its page shows it. A number of queries that depends on its books and versions alone."""
    versions = versions_of(one)
    shown = next((version for version in versions if version.pk == one.pk), one)
    faces = Faces([shown], user)
    people = [shown.athlete] if shown.athlete else faces.legs[shown.pk]
    facts, held = facts_of(shown), records_by(shown)
    return Detail(
        performance_line(shown, faces, best=getattr(shown, "best", None), why=True),
        [athlete for athlete in people if athlete.pk not in faces.hidden],
        [
            Fact(str(label), shown.discipline.name if name == "discipline" else fact_text(name, facts[name]))
            for name, label in FACTS.items()
            if facts[name] and name not in ("mark", "club")
        ],
        why(shown, held),
        _held(held),
        history_of(versions, insider=insider),
        videos_of(shown, faces),
    )


def line_of(one: Performance, user: Visitor) -> Line:
    """One performance as lists show it; it may be one that isn't stored."""
    return performance_line(one, Faces([one], user), why=True)


def _held(records: Sequence[Record]) -> list[Held]:
    return [
        Held(
            str(record.book),
            story_url(record.book, record, record.age_group),
            record.age_group,
            record.equal,
            record.set_on,
            record.until,
        )
        for record in in_order_of_age(records)
    ]


def same_day(new: Performance) -> list[Performance]:
    """Performances that stand already of the same athlete, discipline and day."""
    found = _loaded().filter(
        superseded_by=None, athlete=new.athlete, discipline=new.discipline, date=new.date, team=new.team
    )
    return list(found.exclude(athlete=None)[:10])


def entered_last(user: User, club: Club, athlete: Athlete) -> Performance | None:
    """What a form for the next performance begins with: what ``user`` entered last for ``club``, else the athlete's
    latest."""
    entry = AuditEntry.objects.filter(by=user, club=club, action="enter_performance").order_by("-pk").first()
    if entry is not None:
        found = _loaded().filter(pk=int(entry.target.split()[1]), club=club).first()
        if found is not None:
            return found
    return _loaded().filter(athlete=athlete, superseded_by=None).order_by("-date", "-pk").first()


def members_called(club: Club, name: str, *, limit: int = 30) -> list[Athlete]:
    """Athletes who belong or belonged to ``club``, whose name holds every word of ``name``."""
    own = ClubSpell.objects.filter(club=club).values("athlete")
    found = Athlete.objects.filter(pk__in=own, merged_into=None, erased=None).named(name)
    return list(found.order_by("name_key", "pk")[:limit])


def member_of(club: Club, pk: int | None) -> Athlete | None:
    """The athlete ``pk``, if they belong or belonged to ``club``."""
    own = ClubSpell.objects.filter(club=club).values("athlete")
    return Athlete.objects.filter(pk=pk or 0, pk__in=own, merged_into=None, erased=None).first()


def belonged(athlete: Athlete, club: Club, *, on: date) -> bool:
    return athlete.spells.on(on).filter(club=club).exists()


def disciplines_for(athlete: Athlete | None, sex: str) -> QuerySet[Discipline]:
    """What an athlete, or a relay team of ``sex``, can have done."""
    found = Discipline.objects.filter(sex__in=("", sex), legs__isnull=athlete is not None)
    return found.order_by("place_in_list", "code")


def clubs_choosable(user: User, one: Performance) -> QuerySet[Club]:
    """For which club a corrected performance may count: as it does now, or for one whose records ``user`` keeps."""
    own = user.clubs_as(Role.CHIEF_REGISTRAR, Role.REGISTRAR)
    return Club.objects.filter(Q(pk=one.club_id) | Q(pk__in=own)).order_by("name")


def what_came_of(one: Performance) -> list[str]:
    """Sentences on the bests and records that a performance just set."""
    said = []
    best = Best.objects.filter(performance=one).first()
    if best is not None and one.best_list == BestList.LEGAL:
        names = {"PB": _("New personal best."), "=PB": _("Equals the personal best.")}
        names |= {"SB": _("New season's best."), "=SB": _("Equals the season's best.")}
        said.append(names[best.pb or best.sb])
    groups: dict[str, list[str]] = {}
    for held in _held(records_by(one)):
        if held.until is None:
            groups.setdefault(held.book, []).append(held.age_group or _("all ages"))
    said += [
        _("New record in {book}: {groups}.").format(book=book, groups=", ".join(names))
        for book, names in groups.items()
    ]
    return said
