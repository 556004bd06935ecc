"""Qualifying standards of championships: what a mark must be, within which days and by which rules."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from records.domain import standards as domain
from records.domain.eligibility import Policy
from records.models.books import RecordPolicy
from records.models.disciplines import AgeGroupScheme, Discipline, Sex
from records.models.performances import Facility
from trackhub.clubs.models import Club


class StandardSet(models.Model):
    """The standards of one championship; of a club's own set the club's athletes alone are listed."""

    club = models.ForeignKey(
        Club, on_delete=models.CASCADE, null=True, blank=True, related_name="standards", verbose_name=_("club")
    )
    name = models.CharField(_("championship"), max_length=120)
    held_on = models.DateField(_("first day"), help_text=_("Age groups are taken on this day, or in its year."))
    starts = models.DateField(_("marks from"))
    ends = models.DateField(_("marks until"))
    scheme = models.ForeignKey(
        AgeGroupScheme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("age-group scheme")
    )
    wind = models.CharField(_("wind"), max_length=14, choices=RecordPolicy.Wind, default=RecordPolicy.Wind.READING)
    hand = models.BooleanField(_("hand times count"), default=False)
    facility = models.CharField(
        _("where"), max_length=7, choices=Facility, blank=True, help_text=_("Empty: wherever achieved.")
    )
    refuses = models.IntegerField(_("flaws it refuses"), editable=False)

    class Meta:
        verbose_name = _("set of standards")
        verbose_name_plural = _("qualifying standards")
        constraints = [
            models.UniqueConstraint(fields=["club", "name", "held_on"], name="one_set_of_standards_per_championship"),
            models.UniqueConstraint(
                fields=["name", "held_on"],
                condition=Q(club=None),
                name="one_set_of_standards_per_championship_without_club",
            ),
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="window_ends_after_it_starts",
                violation_error_message=_("The last day for marks is before the first."),
            ),
        ]
        indexes = [models.Index(fields=["-held_on"], name="standards_latest")]

    def __str__(self) -> str:
        return f"{self.name} {self.held_on.year}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        rules = Policy(wind=self.wind, hand="mixed" if self.hand else "refused")  # type: ignore[arg-type]  # the choices
        self.refuses = int(rules.refuses)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("standards", args=[self.pk, slugify(str(self)) or "standards"])


class Standard(models.Model):
    """What qualifies in one discipline: A automatically, B for consideration. One of the two may be missing."""

    set = models.ForeignKey(
        StandardSet, on_delete=models.CASCADE, related_name="standards", verbose_name=_("championship")
    )
    discipline = models.ForeignKey(
        Discipline, on_delete=models.PROTECT, related_name="standards", verbose_name=_("discipline")
    )
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    age_group = models.CharField(_("age group"), max_length=20, blank=True)
    a_value = models.PositiveIntegerField(
        _("A standard in ms, cm or points"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    b_value = models.PositiveIntegerField(
        _("B standard in ms, cm or points"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    a_merit = models.IntegerField(null=True, editable=False)
    b_merit = models.IntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        constraints = [
            models.UniqueConstraint(fields=["set", "discipline", "sex", "age_group"], name="one_standard_per_class"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="standard_of_a_known_class"),
            models.CheckConstraint(
                condition=Q(a_value__isnull=False) | Q(b_value__isnull=False), name="standard_says_a_mark"
            ),
            models.CheckConstraint(condition=Q(a_value=None) | Q(a_value__gt=0), name="a_standard_is_a_mark"),
            models.CheckConstraint(condition=Q(b_value=None) | Q(b_value__gt=0), name="b_standard_is_a_mark"),
            models.CheckConstraint(
                condition=Q(a_merit=None) | Q(b_merit=None) | Q(a_merit__gte=F("b_merit")),
                name="b_standard_is_no_harder_than_a",
            ),
            models.CheckConstraint(
                condition=Q(a_value=None, a_merit=None) | Q(a_value__isnull=False, a_merit__isnull=False),
                name="a_standard_has_its_merit",
            ),
            models.CheckConstraint(
                condition=Q(b_value=None, b_merit=None) | Q(b_value__isnull=False, b_merit__isnull=False),
                name="b_standard_has_its_merit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.discipline} {self.sex} {self.age_group}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.a_merit, self.b_merit = (self.merit_of(self.discipline, value) for value in (self.a_value, self.b_value))
        super().save(*args, **kwargs)

    @staticmethod
    def merit_of(discipline: Discipline, value: int | None) -> int | None:
        """``value`` on a scale where more is better."""
        return -value if value is not None and discipline.measure == Discipline.Measure.TIME else value

    @property
    def a(self) -> str:
        """The A standard as it is printed, '' where there is none."""
        return self._text(self.a_value)

    @property
    def b(self) -> str:
        return self._text(self.b_value)

    def _text(self, value: int | None) -> str:
        return "" if value is None else domain.standard_text(value, self.discipline.specification)
