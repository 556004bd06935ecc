"""Athletes: the list, and everything on one athlete's page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from records.domain.eligibility import BestList
from records.models import Athlete, ClubSpell, Performance
from records.queries.career_records import HeldRecord, held_and_lost
from records.queries.lines import PAGE_SIZE, Holder, Line, Visitor, lines_of
from records.queries.progress import (
    BestFeats,
    Feat,
    Outing,
    Progress,
    Seasons,
    bests_of,
    career_of,
    line_of_feat,
    outings_of,
    progress_of,
    seasons_of,
)
from trackhub.clubs.models import Club

MOST_FORMER = 40


@dataclass(frozen=True, slots=True)
class AthleteEntry:
    """An athlete as lists show one. Of the birth date only the year is public."""

    pk: int
    name: str
    url: str
    sex: str
    born: int | None
    country: str
    clubs: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class AthletePage:
    """Some athletes of the list. The page before ends ahead of ``first``, the next begins behind ``last``; None where
    there is none."""

    items: list[AthleteEntry]
    first: int | None
    last: int | None


def athlete_list(
    user: Visitor,
    *,
    today: date,
    name: str = "",
    sex: str = "",
    club: str = "",
    after: int | None = None,
    before: int | None = None,
    size: int = 50,
) -> AthletePage:
    """Athletes whom ``user`` may see, by family name; those behind the athlete ``after``, or ahead of ``before``. Three
    queries at most, and the last page costs what the first does."""
    found = Athlete.objects.visible_to(user).named(name)
    if sex:
        found = found.filter(sex=sex)
    if club:
        found = found.filter(Exists(ClubSpell.objects.on(today).filter(athlete=OuterRef("pk"), club__slug=club)))
    # The place of somebody hidden would tell how their name begins.
    at = before or after
    border = Athlete.objects.visible_to(user).filter(pk=at).first() if at else None
    rows, first, last = _cut(found, border, backwards=bool(before and border), size=size)
    clubs = _clubs_of([athlete.pk for athlete in rows], today)
    entries = [
        AthleteEntry(
            one.pk,
            str(one),
            one.get_absolute_url(),
            one.sex,
            one.birth_date.year if one.birth_date else None,
            one.country,
            tuple(clubs[one.pk]),
        )
        for one in rows
    ]
    return AthletePage(entries, first, last)


def _cut(
    found: QuerySet[Athlete], border: Athlete | None, *, backwards: bool, size: int
) -> tuple[list[Athlete], int | None, int | None]:
    """``size`` of ``found`` by name, on one side of ``border``; whether there are more is said as AthletePage does."""
    way, order = ("lt", ("-name_key", "-pk")) if backwards else ("gt", ("name_key", "pk"))
    if border:
        # The first condition says nothing new, but it is the one that the index answers.
        further = Q(**{f"name_key__{way}": border.name_key}) | Q(**{f"pk__{way}": border.pk})
        found = found.filter(Q(**{f"name_key__{way}e": border.name_key}) & further)
    rows = list(found.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    ahead, behind = (more, True) if backwards else (border is not None, more)
    return rows, rows[0].pk if rows and ahead else None, rows[-1].pk if rows and behind else None


def _clubs_of(athletes: list[int], today: date) -> dict[int, list[Holder]]:
    spells = ClubSpell.objects.on(today).filter(athlete__in=athletes).select_related("club")
    clubs: dict[int, list[Holder]] = defaultdict(list)
    for spell in spells.order_by("claim", "starts"):
        holder = Holder(spell.club.name, spell.club.get_absolute_url())
        if holder not in clubs[spell.athlete_id]:
            clubs[spell.athlete_id].append(holder)
    return clubs


def athlete_seen_by(user: Visitor, pk: int) -> Athlete | None:
    """The athlete, or the one whom a merged athlete became; None where ``user`` may not see that one."""
    seen = Athlete.objects.visible_to(user)
    return seen.filter(Q(pk=pk) | Q(merged__pk=pk)).first()


def face_of(athlete: Athlete) -> Holder:
    """An athlete whom the visitor may see, as pages on the person name them."""
    return Holder(str(athlete), athlete.get_absolute_url())


@dataclass(frozen=True, slots=True)
class BestEntry:
    """An athlete's bests in one discipline and facility. ``windy`` and ``hand`` only where better than ``career``."""

    discipline: str
    facility: str
    career: Line | None
    windy: Line | None
    hand: Line | None
    season: Line | None


class Place(NamedTuple):
    """Where in a list of performances a page begins: after the one that stands here."""

    day: date
    seq: int
    pk: int

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}.{self.seq}.{self.pk}"


def place_said(text: str) -> Place | None:
    """The place that an address names; None where it says nothing sensible."""
    day, _dot, rest = text.partition(".")
    seq, _dot, pk = rest.partition(".")
    if not (seq.isdecimal() and pk.isdecimal() and len(seq) < 5 and len(pk) < 16):
        return None
    try:
        return Place(date.fromisoformat(day), int(seq), int(pk))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some performances of a long list; ``older`` says where the next begin, None at the end."""

    items: list[Line]
    older: Place | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which performances a page lists; with ``legal`` those that count for bests alone."""

    discipline: str = ""
    season: int | None = None
    legal: bool = False
    before: Place | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """All on one athlete."""

    clubs: list[ClubSpell]
    bests: list[BestEntry]
    season: int | None
    club: Club | None
    records: list[HeldRecord]
    former: list[HeldRecord]
    disciplines: list[tuple[str, str]]
    seasons: list[int]
    charts: list[Progress]
    by_season: Seasons
    outings: list[Outing]
    performances: Stretch


def profile_of(athlete: Athlete, *, today: date, wanted: Wanted | None = None) -> Profile:
    """All on an athlete whose page may be seen. Three queries, however long the career."""
    clubs = list(athlete.spells.select_related("club").order_by("-starts", "claim"))
    career = career_of(athlete)
    seasons = sorted({feat.season for feat in career}, reverse=True)
    disciplines = {feat.code: feat.name for feat in sorted(career, key=lambda one: (one.place_in_list, one.code))}
    season = next((one for one in seasons if one <= today.year + 1), None)
    standing, former = held_and_lost(career)
    page, older = _page(career, wanted or Wanted())
    return Profile(
        clubs,
        [_entry(best) for best in bests_of(career, season)],
        season,
        next((spell.club for spell in clubs if spell.ends is None or spell.ends >= today), None),
        standing,
        former[:MOST_FORMER],
        list(disciplines.items()),
        seasons,
        progress_of(career, today=today),
        seasons_of(career),
        outings_of(career),
        Stretch([line_of_feat(feat, best=True, why=True) for feat in page], older),
    )


def _page(career: list[Feat], wanted: Wanted) -> tuple[list[Feat], Place | None]:
    """The performances to list, the newest first, and where the next page begins."""
    found = [
        feat
        for feat in reversed(career)
        if (not wanted.discipline or feat.code == wanted.discipline)
        and (not wanted.season or feat.season == wanted.season)
        and (not wanted.legal or feat.legal)
        and (wanted.before is None or (feat.day, feat.seq, feat.pk) < wanted.before)
    ]
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return found[:PAGE_SIZE], Place(last.day, last.seq, last.pk) if last else None


def _entry(best: BestFeats) -> BestEntry:
    feats = (best.career, best.windy, best.hand, best.season)
    return BestEntry(best.name, best.facility, *(line_of_feat(feat) if feat else None for feat in feats))


def performances_of(
    athlete: Athlete,
    user: Visitor,
    *,
    discipline: str = "",
    season: int | None = None,
    legal: bool = False,
    before: Place | None = None,
    size: int = PAGE_SIZE,
) -> Stretch:
    """An athlete's performances, relays among them, the newest first; with ``legal`` those that count for bests.
    The thousandth page costs what the first does."""
    found = Performance.objects.current().of(athlete)
    if discipline:
        found = found.filter(discipline__code=discipline)
    if season:
        found = found.filter(season=season)
    if legal:
        found = found.filter(best_list=BestList.LEGAL)
    if before:
        found = found.filter(
            Q(date__lt=before.day)
            | Q(date=before.day, seq__lt=before.seq)
            | Q(date=before.day, seq=before.seq, pk__lt=before.pk)
        )
    loaded = found.select_related("discipline", "athlete", "club", "best").order_by("-date", "-seq", "-pk")
    rows = list(loaded[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return Stretch(lines_of(rows[:size], user, why=True), Place(last.day, last.seq, last.pk) if last else None)


def club_names() -> list[tuple[str, str]]:
    """Clubs for a filter: (slug, name)."""
    return list(Club.objects.order_by("name").values_list("slug", "name"))
