"""Whose account an athlete's is."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.linking import LinkRefused, link_account
from records.api.lists import athlete_or_404
from records.api.own import OwnView
from records.queries.voices import club_of
from trackhub.clubs.queries import members_of
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rules import require


class _MemberShape(serializers.Serializer[Any]):
    member = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=2**63 - 1, help_text="Of the athlete's club; null takes the link away."
    )


@example({"member": None}, request=True)
class LinkShape(_MemberShape):
    pass


@example({"member": 12})
class LinkedShape(_MemberShape):
    pass


@extend_schema(request=LinkShape, responses=LinkedShape)
class Account(OwnView):
    def put(self, request: Request, pk: int) -> Response:
        """Say which member of the club the athlete is. For the club's chief registrar."""
        athlete, today = athlete_or_404(request, pk), timezone.localdate()
        club = club_of(athlete, on=today)
        by = require(person(request), "clubs.change_club", club)
        order = LinkShape(data=request.data)
        order.is_valid(raise_exception=True)
        number = order.validated_data["member"]
        member = members_of(club).filter(pk=number).first() if club and number else None
        if number and member is None:
            raise ValidationError({"member": [_("The club has no such member.")]})
        try:
            link_account(athlete, member.user if member else None, by=by, at=timezone.now())
        except LinkRefused as refusal:
            raise ValidationError({"member": [str(refusal)]}) from refusal
        return Response({"member": number})
