"""Making two athletes one. What moves is remembered, so that it can be taken back (records.actions.parting)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from records.actions.folding import Fold, one_at_a_time
from records.actions.rejudging import rejudge_ages
from records.domain.eligibility import BestList, Flaw
from records.domain.names import fold
from records.models import (
    Athlete,
    AthleteAlias,
    AthleteMerge,
    Award,
    CeremonyGuest,
    ClubSpell,
    Consent,
    ExternalId,
    Guardianship,
    Honour,
    ImportBatch,
    ImportRow,
    MarkReport,
    NotTheSame,
    Performance,
    RelayLeg,
)
from records.queries.comparing import foreign_club, lent_voice
from records.queries.voices import club_of
from records.signals import athletes_merged
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import User

Twice = Callable[[Any, Any], bool]
"""Whether a row of the merged athlete says what a row of the survivor says already."""


class NotMergeable(ValueError):
    """Two athletes who can't be one."""


@dataclass(frozen=True)
class Move:
    """A table whose rows go to the survivor. Those that would be there ``twice`` go nowhere: they are removed and
    remembered, or ``stay`` with the athlete that was merged."""

    model: type[Model]
    field: str = "athlete"
    twice: Twice | None = None
    stay: bool = False

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    def rows(self, athlete: Athlete) -> QuerySet[Any]:
        return self.model._default_manager.filter(**{self.field: athlete}).order_by("pk")


def _alike(*names: str) -> Twice:
    return lambda row, kept: all(getattr(row, name) == getattr(kept, name) for name in names)


def _same_consent(row: Consent, kept: Consent) -> bool:
    return row.withdrawn is None and kept.withdrawn is None and row.purpose == kept.purpose


def _within(inner: ClubSpell, outer: ClubSpell) -> bool:
    """Whether the outer spell says all that the inner says; or begins with it, which only one spell may do."""
    if inner.club_id != outer.club_id or inner.claim != outer.claim:
        return (inner.club_id, inner.starts) == (outer.club_id, outer.starts)
    begins = (outer.starts or date.min) <= (inner.starts or date.min)
    return begins and (outer.ends or date.max) >= (inner.ends or date.max)


MOVES = (
    Move(Performance),
    Move(RelayLeg),
    Move(ExternalId),
    Move(MarkReport),
    Move(CeremonyGuest),
    Move(ClubSpell, twice=_within),
    Move(Guardianship, twice=_alike("guardian_id")),
    Move(Award, twice=_alike("club_id", "discipline_id", "age_group", "competition", "date")),
    Move(AthleteAlias, twice=_alike("source", "name_key")),
    # A receipt is never thrown away, so a second one stays where it was given.
    Move(Consent, twice=_same_consent, stay=True),
    Move(Athlete, "merged_into"),
)

OTHERWISE = {
    "records.AthleteMerge.survivor": "an earlier merge stays as it was made, or it couldn't be taken back",
    "records.AthleteMerge.merged": "the same",
    "records.NotTheSame.one": "said of the survivor too, by a word of its own",
    "records.NotTheSame.other": "the same",
    "records.ImportRow.athlete": "a file that waits follows the merge when it is applied; of others they are history",
}
"""Relations to an athlete that no Move follows, and why. A test walks all tables."""


def merge_athletes(survivor: Athlete, *, merged: Athlete, by: User | None, at: datetime) -> AthleteMerge:
    """Everything of ``merged`` becomes ``survivor``'s; ``merged`` stays as a pointer. Raises NotMergeable.

    A result that both had is annulled once, with the reason: annulled it stays readable, and its id keeps the same
    file from bringing it back.
    """
    with transaction.atomic():
        one_at_a_time()
        # Somebody may have merged them, the other way round even, since the caller read them.
        survivor.refresh_from_db()
        merged.refresh_from_db()
        if refusal := merge_refusal(survivor, merged, by=by):
            raise NotMergeable(refusal)
        clubs = {club.pk: club for one in (survivor, merged) if (club := club_of(one, on=at.date()))}
        with Fold() as fold:
            fold.touch(performances_of(survivor, merged))
            moved = _moved(survivor, merged, by=by, at=at)
            rejudge_ages(survivor)
            fold.touch(performances_of(survivor, merged))
        made = AthleteMerge.objects.create(survivor=survivor, merged=merged, moved=moved, by=by, at=at)
        for club in clubs.values() or [None]:
            tell(Kind.ATHLETES_MERGED, club=club, payload={"survivor": survivor.pk, "merged": merged.pk}, at=at)
        club, after = club_of(survivor, on=at.date()), {"merged": merged.pk}
        record_deed("merge_athletes", target=f"athlete {survivor.pk}", by=by, at=at, club=club, after=after)
        transaction.on_commit(lambda: athletes_merged.send(Athlete, survivor=survivor.pk, merged=merged.pk))
    return made


def merge_refusal(survivor: Athlete, merged: Athlete, *, by: User | None) -> str:
    """Why these two can't be one, or aren't ``by``'s to merge; '' where they are."""
    if survivor.pk == merged.pk or survivor.merged_into_id or merged.merged_into_id:
        return _("These two athletes can't be one person: they have been merged already.")
    if survivor.erased or merged.erased:
        return _("These two athletes can't be one person any more: one of them has been erased.")
    if survivor.sex != merged.sex:
        return _("These two athletes can't be one person: one is entered as male, one as female. Put that right first.")
    return (foreign_club(by, survivor, merged) or lent_voice(by, survivor, merged)) if by else ""


def performances_of(*athletes: Athlete) -> QuerySet[Performance]:
    """Their own and the relays in which they ran: all whose bests and records a merge can change."""
    return Performance.objects.of(*athletes)


def _moved(survivor: Athlete, merged: Athlete, *, by: User | None, at: datetime) -> dict[str, Any]:
    """Move all, and say what was moved as AthleteMerge keeps it."""
    newest = Performance.objects.order_by("-pk").values_list("pk", flat=True).first()
    moved: dict[str, Any] = {"newest": newest, "annulled": _annul_doubles(survivor, merged), "removed": []}
    for move in MOVES:
        ids = _move(move, survivor, merged, moved["removed"])
        if ids:
            moved[move.name] = ids
    moved["made"] = _words_of(survivor, merged, by=by, at=at)
    after = facts_after(survivor, merged)
    moved["before"], moved["after"] = {name: _plain(getattr(survivor, name)) for name in after}, _all_plain(after)
    Athlete.objects.filter(pk=merged.pk).update(
        merged_into=survivor, **({"account": None} if "account_id" in after else {})
    )
    merged.refresh_from_db()
    for name, value in after.items():
        setattr(survivor, name, value)
    survivor.save(update_fields=[*after, "name_key"])
    return moved


def going_rows(move: Move, survivor: Athlete, merged: Athlete) -> QuerySet[Any]:
    """The rows of ``merged`` that would go to ``survivor``: all but those that would be there twice."""
    rows = move.rows(merged)
    if move.twice is None:
        return rows
    kept = list(move.rows(survivor))
    return rows.exclude(pk__in=[row.pk for row in rows if any(move.twice(row, one) for one in kept)])


def _move(move: Move, survivor: Athlete, merged: Athlete, removed: list[dict[str, Any]]) -> list[int]:
    """Ids of the rows that went; what goes nowhere is put into ``removed``."""
    ids = list(going_rows(move, survivor, merged).values_list("pk", flat=True))
    going = move.model._default_manager.filter(pk__in=ids)
    if move.twice is not None and not move.stay:
        kept = list(move.rows(survivor))
        covered = [one.pk for one in kept if any(move.twice(one, row) for row in going)]
        doubles = [*move.rows(merged).exclude(pk__in=ids), *move.rows(survivor).filter(pk__in=covered)]
        removed += filter(None, [_let_go(row, kept, move.twice) for row in doubles])
    going.update(**{move.field: survivor})
    return ids


def _let_go(row: Model, kept: Iterable[Any], twice: Twice) -> dict[str, Any] | None:
    """Remove ``row``; what it said, to be made again by. The honour that hangs on an award goes to the one that
    stays; where both were honoured, both stay."""
    honour = Honour.objects.filter(award=row).first() if isinstance(row, Award) else None
    if honour is not None:
        stays = next(one for one in kept if twice(row, one))
        if Honour.objects.filter(award=stays).exists():
            return None
        Honour.objects.filter(pk=honour.pk).update(award=stays)
    values = {one.attname: _plain(getattr(row, one.attname)) for one in row._meta.concrete_fields}
    row.delete()
    return {"model": row._meta.label_lower, "row": values, "honour": honour and honour.pk}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _all_plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def follow_merges(batch: ImportBatch) -> None:
    """Point the rows of a file that was read before a merge, and the runners of its relays, at who stayed."""
    gone = Athlete.objects.filter(merged_into__isnull=False)
    if not gone.exists():
        return
    rows = ImportRow.objects.filter(batch=batch)
    stays = Athlete.objects.filter(pk=OuterRef("athlete_id")).values("merged_into")
    rows.filter(athlete__in=gone.values("pk")).update(athlete=Subquery(stays))
    who = dict(gone.values_list("pk", "merged_into"))
    relays = [row for row in rows.exclude(team="").only("data") if row.data.get("legs")]
    for row in relays:
        legs = [who.get(runner, runner) for runner in row.data["legs"]]
        if legs != row.data["legs"]:
            ImportRow.objects.filter(pk=row.pk).update(data=row.data | {"legs": legs})


def _words_of(survivor: Athlete, merged: Athlete, *, by: User | None, at: datetime) -> dict[str, list[int]]:
    """What is said of the survivor from now on: the other name, and who the merged athlete isn't."""
    made: dict[str, list[int]] = {AthleteAlias._meta.label_lower: [], NotTheSame._meta.label_lower: []}
    if merged.name_key != survivor.name_key:
        alias, new = AthleteAlias.objects.get_or_create(athlete=survivor, source="", name_key=merged.name_key)
        made[AthleteAlias._meta.label_lower] += [alias.pk] * new
    for word in NotTheSame.objects.filter(Q(one=merged) | Q(other=merged)):
        third = word.other_id if word.one_id == merged.pk else word.one_id
        if third != survivor.pk:
            low, high = sorted((survivor.pk, third))
            said = {"by": word.by, "at": word.at}
            pair, new = NotTheSame.objects.get_or_create(one_id=low, other_id=high, defaults=said)
            made[NotTheSame._meta.label_lower] += [pair.pk] * new
    return made


_KNOWN = {"unknown": 0, "year": 1, "day": 2}


def facts_after(survivor: Athlete, merged: Athlete) -> dict[str, Any]:
    """What the survivor takes over: what it lacks and the other has, the better known birth date, and hiding."""
    after: dict[str, Any] = {}
    if _KNOWN[merged.birth_precision] > _KNOWN[survivor.birth_precision]:
        after |= {"birth_date": merged.birth_date, "birth_precision": merged.birth_precision}
    for name in ("given_name", "native_name", "country", "biography", "account_id"):
        if not getattr(survivor, name) and getattr(merged, name):
            after[name] = getattr(merged, name)
    if merged.visibility == Athlete.Visibility.CLUB and survivor.visibility != Athlete.Visibility.CLUB:
        after["visibility"] = merged.visibility
    return after


def doubles_of(survivor: Athlete, merged: Athlete) -> list[tuple[Performance, Performance]]:
    """Results that both have: (the one that stays, the one that will be annulled).

    The same discipline, day, mark, competition, and round as far as both say it, and none where they count for two
    clubs: each club's result is its own. The survivor's stays, unless a claim, an honour, an award, a report or a
    video hangs on the other alone; where on both, both stay as they are.
    """
    mine = {_result(one): one for one in _counting(survivor)}
    found = []
    for theirs in _counting(merged):
        own = mine.get(_result(theirs))
        if own is None or (None not in (own.club_id, theirs.club_id) and own.club_id != theirs.club_id):
            continue
        if own.round and theirs.round and fold(own.round) != fold(theirs.round):
            continue
        del mine[_result(theirs)]
        if own.club_id != theirs.club_id:  # what counts for a club stays
            keeps, goes = (own, theirs) if own.club_id else (theirs, own)
            found += [] if _is_held(goes) else [(keeps, goes)]
        elif not _is_held(theirs):
            found.append((own, theirs))
        elif not _is_held(own):
            found.append((theirs, own))
    return found


def _counting(athlete: Athlete) -> QuerySet[Performance]:
    found = Performance.objects.current().filter(athlete=athlete, annulled_because="", value__isnull=False)
    return found.select_related("discipline").order_by("date", "seq", "pk")


def _result(one: Performance) -> tuple[object, ...]:
    return one.discipline_id, one.facility, one.date, one.date_precision, one.value, fold(one.competition)


def _is_held(one: Performance) -> bool:
    """Whether people have decided something about it."""
    honoured = Honour.objects.filter(performance=one).exists()
    return honoured or any(there.exists() for there in (one.claims, one.awards, one.reports, one.videos))


def _annul_doubles(survivor: Athlete, merged: Athlete) -> dict[str, Any]:
    because = _("The same result is there already: two entries of one athlete were merged.")
    ids = [double.pk for _kept, double in doubles_of(survivor, merged)]
    Performance.objects.filter(pk__in=ids).update(
        annulled_because=because, flaws=F("flaws").bitor(int(Flaw.ANNULLED)), best_list=BestList.NONE
    )
    return {"because": because, "ids": ids}
