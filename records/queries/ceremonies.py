"""Ceremonies: what may be honoured and still waits for it, who was honoured where, and who comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from records.domain.medals import Worth
from records.models import Athlete, Award, Ceremony, CeremonyGuest, Honour, Performance, Record
from records.models.performances import Facility
from records.queries.lines import Faces, Holder, Page, Visitor, hidden_among, page_of
from records.queries.medals import AwardLine, award_holder, awards_won_by, medal_table, worth_text
from records.queries.voices import acts_for
from records.queries.why import mark_text
from trackhub.clubs.models import Club, User

LOOK_BACK = timedelta(days=2 * 365)
"""What is older isn't suggested any more; by the athlete's name it is still found."""
MOST_LISTED = 300


@dataclass(frozen=True, slots=True)
class Feat:
    """Something that was or may be honoured: a place taken, or a performance. ``key`` is how forms name it."""

    key: str
    holders: tuple[Holder, ...]
    discipline: str
    day: date
    competition: str
    age_group: str = ""
    team: str = ""
    worth: str = ""
    metal: str = ""
    mark: str = ""
    record: str = ""
    waiting: int = 0

    @property
    def names(self) -> str:
        return ", ".join(holder.name for holder in self.holders) or self.team

    @property
    def suggested(self) -> bool:
        """A record or a first prize comes before the rest."""
        return bool(self.record) or self.metal == "gold"

    @property
    def achievement(self) -> str:
        """'100 Metres U20: gold, 10.52 s, club record'."""
        what = f"{self.discipline} {self.age_group}".strip()
        how = ", ".join(filter(None, (self.worth, self.mark, self.record)))
        return f"{what}: {how}" if how else what


def _marked(performance: Performance | None) -> str:
    """The mark with its unit, of the version that stands."""
    if performance is None:
        return ""
    while performance.superseded_by is not None:
        performance = performance.superseded_by
    units = {"time": "s", "distance": "m", "height": "m", "points": _("points")}
    mark = mark_text(performance)
    return mark if ":" in mark else f"{mark} {units[performance.discipline.measure]}"


def _award_feats(awards: Sequence[Award], table: Sequence[Worth], user: Visitor, records: dict[int, str]) -> list[Feat]:
    hidden = hidden_among([one.athlete for one in awards], user)
    return [
        Feat(
            f"award-{one.pk}",
            (award_holder(one, hidden),),
            one.discipline.name,
            one.date,
            one.competition,
            one.age_group,
            one.team,
            worth_text(table[one.position - 1]),
            table[one.position - 1].metal,
            _marked(one.performance),
            records.get(one.performance_id or 0, ""),
        )
        for one in awards
    ]


def _performance_feats(performances: Sequence[Performance], user: Visitor, records: dict[int, str]) -> list[Feat]:
    faces = Faces(performances, user)
    return [
        Feat(
            f"performance-{one.pk}",
            faces.holders(one),
            one.discipline.name,
            one.day,
            one.competition or one.venue,
            team=one.team,
            mark=_marked(one),
            record=records.get(one.pk, ""),
        )
        for one in performances
    ]


def _records_held(club: Club, performances: Iterable[int]) -> dict[int, str]:
    """By performance, in words: which records of the club it holds today."""
    groups: dict[tuple[int, bool], list[str]] = defaultdict(list)
    found = Record.objects.on(None).filter(book__club=club, performance__in=list(performances))
    for pk, group, facility in found.order_by("age_group").values_list("performance", "age_group", "facility"):
        if pk is not None and group not in (of_mark := groups[pk, facility == Facility.INDOOR]):
            of_mark.append(group)
    return {pk: _record_text(of_mark, indoors) for (pk, indoors), of_mark in groups.items()}


def _record_text(groups: list[str], indoors: bool) -> str:
    """'club record U20', 'indoor club record': a book may keep both for one discipline."""
    if "" in groups:
        return _("indoor club record") if indoors else _("club record")
    words = _("indoor club record {groups}") if indoors else _("club record {groups}")
    return words.format(groups=", ".join(groups))


def awards_to_honour(club: Club) -> QuerySet[Award]:
    """Awards without an honour, whose performance has none of its own either."""
    waiting = Award.objects.filter(club=club, honour=None, performance__honour=None)
    return waiting.select_related("athlete", "club", "discipline", "performance__discipline")


def performances_to_honour(club: Club) -> QuerySet[Performance]:
    """Performances for the club that stand, and were honoured neither themselves nor by an award or in an earlier
    version."""
    standing = Performance.objects.current().filter(club=club, status="valid", annulled_because="", honour=None)
    honoured = Award.objects.filter(club=club, honour__isnull=False, performance__isnull=False)
    before = Performance.objects.filter(honour__isnull=False, superseded_by__isnull=False)
    without = standing.exclude(pk__in=honoured.values("performance")).exclude(pk__in=before.values("superseded_by"))
    return without.select_related("athlete", "club", "discipline")


def unrecognised(club: Club, user: Visitor, *, today: date, name: str = "") -> list[Feat]:
    """What waits for a ceremony, suggestions first, then the longest wait: medals and standing records of the last
    two years, or, of the athletes called ``name``, everything."""
    awards, performances = awards_to_honour(club), performances_to_honour(club)
    if name:
        called = Athlete.objects.named(name).values("pk")
        awards = awards.filter(athlete__in=called)
        performances = performances.filter(Q(athlete__in=called) | Q(legs__athlete__in=called)).distinct()
    else:
        since = today - LOOK_BACK
        standing = Record.objects.on(None).filter(book__club=club, set_on__gte=since, performance__isnull=False)
        awards = awards.filter(date__gte=since)
        performances = performances.filter(pk__in=standing.values("performance"))
    won = list(awards.order_by("date", "pk")[:MOST_LISTED])
    known = {one.performance_id for one in won}
    done = [one for one in performances.order_by("date", "pk")[:MOST_LISTED] if one.pk not in known]
    records = _records_held(club, [pk for pk in (*known, *(one.pk for one in done)) if pk is not None])
    feats = [*_award_feats(won, medal_table(club), user, records), *_performance_feats(done, user, records)]
    waiting = [replace(one, waiting=(today - one.day).days) for one in feats]
    return sorted(waiting, key=lambda one: (not one.suggested, -one.waiting, one.key))


@dataclass(frozen=True, slots=True)
class HonourLine:
    """One honour of a ceremony."""

    pk: int
    feat: Feat


def honours_of(ceremony: Ceremony, user: Visitor) -> list[HonourLine]:
    """In the order in which they were chosen, with the names that ``user`` may see."""
    honours = ceremony.honours.select_related(
        "award__athlete", "award__club", "award__discipline", "award__performance__discipline",
        "performance__athlete", "performance__club", "performance__discipline",
    ).order_by("pk")  # fmt: skip
    found = list(honours)
    awards = [one.award for one in found if one.award]
    performances = [one.performance for one in found if one.performance]
    linked = [one.performance_id for one in awards if one.performance_id]
    records = _records_held(ceremony.club, [*linked, *(one.pk for one in performances)])
    feats = [
        *_award_feats(awards, medal_table(ceremony.club), user, records),
        *_performance_feats(performances, user, records),
    ]
    by_key = {feat.key: feat for feat in feats}
    return [HonourLine(one.pk, by_key[_key_of(one)]) for one in found]


def _key_of(honour: Honour) -> str:
    return f"award-{honour.award_id}" if honour.award_id else f"performance-{honour.performance_id}"


def honoured_athletes(ceremony: Ceremony) -> QuerySet[Athlete]:
    """Whoever is honoured there, alone or in a relay."""
    mine = Q(awards__honour__ceremony=ceremony) | Q(performances__honour__ceremony=ceremony)
    relays = Q(relay_legs__performance__honour__ceremony=ceremony)
    return Athlete.objects.filter(mine | relays, erased=None).distinct().order_by("name_key", "pk")


def all_ceremonies(club: Club) -> QuerySet[Ceremony]:
    """The club's ceremonies with how much is honoured."""
    return Ceremony.objects.filter(club=club).annotate(feats=Count("honours", distinct=True))


def ceremonies_of(club: Club, *, page: int) -> Page[Ceremony]:
    """The club's ceremonies, the latest first."""
    return page_of(all_ceremonies(club).order_by("-starts", "-pk"), page)


def ceremony_of(club: Club, pk: int) -> Ceremony | None:
    return Ceremony.objects.filter(club=club, pk=pk).select_related("club").first()


def honour_of(ceremony: Ceremony, pk: int) -> Honour | None:
    return ceremony.honours.filter(pk=pk).first()


def guest_of(ceremony: Ceremony, pk: int) -> CeremonyGuest | None:
    return ceremony.guests.filter(pk=pk).select_related("ceremony__club").first()


@dataclass(frozen=True, slots=True)
class GuestList:
    """Everybody invited, by name; ``coming`` counts the persons announced, ``here`` the guests who came."""

    guests: list[CeremonyGuest]

    @property
    def coming(self) -> int:
        return sum(one.persons for one in self.guests if one.answer == CeremonyGuest.Answer.YES)

    @property
    def here(self) -> int:
        return sum(1 for one in self.guests if one.came)

    @property
    def silent(self) -> int:
        return sum(1 for one in self.guests if not one.answer)

    @property
    def to_invite(self) -> int:
        return sum(1 for one in self.guests if one.email and one.invited is None)


def guests_of(ceremony: Ceremony) -> GuestList:
    return GuestList(list(ceremony.guests.select_related("athlete").order_by("name", "pk")))


def programme_lines(ceremony: Ceremony) -> list[Feat]:
    """What is honoured, with the names that everybody may read: the text is copied into newspapers."""
    return [line.feat for line in honours_of(ceremony, AnonymousUser())]


@dataclass(frozen=True, slots=True)
class Recognition:
    """Where and for what an athlete was honoured."""

    ceremony: Ceremony
    what: str


def recognitions_of(athlete: Athlete, user: Visitor, *, at: datetime) -> list[Recognition]:
    """The ceremonies at which the athlete was honoured until now, the latest first; what is to come is a surprise.
    Those that a club doesn't announce are its members' and the athlete's own."""
    mine = Q(award__athlete=athlete) | Q(performance__athlete=athlete) | Q(performance__legs__athlete=athlete)
    honours = Honour.objects.filter(mine, ceremony__starts__lte=at).select_related(
        "ceremony__club", "award__discipline", "performance__discipline"
    )
    if not (isinstance(user, User) and (user.is_superuser or acts_for(user, athlete, on=localdate(at)))):
        clubs = user.club_ids if isinstance(user, User) else ()
        honours = honours.filter(Q(ceremony__public=True) | Q(ceremony__club__in=clubs))
    return [
        Recognition(one.ceremony, str((one.award or one.performance).discipline))  # type: ignore[union-attr]
        for one in honours.distinct().order_by("-ceremony__starts", "pk")
    ]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What stands on an athlete's shelf: medals, and where they were honoured."""

    awards: list[AwardLine]
    recognitions: list[Recognition]


def shelf_of(athlete: Athlete, user: Visitor, *, at: datetime) -> Shelf:
    return Shelf(awards_won_by(athlete, user), recognitions_of(athlete, user, at=at))


def certificate_pages(ceremony: Ceremony, user: Visitor) -> list[tuple[str, Feat]]:
    """(name, feat), a page each: everybody in a relay gets one of their own."""
    return [
        (holder.name, line.feat)
        for line in honours_of(ceremony, user)
        for holder in line.feat.holders or (Holder(line.feat.team),)
    ]
