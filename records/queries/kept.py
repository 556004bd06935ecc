"""What taking an import back leaves in place: on what, and whose, account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q
from django.utils.translation import gettext as _

from records.models import (
    Athlete,
    AthleteAlias,
    AthleteMerge,
    Award,
    Best,
    ClubSpell,
    ExternalId,
    ImportBatch,
    NotTheSame,
    Performance,
    Record,
    RelayLeg,
    Video,
)
from records.queries.lines import Faces, Visitor
from records.queries.why import day_text
from trackhub.clubs.models import AuditEntry

PAGE_SIZE = 50

_GO_ALONG: dict[type[Model], tuple[type[Model], ...]] = {
    Performance: (Best, Record, RelayLeg, Performance, Award, Video),
    Athlete: (ExternalId, ClubSpell, AthleteAlias, AthleteMerge, NotTheSame),
}
"""Rows that go with what they hang on, or are derived from it (a medal finds its mark by itself; a video vouches for
none). Whatever else points there was decided by a person."""


def hangs_on(model: type[Performance] | type[Athlete]) -> Q:
    """Whether a row of any table hangs on one of ``model``: the tables are walked, so that a new one counts too."""
    found = Q(pk__in=())
    for relation in model._meta.get_fields(include_hidden=True):
        field: Any = getattr(relation, "field", None)
        if not (relation.auto_created and relation.is_relation) or field is None or not field.db_constraint:
            continue
        if relation.related_model not in _GO_ALONG[model]:
            found |= Q(Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})))
    return found


def touched_performance() -> Q:
    """Corrected since (superseded by a later version), annulled, another club's by now, or something was said of it."""
    elsewhere = Q(batch__club__isnull=False, club__isnull=False) & ~Q(club=F("batch__club"))
    return Q(superseded_by__isnull=False) | ~Q(annulled_because="") | elsewhere | hangs_on(Performance)


def used_athlete() -> Q:
    """With marks that stay, merged, with an account, in another club by now, or something was said of the person."""
    elsewhere = ClubSpell.objects.filter(athlete=OuterRef("pk")).exclude(club=OuterRef("batch__club"))
    taken_over = Q(batch__club__isnull=False) & Q(Exists(elsewhere))
    said = Q(account__isnull=False) | ~Q(biography="")
    return Q(merged_into__isnull=False) | said | taken_over | hangs_on(Athlete)


@dataclass(frozen=True, slots=True)
class Kept:
    """One performance that stayed: why, who did that and when, as far as it is known."""

    pk: int
    text: str
    url: str
    why: str
    by: str
    at: datetime | None


def kept_of(batch: ImportBatch, user: Visitor, after: int = 0) -> tuple[list[Kept], bool]:
    """The next page of performances that ``batch`` made and that stayed when it was taken back, by id; whether there
    are more. A handful of queries."""
    rows = Performance.objects.filter(batch=batch, pk__gt=after).order_by("pk")
    rows = rows.select_related("athlete", "discipline", "club", "superseded_by")
    found = list(rows[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    deeds = _deeds_on(page)
    faces = Faces(page, user)
    kept = [_kept(one, deeds.get(one.pk), faces, batch.club_id) for one in page]
    return kept, len(found) > PAGE_SIZE


def _kept(one: Performance, deed: AuditEntry | None, faces: Faces, batch_club: int | None) -> Kept:
    holders = faces.holders(one)
    who = one.team or ", ".join(holder.name for holder in holders)
    if one.superseded_by_id and one.superseded_by and one.superseded_by.batch_id:
        why = _("a later file says otherwise (import {number})").format(number=one.superseded_by.batch_id)
        deed = None
    elif one.superseded_by_id:
        why = _("the mark was corrected")
    elif one.annulled_because:
        why = _("the mark was annulled: {why}").format(why=one.annulled_because)
    elif batch_club and one.club and one.club_id != batch_club:
        why = _("it counts for {club} by now").format(club=one.club)
    else:
        why = _("a claim, report or honour stands on it")
    return Kept(
        one.pk,
        f"{who}, {one.discipline} {one.mark}, {day_text(one.date, one.date_precision)}",
        holders[0].url if holders else "",
        why,
        str(deed.by or "") if deed else "",
        deed.at if deed else None,
    )


def _deeds_on(performances: Sequence[Performance]) -> dict[int, AuditEntry]:
    """The last thing that was done to each by hand."""
    targets = {f"performance {one.pk}": one.pk for one in performances}
    entries: Iterable[AuditEntry] = (
        AuditEntry.objects.filter(target__in=list(targets)).select_related("by").order_by("pk")
    )
    return {targets[entry.target]: entry for entry in entries}


def athletes_kept(batch: ImportBatch, user: Visitor, most: int = PAGE_SIZE) -> list[Athlete]:
    """Athletes whom ``batch`` made and who stayed, as far as ``user`` may see them; the first ones."""
    mine = Athlete.objects.filter(batch=batch, pk__in=Athlete.objects.visible_to(user).values("pk"))
    return list(mine.order_by("family_name", "given_name", "pk")[:most])
