"""What was changed: the versions of one performance, and the log of a club's records."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.queries import catalogue
from records.queries import changes as queries
from records.queries import performances as kept
from trackhub.clubs.models import Club
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView, ListView
from trackhub.clubs.rules import require

RIGHT = "clubs.import_into_club"
INSIDE = "clubs.view_club_private"
CORRECTED = "2026-11-20T09:00:00Z"


class FactShape(serializers.Serializer[Any]):
    fact = serializers.CharField(help_text="mark, date, wind, venue …, in no language.")
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


@example(
    {
        "performance": 4712,
        "mark": "10.52",
        "how": "corrected",
        "when": CORRECTED,
        "who": "Alice",
        "because": "typing error",
        "changed": [{"fact": "mark", "before": "10.25", "after": "10.52"}],
    }
)
class VersionShape(serializers.Serializer[Any]):
    performance = serializers.IntegerField(help_text="The id of this version.")
    mark = serializers.CharField()
    how = serializers.CharField(help_text="How it came, in words.")
    when = serializers.DateTimeField(allow_null=True)
    who = serializers.CharField(allow_blank=True, help_text="For the club's own people.")
    because = serializers.CharField(allow_blank=True, help_text="For the club's own people.")
    changed = FactShape(many=True, help_text="What it says otherwise than the version before it.")


@extend_schema(responses=VersionShape(many=True))
class Versions(ApiView):
    """All versions of a performance, the newest first. A mark is never overwritten."""

    conditional = True

    def get(self, request: Request, pk: int) -> Response:
        one = catalogue.performance_seen_by(request.user, pk)
        if one is None:
            raise Http404
        insider = request.user.has_perm(INSIDE, one.club)
        return Response([_version(found) for found in kept.history_of(kept.versions_of(one), insider=insider)])


def _version(one: kept.Version) -> dict[str, Any]:
    return {
        "performance": one.performance.pk,
        "mark": one.mark,
        "how": one.how,
        "when": one.when,
        "who": one.who,
        "because": one.because,
        "changed": [{"fact": name, "before": was, "after": now} for name, (was, now) in one.differences.items()],
    }


@example(
    {
        "id": 815,
        "when": CORRECTED,
        "who": "Alice",
        "action": "correct_performance",
        "what": "performance corrected",
        "target": "performance 4711",
        "thing": "10.25, 100 m, Sam Open",
        "before": {"mark": "10.25"},
        "after": {"performance": 4712, "mark": "10.52", "because": "typing error"},
    }
)
class ChangeShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    when = serializers.DateTimeField()
    who = serializers.CharField(allow_blank=True)
    action = serializers.CharField()
    what = serializers.CharField(help_text="The action in words.")
    target = serializers.CharField(help_text="The object: its kind and its id.")
    thing = serializers.CharField(help_text="The object as people call it.")
    before = serializers.DictField()
    after = serializers.DictField()


class ChangeFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter brings no types
    action = filters.CharFilter()
    target = filters.CharFilter(method="by_target", help_text="performance 12: all versions of it; athlete 3 …")
    who = filters.NumberFilter("by", min_value=1, max_value=2**63 - 1)
    since = filters.DateFilter("at__date", "gte")
    until = filters.DateFilter("at__date", "lte")

    def by_target(self, found: Any, name: str, text: str) -> Any:
        return found.filter(target__in=queries.targets_of(text))


class Changes(ListView):
    """Every deed in the club's records, for those who keep them, the newest first."""

    conditional = False
    private = True
    queryset = queries.NOTHING  # for the description alone
    serializer_class = ChangeShape
    filterset_class = ChangeFilter

    @property
    def club(self) -> Club:
        found = catalogue.club_called(self.kwargs["slug"])
        if found is None:
            raise Http404
        return found

    def get_queryset(self) -> Any:
        user, club = person(self.request), self.club
        require(user, RIGHT, club)
        return queries.log_of(club, queries.ChangeFilters(), chief=user.has_perm("clubs.change_club", club))

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [
            {
                "id": entry.pk,
                "when": entry.at,
                "who": change.who,
                "action": entry.action,
                "what": change.what,
                "target": entry.target,
                "thing": change.thing,
                "before": entry.before,
                "after": entry.after,
            }
            for entry, change in zip(rows, queries.in_words(rows, self.club), strict=True)
        ]
