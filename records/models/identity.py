"""Who is the same person: names by which files called an athlete, merges that can be taken back, pairs that are two."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.models.athletes import Athlete
from trackhub.clubs.models import User


class AthleteAlias(models.Model):
    """A name that a source uses for an athlete, folded as ``Athlete.name_key`` is. A merge leaves one, so that the
    next file from there doesn't bring the duplicate back."""

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("athlete"))
    source = models.CharField(_("source"), max_length=40, blank=True, help_text=_("Empty: every source."))
    name_key = models.CharField(_("name there"), max_length=170, db_index=True)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [
            models.UniqueConstraint(fields=["athlete", "source", "name_key"], name="one_alias_per_source_and_name")
        ]

    def __str__(self) -> str:
        return self.name_key


class AthleteMerge(models.Model):
    """One merge. ``moved`` says what went from ``merged`` to ``survivor``, so that it can go back:
    {"records.performance": [ids], …, "before": {facts of the survivor}}."""

    survivor = models.ForeignKey(
        Athlete, on_delete=models.CASCADE, related_name="merges", verbose_name=_("athlete that stays")
    )
    merged = models.ForeignKey(
        Athlete, on_delete=models.CASCADE, related_name="merged_by", verbose_name=_("athlete that was merged")
    )
    moved = models.JSONField(_("what moved"), default=dict)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    undone = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )

    class Meta:
        verbose_name = _("merge of athletes")
        verbose_name_plural = _("merges of athletes")
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone=None), name="one_standing_merge_per_athlete")
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.survivor_id}"


class NotTheSame(models.Model):
    """Two athletes who look like one person and aren't: somebody who knows said so."""

    one = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="+", verbose_name=_("athlete"))
    other = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="+", verbose_name=_("athlete"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("pair of two persons")
        verbose_name_plural = _("pairs of two persons")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="one_word_per_pair"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"
