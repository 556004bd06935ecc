"""The rules of a record book: those in force, every version before them, what others would do, and changing them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.policies import PolicyOvertaken, PolicyRefused, change_policy, policy_effect, propose_policy
from records.api.claims import HELD, HeldShape, Shape, held
from records.domain.rulebooks import MOST, UK_CLUB
from records.models import Evidence, RecordBook, RecordPolicy
from records.queries import policies as queries
from trackhub.clubs.models import User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.permissions import WithoutApiToken
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require

READ = "clubs.view_club_private"
CHANGE = "clubs.change_club"


def _most(name: str) -> serializers.IntegerField:
    return serializers.IntegerField(required=False, min_value=0, max_value=MOST[name])


class OptionsShape(Shape):
    wind = serializers.ChoiceField(RecordPolicy.Wind.values, required=False)
    wind_from_age = _most("wind_from_age")
    any_wind = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=200,
        help_text="Codes of the disciplines in which any wind counts.",
    )  # fmt: skip
    hand = serializers.ChoiceField(RecordPolicy.Hand.values, required=False)
    hand_short_ms = _most("hand_short_ms")
    hand_400_ms = _most("hand_400_ms")
    ties = serializers.ChoiceField(RecordPolicy.Ties.values, required=False)
    facilities = serializers.ChoiceField(RecordPolicy.Facilities.values, required=False)
    inheritance = serializers.ChoiceField(RecordPolicy.Inheritance.values, required=False)
    claims = serializers.ChoiceField(RecordPolicy.Claims.values, required=False)
    minimum_field = _most("minimum_field")
    ratification = serializers.BooleanField(required=False)
    claim_days = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=MOST["claim_days"], help_text="Null: no limit."
    )
    evidence = serializers.ListField(
        child=serializers.ChoiceField(Evidence.Kind.values), required=False, max_length=len(Evidence.Kind)
    )


class RuleShape(Shape):
    name = serializers.CharField()
    about = serializers.CharField(help_text="In words.")
    text = serializers.CharField(help_text="In words.")


class DifferenceShape(Shape):
    about = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class RulesVersionShape(Shape):
    version = serializers.IntegerField()
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    who = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    changed = DifferenceShape(many=True)


DIFFERENCE = {"about": "Timing", "before": "automatic timing up to 800 m", "after": "hand times as a line of their own"}


@example(
    {
        "book": "harbour",
        "club": "harbour",
        "version": 2,
        "options": UK_CLUB,
        "rules": [{"name": "hand", "about": "Timing", "text": "hand times as a line of their own"}],
        "versions": [
            {
                "version": 2,
                "starts": "2026-11-20",
                "ends": None,
                "who": "Alice",
                "note": "Decided at the general meeting",
                "changed": [DIFFERENCE],
            }
        ],
    }
)
class PolicyShape(Shape):
    book = serializers.CharField()
    club = serializers.CharField()
    version = serializers.IntegerField(help_text="The one in force; 0 before there is any.")
    options = OptionsShape()
    rules = RuleShape(many=True, help_text="The same in words.")
    versions = RulesVersionShape(many=True, help_text="All of them, the newest first.")


class ProposalShape(Shape):
    seen = serializers.IntegerField(
        min_value=0, max_value=32767, help_text="The version that you have read: nobody saves over another's change."
    )
    options = OptionsShape(help_text="What is to be different; what isn't named stays.")


@example({"seen": 2, "options": {"ties": "first"}}, request=True)
class PreviewShape(ProposalShape):
    """Other rules."""


@example({"seen": 2, "options": {"ties": "first"}, "note": "Decided at the general meeting"}, request=True)
class NewPolicyShape(ProposalShape):
    """The next version."""

    note = serializers.CharField(max_length=200, help_text="Why. Members read it beside the version.")


class EffectChangeShape(Shape):
    discipline = serializers.CharField()
    sex = serializers.CharField()
    age_groups = serializers.ListField(child=serializers.CharField(allow_blank=True), help_text="Blank: all ages.")
    facility = serializers.CharField(allow_blank=True)
    timing = serializers.CharField(allow_blank=True)
    before = HeldShape(many=True)
    after = HeldShape(many=True)
    reasons = serializers.ListField(child=serializers.CharField())


@example(
    {
        "differences": [DIFFERENCE],
        "removed": 1,
        "restored": 1,
        "left": 211,
        "changes": [
            {
                "discipline": "100",
                "sex": "M",
                "age_groups": ["", "U20"],
                "facility": "outdoor",
                "timing": "",
                "before": [HELD],
                "after": [HELD | {"mark": "10.65", "holders": ["Lee Early"]}],
                "reasons": ["no wind reading"],
            }
        ],
        "more": 0,
    }
)
class EffectShape(Shape):
    differences = DifferenceShape(many=True)
    removed = serializers.IntegerField(help_text="Standing records that would go, one for each holder and list.")
    restored = serializers.IntegerField(help_text="Those that would come.")
    left = serializers.IntegerField(help_text="Those that stay.")
    changes = EffectChangeShape(many=True, help_text="The first 300.")
    more = serializers.IntegerField(help_text="How many changes more there are.")


def book_known(request: Request, slug: str, right: str) -> tuple[RecordBook, User]:
    user, found = person(request), queries.book_called(slug)
    if found is None:
        raise Http404
    return found, require(user, right, found.club)


def _differences(found: Any) -> list[dict[str, str]]:
    return [{"about": one.label, "before": one.before, "after": one.after} for one in found]


def shaped(book: RecordBook) -> dict[str, Any]:
    policy = book.policy
    rules = queries.options_of(policy) if policy else []
    return {
        "book": book.slug,
        "club": book.club.slug if book.club else "",
        "version": policy.version if policy else 0,
        "options": policy.options if policy else {},
        "rules": [{"name": one.name, "about": one.label, "text": one.text} for one in rules],
        "versions": [
            {
                "version": one.policy.version,
                "starts": one.starts,
                "ends": one.ends,
                "who": str(one.policy.by or ""),
                "note": one.policy.note,
                "changed": _differences(one.changes),
            }
            for one in queries.versions_of(book)
        ],
    }


@contextmanager
def translated() -> Iterator[None]:
    """Refusals of other rules become sentences of the API."""
    try:
        yield
    except PolicyOvertaken as refusal:
        raise Conflict(str(refusal), "overtaken") from refusal
    except PolicyRefused as refusal:
        raise Unprocessable(str(refusal), "refused") from refusal


class BookPolicy(ApiView):
    private = True

    def get_permissions(self) -> list[Any]:
        """The rules are people's to change, as the club's other settings are."""
        return [*super().get_permissions(), *([WithoutApiToken()] if self.request.method == "POST" else [])]

    @extend_schema(responses=PolicyShape)
    def get(self, request: Request, slug: str) -> Response:
        """The rules of a club's record book, for the club's people: those in force, and every version before them."""
        book, _user = book_known(request, slug, READ)
        return Response(shaped(book))

    @extend_schema(request=NewPolicyShape, responses={201: PolicyShape})
    def post(self, request: Request, slug: str) -> Response:
        """Change the rules: the next version comes into force, and the book is worked out anew by it."""
        book, by = book_known(request, slug, CHANGE)
        order = NewPolicyShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = order.validated_data
        with translated():
            change_policy(book, by=by, at=timezone.now(), seen=said["seen"], note=said["note"], **said["options"])
        return Response(shaped(book), status.HTTP_201_CREATED)


@extend_schema(request=PreviewShape, responses=EffectShape)
class PreviewPolicy(ApiView):
    """See what other rules would do to the book's standing records. Nothing is changed."""

    def post(self, request: Request, slug: str) -> Response:
        book, user = book_known(request, slug, CHANGE)
        order = PreviewShape(data=request.data)
        order.is_valid(raise_exception=True)
        with translated():
            new = propose_policy(book, seen=order.validated_data["seen"], **order.validated_data["options"])
        effect = policy_effect(book, new, user)
        differences = queries.differences(book.policy, new) if book.policy else ()
        counts = {name: getattr(effect, name) for name in ("removed", "restored", "left", "more")}
        changes = [_change(one) for one in effect.changes]
        return Response({"differences": _differences(differences), **counts, "changes": changes})


def _change(one: Any) -> dict[str, Any]:
    return {
        "discipline": one.code,
        "sex": one.sex,
        "age_groups": one.groups,
        "facility": one.facility,
        "timing": one.timing,
        "before": [held(line) for line in one.before],
        "after": [held(line) for line in one.after],
        "reasons": one.reasons,
    }
