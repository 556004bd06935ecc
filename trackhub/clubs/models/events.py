"""What happened, told to the outside: one append-only log, and the webhooks that carry it to clubs' own systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.models.clubs import Club, Role
from trackhub.clubs.models.users import User


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Public events for everybody, a club's private ones for those whom webhooks would tell: its members."""
        if user.is_superuser:
            return self
        if not isinstance(user, User):
            return self.filter(public=True)
        return self.filter(Q(public=True) | Q(club__in=user.club_ids))

    def update(self, **kwargs: Any) -> int:
        raise TypeError("An event is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("An event is never removed.")


class Event(models.Model):
    """One fact, by its id the order in which things happened. Feeds, streams and webhooks all read it here."""

    at = models.DateTimeField(_("when"))
    kind = models.SlugField(_("what"), max_length=60)
    club = models.ForeignKey(Club, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("club"))
    public = models.BooleanField(_("public"), default=False)
    payload = models.JSONField(_("contents"), default=dict, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["club", "id"])]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An event is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("An event is never removed.")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The webhooks of the clubs whose settings ``user`` keeps."""
        if user.is_superuser:
            return self
        return self.filter(club__in=user.clubs_as(Role.CHIEF_REGISTRAR)) if isinstance(user, User) else self.none()


class Webhook(models.Model):
    """An address of a club's own system that is told of its events.

    Deliveries are signed with a key derived from the site's secret, this row and ``generation``; a new
    generation is a new key.
    """

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="webhooks", verbose_name=_("club"))
    url = models.URLField(_("address"), max_length=500)
    kinds = models.JSONField(_("only these events"), default=list, blank=True)
    active = models.BooleanField(_("active"), default=True)
    generation = models.PositiveSmallIntegerField(default=1, editable=False)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("made by"))
    created = models.DateTimeField(_("made"))

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> Self:
        return self.filter(state=Delivery.State.WAITING, due__lte=at, webhook__active=True)


class Delivery(models.Model):
    """One event on its way to one webhook."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        DEAD = "dead", _("given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("event"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due = models.DateTimeField(_("next attempt"))
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    delivered = models.DateTimeField(_("delivered"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="one_delivery_per_event")]
        indexes = [models.Index(fields=["due"], condition=Q(state="waiting"), name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.event} → {self.webhook}: {self.get_state_display()}"
