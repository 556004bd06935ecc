"""A club's ceremonies, as its registrars prepare them: what waits for one, what is honoured, papers to print."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404
from django.template.loader import render_to_string
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions import ceremonies as actions
from records.api.claims import KEEP, Shape, club_or_404
from records.api.evidence import to_keep
from records.documents.ceremony import ceremony_certificates
from records.domain.medals import METALS
from records.models import Ceremony
from records.queries import ceremonies as queries
from records.queries.printed import honours_printed
from trackhub.clubs.models import User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict
from trackhub.clubs.rest.renderers import FileOrRefusal
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView, ListView
from trackhub.clubs.rules import require

FACTS = ("title", "starts", "place", "text", "public")
EVENING = {
    "title": "Awards 2026",
    "starts": "2026-12-05T19:00:00Z",
    "place": "Club house",
    "text": "Come as you are.",
    "public": False,
}
FEAT = {
    "key": "performance-700043",
    "names": ["Sam Open"],
    "team": "",
    "discipline": "High jump",
    "age_group": "",
    "competition": "County Championships",
    "date": "2026-05-09",
    "worth": "",
    "metal": "",
    "mark": "1.95 m",
    "record": "club record",
    "waiting": 195,
}
GUESTS = {"invited": 2, "coming": 3, "here": 0, "silent": 1, "to_invite": 1}


@example(EVENING, request=True)
class NewCeremonyShape(serializers.ModelSerializer[Ceremony]):
    class Meta:
        model = Ceremony
        fields = FACTS


@example({"place": "Town hall"}, request=True)
class ChangedCeremonyShape(serializers.ModelSerializer[Ceremony]):
    class Meta:
        model = Ceremony
        fields = FACTS


@example({"id": 2, **EVENING, "honoured": 1})
class CeremonyShape(Shape):
    id = serializers.IntegerField()
    title = serializers.CharField()
    starts = serializers.DateTimeField()
    place = serializers.CharField()
    text = serializers.CharField(allow_blank=True, help_text="Stands in the invitation and the programme.")
    public = serializers.BooleanField(help_text="Whether title, hour and place stand in the club's public calendar.")
    honoured = serializers.IntegerField(help_text="How much is honoured.")


@example(FEAT)
class FeatShape(Shape):
    key = serializers.CharField(help_text="By which it is chosen.")
    names = serializers.ListField(child=serializers.CharField())
    team = serializers.CharField(allow_blank=True)
    discipline = serializers.CharField(help_text="In words.")
    age_group = serializers.CharField(allow_blank=True)
    competition = serializers.CharField(allow_blank=True)
    date = serializers.DateField()
    worth = serializers.CharField(allow_blank=True, help_text="What the club makes of the place.")
    metal = serializers.ChoiceField(["", *METALS])
    mark = serializers.CharField(allow_blank=True)
    record = serializers.CharField(allow_blank=True, help_text="Which records of the club it holds today, in words.")
    waiting = serializers.IntegerField(help_text="For how many days.")


class HonourShape(FeatShape):
    id = serializers.IntegerField()


class GuestCountsShape(Shape):
    invited = serializers.IntegerField(help_text="On the list.")
    coming = serializers.IntegerField(help_text="Persons announced.")
    here = serializers.IntegerField(help_text="Guests who came.")
    silent = serializers.IntegerField(help_text="Without an answer.")
    to_invite = serializers.IntegerField(help_text="With an address, and not mailed yet.")


@example({"id": 2, **EVENING, "honoured": 1, "honours": [{"id": 9, **FEAT}], "guests": GUESTS})
class CeremonyDetailShape(CeremonyShape):
    honours = HonourShape(many=True, help_text="In the order in which they were chosen.")
    guests = GuestCountsShape()


@example({"honours": [FEAT["key"]]}, request=True)
class ChosenShape(Shape):
    honours = serializers.ListField(
        child=serializers.CharField(max_length=40), min_length=1, max_length=2 * queries.MOST_LISTED,
        help_text="Keys of what waits. All or none.",
    )  # fmt: skip


def feat_shaped(one: queries.Feat) -> dict[str, Any]:
    plain = ("key", "team", "discipline", "age_group", "competition", "worth", "metal", "mark", "record", "waiting")
    names = [holder.name for holder in one.holders]
    return {**{name: getattr(one, name) for name in plain}, "names": names, "date": one.day}


def ceremony_shaped(ceremony: Ceremony, user: User) -> dict[str, Any]:
    honours, guests = queries.honours_of(ceremony, user), queries.guests_of(ceremony)
    counts = {name: getattr(guests, name) for name in ("coming", "here", "silent", "to_invite")}
    return {
        "id": ceremony.pk,
        **{name: getattr(ceremony, name) for name in FACTS},
        "honoured": len(honours),
        "honours": [{"id": line.pk, **feat_shaped(line.feat)} for line in honours],
        "guests": {"invited": len(guests.guests), **counts},
    }


def ceremony_for(request: Request, slug: str, pk: int) -> tuple[Ceremony, User]:
    """The ceremony of the address, and the registrar who asks; else 404 or 403."""
    club = club_or_404(slug)
    by, found = require(person(request), KEEP, club), queries.ceremony_of(club, pk)
    if found is None:
        raise Http404
    return found, by


class Ceremonies(ListView):
    """A club's ceremonies, the latest first, for those who keep its records."""

    conditional = False
    private = True
    serializer_class = CeremonyShape
    filterset_class = None

    def get_queryset(self) -> Any:
        self.order_by("-starts", "-id")
        club = club_or_404(self.kwargs["slug"])
        require(person(self.request), KEEP, club)
        return queries.all_ceremonies(club).values("id", *FACTS, "feats")

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [{**{name: row[name] for name in ("id", *FACTS)}, "honoured": row["feats"]} for row in rows]

    @extend_schema(request=NewCeremonyShape, responses={201: CeremonyDetailShape})
    def post(self, request: Request, slug: str) -> Response:
        """Plan a ceremony. What it honours and who is invited is said next."""
        club = club_or_404(slug)
        by, order = require(person(request), KEEP, club), NewCeremonyShape(data=request.data)
        order.is_valid(raise_exception=True)
        made = actions.plan_ceremony(club, by=by, at=timezone.now(), **{"text": ""} | order.validated_data)
        return Response(ceremony_shaped(made, by), status.HTTP_201_CREATED)


class OneCeremony(ApiView):
    private = True

    @extend_schema(responses=CeremonyDetailShape)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One ceremony with all that it honours, and how many come."""
        return Response(ceremony_shaped(*ceremony_for(request, slug, pk)))

    @extend_schema(request=ChangedCeremonyShape, responses=CeremonyDetailShape)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Change a ceremony. What isn't named stays; whoever was invited isn't told of it."""
        (ceremony, by), order = ceremony_for(request, slug, pk), ChangedCeremonyShape(data=request.data, partial=True)
        order.is_valid(raise_exception=True)
        said = {name: getattr(ceremony, name) for name in FACTS} | order.validated_data
        actions.change_ceremony(ceremony, by=by, at=timezone.now(), **said)
        return Response(ceremony_shaped(ceremony, by))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Cancel a ceremony that won't take place. What it was to honour waits again; its invitations open nothing."""
        ceremony, by = ceremony_for(request, slug, pk)
        try:
            actions.cancel_ceremony(ceremony, by=by, at=timezone.now())
        except actions.CeremonyRefused as refusal:
            raise Conflict(str(refusal), "begun") from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


_NAME = OpenApiParameter("name", description="Everything of athletes so called, however long ago.")


@extend_schema(parameters=[_NAME], responses=FeatShape(many=True))
class Unrecognised(ApiView):
    """What waits for a ceremony, records and first prizes first, then the longest wait. Medals and standing records of
    the last two years that were never honoured."""

    private = True
    examples = {"name": "sam open"}

    def get(self, request: Request, slug: str) -> Response:
        club = club_or_404(slug)
        user, name = require(person(request), KEEP, club), request.query_params.get("name", "").replace("\0", "")
        feats = queries.unrecognised(club, user, today=timezone.localdate(), name=name[:80])
        return Response([feat_shaped(one) for one in feats])


class ChooseHonours(ApiView):
    @extend_schema(request=ChosenShape, responses={201: CeremonyDetailShape})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Choose what a ceremony honours, from what waits. Each is honoured once."""
        (ceremony, by), order = ceremony_for(request, slug, pk), ChosenShape(data=request.data)
        order.is_valid(raise_exception=True)
        try:
            actions.choose_honours(ceremony, order.validated_data["honours"], by=by, at=timezone.now())
        except actions.CeremonyRefused as refusal:
            raise Conflict(str(refusal), "not_waiting") from refusal
        return Response(ceremony_shaped(ceremony, by), status.HTTP_201_CREATED)


class OneHonour(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int, honour: int) -> Response:
        """Take something off a ceremony. It waits for another."""
        ceremony, by = ceremony_for(request, slug, pk)
        found = queries.honour_of(ceremony, honour)
        if found is None:
            raise Http404
        actions.drop_honour(found, by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Certificates(ApiView):
    private = True
    limit = "export"
    content_negotiation_class = FileOrRefusal

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, pk: int) -> FileResponse:
        """All certificates of a ceremony in one PDF, a page each. Everybody in a relay gets one."""
        ceremony, by = ceremony_for(request, slug, pk)
        pages = queries.certificate_pages(ceremony, by)
        if not pages:
            raise Http404
        content = ceremony_certificates(*honours_printed(ceremony, pages), colour=ceremony.club.colour)
        return to_keep(content, "application/pdf", f"certificates-{ceremony.pk}.pdf")


class Programme(ApiView):
    private = True
    limit = "export"
    content_negotiation_class = FileOrRefusal

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request, slug: str, pk: int) -> FileResponse:
        """What a ceremony honours as plain text, for the programme and the press. With public names alone."""
        ceremony, _by = ceremony_for(request, slug, pk)
        context = {"club": ceremony.club, "ceremony": ceremony, "feats": queries.programme_lines(ceremony)}
        text = render_to_string("records/ceremony_programme.txt", context)
        return to_keep(text.encode(), "text/plain; charset=utf-8", f"programme-{ceremony.pk}.txt")
