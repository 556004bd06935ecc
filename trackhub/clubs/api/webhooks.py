"""A club's webhooks, for those who keep its settings."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from trackhub.clubs.actions.webhooks import (
    WebhookRefused,
    add_webhook,
    change_webhook,
    key_of,
    remove_webhook,
    renew_key,
    replay_delivery,
)
from trackhub.clubs.api import serializers as shape
from trackhub.clubs.api.clubs import kept_club
from trackhub.clubs.models import Delivery, User, Webhook
from trackhub.clubs.queries import deliveries_of, webhooks_of
from trackhub.clubs.rest.errors import Unprocessable
from trackhub.clubs.rest.permissions import WithinScope, WithoutApiToken
from trackhub.clubs.rest.views import ApiView


def webhook_shaped(one: Webhook) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("id", "url", "kinds", "active", "created")}
    return {**plain, "key": key_of(one)}


class WebhookView(ApiView):
    """What all of them ask first."""

    private = True
    permission_classes = (WithinScope, WithoutApiToken)
    secret = True

    def webhook(self, request: Request, slug: str, pk: int) -> tuple[Webhook, User]:
        club, user = kept_club(request, slug)
        found = webhooks_of(club).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found, user


class Webhooks(WebhookView):
    @extend_schema(responses=shape.WebhookShape(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The club's webhooks, each with the key that signs its messages."""
        club, _user = kept_club(request, slug)
        return Response([webhook_shaped(one) for one in webhooks_of(club)])

    @extend_schema(request=shape.NewWebhookShape, responses={201: shape.WebhookShape})
    def post(self, request: Request, slug: str) -> Response:
        """Add a webhook: an address of yours is told what happens, everything or the kinds that you name."""
        (club, user), said = kept_club(request, slug), shape.NewWebhookShape(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            made = add_webhook(club, by=user, at=timezone.now(), **said.validated_data)
        except WebhookRefused as refusal:
            raise Unprocessable(str(refusal)) from refusal
        return Response(webhook_shaped(made), status.HTTP_201_CREATED)


class OneWebhook(WebhookView):
    @extend_schema(request=shape.ChangedWebhookShape, responses=shape.WebhookShape)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Change a webhook: another address, other kinds, on or off. What isn't named stays."""
        (webhook, user), said = self.webhook(request, slug, pk), shape.ChangedWebhookShape(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            change_webhook(webhook, by=user, at=timezone.now(), **said.validated_data)
        except WebhookRefused as refusal:
            raise Unprocessable(str(refusal)) from refusal
        webhook.refresh_from_db()
        return Response(webhook_shaped(webhook))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Remove a webhook. It goes with the log of its deliveries; the events stay."""
        webhook, user = self.webhook(request, slug, pk)
        remove_webhook(webhook, by=user, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookKey(WebhookView):
    @extend_schema(request=None, responses=shape.WebhookShape)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Renew the key of a webhook. The old one signs nothing any more."""
        webhook, user = self.webhook(request, slug, pk)
        renew_key(webhook, by=user, at=timezone.now())
        return Response(webhook_shaped(webhook))


def delivery_shaped(one: Delivery) -> dict[str, Any]:
    names = ("id", "event_id", "state", "attempts", "due", "status", "answer", "delivered")
    return {name.removesuffix("_id"): getattr(one, name) for name in names} | {"kind": one.event.kind}


class Deliveries(WebhookView):
    @extend_schema(responses=shape.DeliveryShape(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """The newest hundred deliveries: what was sent, how often it was tried, and what came back."""
        webhook, _user = self.webhook(request, slug, pk)
        return Response([delivery_shaped(one) for one in deliveries_of(webhook)[:100]])


class Replay(WebhookView):
    @extend_schema(request=None, responses={202: shape.DeliveryShape})
    def post(self, request: Request, slug: str, pk: int, delivery: int) -> Response:
        """Send a delivery again, from the first attempt on. Receivers know it by its id."""
        webhook, user = self.webhook(request, slug, pk)
        found = deliveries_of(webhook).filter(pk=delivery).first()
        if found is None:
            raise Http404
        try:
            replay_delivery(found, by=user, at=timezone.now())
        except WebhookRefused as refusal:
            raise Unprocessable(str(refusal)) from refusal
        found.refresh_from_db()
        where = reverse("api:deliveries", args=[slug, pk])
        return Response(delivery_shaped(found), status.HTTP_202_ACCEPTED, headers={"Location": where})
