"""Who speaks for an athlete, and to what they agreed."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.models.athletes import Athlete, spoken_for
from trackhub.clubs.models import User


class Guardianship(models.Model):
    """A parent or guardian with an account, who acts for a minor until the minor's eighteenth birthday."""

    athlete = models.ForeignKey(
        Athlete, on_delete=models.CASCADE, related_name="guardianships", verbose_name=_("athlete")
    )
    guardian = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="guardianships", verbose_name=_("guardian")
    )
    created = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        constraints = [models.UniqueConstraint(fields=["athlete", "guardian"], name="one_guardianship_per_pair")]

    def __str__(self) -> str:
        return f"{self.guardian} for {self.athlete}"

    def stands(self, on: date) -> bool:
        """Whether the guardian still acts for the athlete ``on`` this day. Of unknown age is nobody's ward."""
        return self.athlete.is_minor(on)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> Self:
        return self.filter(withdrawn=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Receipts of one's own athlete, and of one's wards."""
        return (
            self.filter(spoken_for(user, timezone.localdate(), "athlete__")) if isinstance(user, User) else self.none()
        )


class Consent(models.Model):
    """The receipt of one agreement: to what, in which words, by whom, when; and when it was withdrawn."""

    class Purpose(models.TextChoices):
        NAME = "name", _("my full name on public pages")
        PHOTO = "photo", _("photos and videos of me")
        RESEARCH = "research", _("use in research, without my name")

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="consents", verbose_name=_("athlete"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    version = models.CharField(_("version of the words"), max_length=20)
    words = models.TextField(_("words agreed to"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("given by"))
    given = models.DateTimeField(_("given"))
    withdrawn = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["athlete", "purpose"], condition=Q(withdrawn=None), name="one_standing_consent_per_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.athlete}: {self.get_purpose_display()}"
