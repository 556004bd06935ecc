"""Claims of records: what may be claimed, one claim with what it is decided by, and the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.claiming import NothingToClaim, submit_claims
from records.actions.ratifying import AlreadyDecided, DecisionRefused, decide_claims
from records.api import examples, shapes
from records.api.serializers import PerformanceShape
from records.domain.claiming import STEPS
from records.models import Evidence, RecordClaim
from records.queries import catalogue
from records.queries import claims as queries
from records.queries.lines import Line
from records.queries.voices import acts_for
from trackhub.clubs.models import Club, User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView, ListView
from trackhub.clubs.rules import require

KEEP = "clubs.import_into_club"
RATIFY = "clubs.ratify_records"
STATES = (queries.CANDIDATE, *RecordClaim.State.values)
COLUMNS = ("id", "book__slug", "age_group", "state", "reason", "opened", "decided", "performance_id")
UNCLAIMED = ("id", "book__slug", "age_group", "performance_id")

Shape = serializers.Serializer[Any]
CLAIM = {
    "id": 21,
    "book": "harbour",
    "age_group": "",
    "state": "pending",
    "performance": examples.PERFORMANCE,
    "reason": "",
    "opened": "2026-11-20T09:00:00Z",
    "decided": None,
}
HELD = {"mark": "10.61", "holders": ["Kim Elder"], "date": "1998-07-12", "performance": None}


def reference(**said: Any) -> serializers.IntegerField:
    """The id of something."""
    return serializers.IntegerField(min_value=1, max_value=2**63 - 1, **said)


class ClaimShape(Shape):
    id = serializers.IntegerField(allow_null=True, help_text="Null for a candidate: nobody has claimed it yet.")
    book = serializers.CharField()
    age_group = serializers.CharField(allow_blank=True, help_text="The list of the book. Blank: all ages.")
    state = serializers.CharField(help_text=", ".join(STATES))
    performance = PerformanceShape()
    reason = serializers.CharField(allow_blank=True, help_text="Of the decision.")
    opened = serializers.DateTimeField(allow_null=True)
    decided = serializers.DateTimeField(allow_null=True)


@example(CLAIM)
class ListedClaim(ClaimShape):
    """A claim or a candidate."""


class HeldShape(Shape):
    mark = serializers.CharField()
    holders = serializers.ListField(child=serializers.CharField())
    date = serializers.DateField(allow_null=True)
    performance = serializers.IntegerField(allow_null=True, help_text="Null for a line of an old book.")


class CheckShape(Shape):
    kind = serializers.CharField(help_text=", ".join(Evidence.Kind.values))
    asked = serializers.BooleanField(help_text="By the rules of the book.")
    notes = serializers.ListField(child=serializers.CharField(allow_blank=True), help_text="One for each shown.")


class DeedShape(Shape):
    what = serializers.CharField()
    when = serializers.DateTimeField()
    who = serializers.CharField(allow_blank=True, help_text="For those who keep the records.")
    because = serializers.CharField(allow_blank=True)


class SiblingShape(Shape):
    id = serializers.IntegerField()
    age_group = serializers.CharField(allow_blank=True)
    state = serializers.CharField()


@example(
    CLAIM
    | {
        "holds": True,
        "before": HELD,
        "last_day": "2026-12-01",
        "evidence": [{"kind": "results", "asked": True, "notes": ["Page 3 of the results"]}],
        "objections": [],
        "steps": ["ratify", "reject"],
        "history": [{"what": "Claimed", "when": "2026-11-20T09:00:00Z", "who": "Alice", "because": ""}],
        "lists": [{"id": 21, "age_group": "", "state": "pending"}],
        "certificate": None,
    }
)
class ClaimDetailShape(ClaimShape):
    holds = serializers.BooleanField(help_text="Whether the mark is a record of the list, standing or bettered since.")
    before = HeldShape(allow_null=True, help_text="The record that it bettered or equalled.")
    last_day = serializers.DateField(allow_null=True, help_text="For claiming it; null without a limit.")
    evidence = CheckShape(many=True)
    objections = serializers.ListField(
        child=serializers.CharField(), help_text="What stands against ratifying it: too late, evidence missing."
    )
    steps = serializers.ListField(child=serializers.CharField(), help_text="The decisions that you may take now.")
    history = DeedShape(many=True)
    lists = SiblingShape(many=True, help_text="All lists of the book in which the mark is claimed.")
    certificate = serializers.CharField(allow_null=True, help_text="The code of its certificate, once it is ratified.")


@example({"book": "harbour", "performance": 700_043}, request=True)
class NewClaimShape(Shape):
    book = serializers.SlugField()
    performance = reference()


@example({"claims": [CLAIM]})
class ClaimedShape(Shape):
    claims = ClaimShape(many=True)


@example({"step": "ratify", "because": "", "despite": False}, request=True)
class DecisionShape(Shape):
    step = serializers.ChoiceField(list(STEPS))
    because = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="The athlete reads it. Only ratify may do without."
    )
    despite = serializers.BooleanField(
        required=False, default=False, help_text="Ratify despite the objections, with a reason."
    )


def club_or_404(slug: str) -> Club:
    found = catalogue.club_called(slug)
    if found is None:
        raise Http404
    return found


def shaped(rows: Iterable[shapes.Row], user: Any) -> list[dict[str, Any]]:
    """Claims from COLUMNS, or candidates from UNCLAIMED. Two queries, whatever their number."""
    rows = list(rows)
    marks = shapes.performances_by_id([row["performance_id"] for row in rows], user)
    unclaimed = {"state": queries.CANDIDATE, "reason": "", "opened": None, "decided": None}
    return [
        {
            "id": row["id"] if "state" in row else None,
            "book": row["book__slug"],
            "age_group": row["age_group"],
            **{name: row.get(name, without) for name, without in unclaimed.items()},
            "performance": marks[row["performance_id"]],
        }
        for row in rows
    ]


def held(line: Line) -> dict[str, Any]:
    """A mark with its holders, as the visitor may see them; a hidden athlete's performance has no address."""
    names = [line.team] if line.team else [one.name for one in line.holders]
    return {"mark": line.mark, "holders": names, "date": line.day, "performance": line.pk if line.url else None}


def refused(refusal: Any, **renamed: str) -> APIException:
    """A refusal of an action beside its field, if it has one. ``renamed`` says what the API calls a field."""
    if refusal.field:
        return ValidationError({renamed.get(refusal.field, refusal.field): [str(refusal)]})
    return Unprocessable(str(refusal), "refused")


@extend_schema(methods=["GET"], parameters=[OpenApiParameter("state", enum=STATES)])
class Claims(ListView):
    """Claims of records in the club's books, the newest first, for those who keep them. With ``state=candidate`` the
    standing records that wait for being claimed."""

    conditional = False
    private = True
    serializer_class = ListedClaim

    def get_queryset(self) -> Any:
        user, club = person(self.request), club_or_404(self.kwargs["slug"])
        require(user, KEEP, club)
        state = self.request.query_params.get("state", "")
        if state and state not in STATES:
            raise ValidationError({"state": [_("Choose among: {all}.").format(all=", ".join(STATES))]})
        if state == queries.CANDIDATE:
            return queries.candidate_records(queries.books_that_ratify(club)).values(*UNCLAIMED)
        return queries.claims_of_club(club, state).values(*COLUMNS)

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return shaped(rows, self.request.user)

    @extend_schema(request=NewClaimShape, responses={201: ClaimedShape})
    def post(self, request: Request, slug: str) -> Response:
        """Claim a candidate. Every list of the book in which the mark stands and isn't claimed yet is claimed with
        it."""
        by, club = person(request), club_or_404(slug)
        require(by, KEEP, club)
        order = NewClaimShape(data=request.data)
        order.is_valid(raise_exception=True)
        book = queries.book_to_claim_in(club, order.validated_data["book"])
        if book is None:
            raise ValidationError({"book": [_("The club has no such book whose records are ratified.")]})
        try:
            made = submit_claims(book, performances=[order.validated_data["performance"]], by=by, at=timezone.now())
        except NothingToClaim as refusal:
            raise Conflict(str(refusal), "nothing_to_claim") from refusal
        rows = queries.claims_numbered([one.pk for one in made]).values(*COLUMNS)
        return Response({"claims": shaped(rows, by)}, status.HTTP_201_CREATED)


def claim_or_404(pk: int) -> RecordClaim:
    found = queries.claim_called(pk)
    if found is None:
        raise Http404
    return found


@extend_schema(responses=ClaimDetailShape)
class OneClaim(ApiView):
    """One claim with all that it is decided by, for those who keep the records, and for the athlete."""

    private = True

    def get(self, request: Request, pk: int) -> Response:
        user, found = person(request), claim_or_404(pk)
        athlete = found.performance.athlete
        if athlete is None or not acts_for(user, athlete, on=timezone.localdate()):
            require(user, KEEP, found.book.club)
        return Response(detail_of(found, user))


def detail_of(claim: RecordClaim, user: User) -> dict[str, Any]:
    page = queries.claim_page(claim, user)
    keeps, ratifies = (user.has_perm(right, claim.book.club) for right in (KEEP, RATIFY))
    return {
        **shaped(queries.claims_numbered([claim.pk]).values(*COLUMNS), user)[0],
        "holds": page.holds,
        "before": held(page.before) if page.before else None,
        "last_day": page.last_day,
        "evidence": [
            {"kind": line.kind, "asked": line.asked, "notes": [one.note for one in line.shown]}
            for line in page.checklist
        ],
        "objections": page.objections,
        "steps": [step.name for step in page.steps] if ratifies else [],
        "history": [
            {"what": one.words, "when": one.at, "who": str(one.by) if keeps and one.by else "", "because": one.because}
            for one in page.history
        ],
        "lists": [{"id": one.pk, "age_group": one.age_group, "state": one.state} for one in page.siblings],
        "certificate": claim.code if claim.state == RecordClaim.State.RATIFIED else None,
    }


@extend_schema(request=DecisionShape, responses=ClaimDetailShape)
class Decide(ApiView):
    """Ratify, reject, rescind, retire or open again one claim. The mark's claims in other lists are decided by
    themselves."""

    def post(self, request: Request, pk: int) -> Response:
        by, found = person(request), claim_or_404(pk)
        require(by, RATIFY, found.book.club)
        order = DecisionShape(data=request.data)
        order.is_valid(raise_exception=True)
        try:
            decide_claims([found], by=by, at=timezone.now(), **order.validated_data)
        except AlreadyDecided as refusal:
            raise Conflict(str(refusal), "already_decided") from refusal
        except DecisionRefused as refusal:
            raise refused(refusal) from refusal
        return Response(detail_of(claim_or_404(pk), by))
