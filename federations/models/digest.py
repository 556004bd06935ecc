"""Who gets the week by mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from federations.models.news import languages
from trackhub.clubs.models import Club

AT_MOST_EVERY = timedelta(days=6)
"""A week, less what a beat may be early."""


class DigestQuerySet(models.QuerySet["DigestSubscription"]):
    def due(self, at: datetime) -> Self:
        """Confirmed, and not sent to within the week."""
        return self.filter(Q(last_sent=None) | Q(last_sent__lte=at - AT_MOST_EVERY), confirmed__lte=at)


class DigestSubscription(models.Model):
    """An address that asked for the weekly mail, of one club or of all. The links in mails are signed, so nothing
    secret is kept here."""

    ADDRESSEE = "email"

    email = models.EmailField(_("e-mail"), max_length=254)
    locale = models.CharField(_("language"), max_length=7, choices=languages)
    club = models.ForeignKey(
        Club, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("club")
    )
    asked = models.DateTimeField(_("asked"))
    confirmed = models.DateTimeField(_("confirmed"), null=True, blank=True)
    last_sent = models.DateTimeField(_("last sent"), null=True, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("digest subscription")
        verbose_name_plural = _("digest subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["email", "club"], name="one_digest_of_a_club"),
            models.UniqueConstraint(fields=["email"], condition=Q(club=None), name="one_digest_of_all"),
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="digest_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.email
