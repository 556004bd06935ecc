"""Who did what, when, and what it was before."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.models.clubs import Club
from trackhub.clubs.models.users import User


class AuditEntry(models.Model):
    """One deed. Written by actions in the transaction that does it, and never changed."""

    at = models.DateTimeField(_("when"), db_index=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("who"))
    club = models.ForeignKey(Club, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("club"))
    action = models.CharField(_("what"), max_length=60)
    target = models.CharField(_("of"), max_length=120)
    before = models.JSONField(_("before"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["target"], name="deeds_of_target")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An audit entry is never changed.")
        super().save(*args, **kwargs)


class SiteVersion(models.Model):
    """One row that counts the deeds: while the number stands, no answer of the site has changed.

    Conditional requests are settled by it. It is written in the transaction of the deed, so whoever reads the new
    number reads the new rows as well.
    """

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_site_version")]

    def __str__(self) -> str:
        return str(self.number)
