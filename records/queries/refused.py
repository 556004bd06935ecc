"""Marks that would be the record of a list but for a rule or a decision, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from records.domain.claiming import LEFT_OUT
from records.models import AgeGroup, Performance, RecordBook, RecordClaim, RecordPolicy
from records.queries.lines import Faces, Line, Visitor, performance_line
from records.queries.why import against, first_claimers

MOST_LOOKED_AT, MOST_SHOWN = 40, 8


@dataclass(frozen=True, slots=True)
class NearlyRecord:
    line: Line
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListKey:
    """One list of a book: what its story is about. ``facility`` '' where one list holds all."""

    discipline: int
    sex: str
    age_group: str
    facility: str


def refused_for(
    book: RecordBook, key: ListKey, user: Visitor, *, merit: int, on: date | None = None
) -> list[NearlyRecord]:
    """Marks as good as ``merit`` or better that ``book`` keeps out of one list, of athletes whom ``user`` may see: the
    best first. Five queries at most."""
    policy = book.policy
    if policy is None:
        return []
    found = (
        Performance.objects.visible_to(user).current().filter(discipline=key.discipline, sex=key.sex, merit__gte=merit)
    )
    if book.club_id:
        found = found.filter(club=book.club_id)
    if key.facility:
        found = found.filter(facility=key.facility)
    if on:
        found = found.filter(date__lte=on)
    if key.age_group:
        found = found.filter(_of_age(book, policy, key.age_group))
    decision = RecordClaim.objects.filter(
        book=book, age_group=key.age_group, performance=OuterRef("pk"), state__in=LEFT_OUT
    )
    found = found.annotate(decision=Subquery(decision.values("state")[:1]))
    rows = list(found.select_related("discipline", "athlete", "club").order_by("-merit", "date", "pk")[:MOST_LOOKED_AT])
    first_claim = first_claimers(rows) if policy.claims == RecordPolicy.Claims.FIRST else set()
    reasons = {one.pk: [*against(one, policy, first_claim), *_decided(getattr(one, "decision", None))] for one in rows}
    shown = [one for one in rows if reasons[one.pk]][:MOST_SHOWN]
    faces = Faces(shown, user)
    return [NearlyRecord(performance_line(one, faces), tuple(reasons[one.pk])) for one in shown]


def _decided(state: str | None) -> list[str]:
    """That people left a mark out; why is for those who keep the book and for the athlete."""
    if state is None:
        return []
    rejected = state == RecordClaim.State.REJECTED
    return [_("the claim was rejected") if rejected else _("the record was rescinded")]


def _of_age(book: RecordBook, policy: RecordPolicy, code: str) -> Q:
    """Those who are of an age for the list, as the fold takes them."""
    found = Q(pk__in=())
    for group in AgeGroup.objects.filter(scheme=book.scheme, code=code):
        fits = Q(**{f"age_{group.upper_on}__lte": group.upper_age})
        if not younger_count(group, policy):
            fits &= Q(**{f"age_{group.lower_on}__gte": group.lower_age})
        if group.valid_from:
            fits &= Q(date__gte=group.valid_from)
        if group.valid_until:
            fits &= Q(date__lte=group.valid_until)
        found |= fits
    return found


def younger_count(group: AgeGroup, policy: RecordPolicy) -> bool:
    """Whether those too young for ``group`` may hold its records."""
    if policy.inheritance == RecordPolicy.Inheritance.ALL_OLDER:
        return group.kind != AgeGroup.Kind.MASTERS
    return policy.inheritance == RecordPolicy.Inheritance.OWN_AND_SENIOR and group.kind == AgeGroup.Kind.SENIOR
