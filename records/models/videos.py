"""Where on other sites performances can be watched."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.domain.links import host_of
from records.models.performances import Performance
from trackhub.clubs.models import User

LONGEST_ADDRESS = 300


class Video(models.Model):
    """A link to a video of a performance. Nothing of it is kept or shown here."""

    performance = models.ForeignKey(
        Performance, on_delete=models.CASCADE, related_name="videos", verbose_name=_("performance")
    )
    address = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    title = models.CharField(_("title"), max_length=120, blank=True)
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("added by")
    )
    added = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        constraints = [models.CheckConstraint(condition=Q(address__startswith="https://"), name="video_by_https")]

    def __str__(self) -> str:
        return self.title or self.host

    @property
    def host(self) -> str:
        return host_of(self.address)
