"""What athletes, their guardians and the club's registrars tell: a biography, and videos of performances."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.correcting import AlreadySuperseded
from records.actions.profiles import ProfileRefused, add_video, remove_video, write_biography
from records.api import serializers as shape
from records.api.claims import refused
from records.api.lists import athlete_or_404, athletes_shaped, video_shaped
from records.models import Athlete, Performance
from records.queries.catalogue import performance_seen_by
from records.queries.lines import Faces
from records.queries.videos import people_behind
from records.queries.voices import acts_for_any, club_of
from trackhub.clubs.models import ApiToken, Club, User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require

RIGHT = "clubs.import_into_club"


def teller(request: Request, people: Sequence[Athlete], club: Club | None) -> User:
    """Whoever asks, if they speak for one of ``people`` or keep the records of ``club``. A program speaks for nobody:
    its token does what the club's registrar may, within its club."""
    user = person(request)
    in_person = not isinstance(request.auth, ApiToken)
    if in_person and acts_for_any(user, people, on=timezone.localdate()):
        return user
    return require(user, RIGHT, club)


class Profile(ApiView):
    @extend_schema(request=shape.BiographyShape, responses=shape.AthleteDetailShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Write the biography; empty, it is taken away. For the athlete, a guardian and the club's registrars."""
        athlete = athlete_or_404(request, pk)
        by = teller(request, [athlete], club_of(athlete, on=timezone.localdate()))
        order = shape.BiographyShape(data=request.data)
        order.is_valid(raise_exception=True)
        try:
            write_biography(athlete, order.validated_data["biography"], by=by, at=timezone.now())
        except ProfileRefused as refusal:
            raise refused(refusal) from refusal
        return Response(athletes_shaped([athlete])[0] | {"biography": athlete.biography})


def _filmed(request: Request, pk: int) -> tuple[Performance, User]:
    one = performance_seen_by(person(request), pk)
    if one is None or not Faces([one], request.user).are_named(one):
        raise Http404
    return one, teller(request, people_behind(one), one.club)


class Videos(ApiView):
    @extend_schema(request=shape.NewVideoShape, responses={201: shape.VideoShape})
    def post(self, request: Request, pk: int) -> Response:
        """Add a link to a video, for whose performance it is, a guardian and the club's registrars. One that is there
        already is the answer."""
        one, by = _filmed(request, pk)
        order = shape.NewVideoShape(data=request.data)
        order.is_valid(raise_exception=True)
        try:
            video = add_video(one, **order.validated_data, by=by, at=timezone.now())
        except ProfileRefused as refusal:
            raise refused(refusal) from refusal
        except AlreadySuperseded as refusal:
            raise Conflict(str(refusal), "superseded") from refusal
        return Response(video_shaped(video), status.HTTP_201_CREATED)


class OneVideo(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int, video: int) -> Response:
        """Remove a link."""
        one, by = _filmed(request, pk)
        found = one.videos.filter(pk=video).first()
        if found is None:
            raise Http404
        remove_video(found, by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
