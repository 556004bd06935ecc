"""Disciplines and age groups, as data."""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_lowercase

from django.db import models
from django.db.models import Q
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from records.domain import disciplines as domain
from trackhub.clubs.models import Club


class Sex(models.TextChoices):
    """Classes of competition; X is a mixed team."""

    MEN = "M", _("men")
    WOMEN = "F", _("women")
    MIXED = "X", _("mixed")


_NAMES = (
    gettext_noop("{a} km"), gettext_noop("{a} km walk"), gettext_noop("{a} m"), gettext_noop("{a} m hurdles"),
    gettext_noop("{a} m hurdles {b} m"), gettext_noop("{a} m steeplechase"),
    gettext_noop("{a} m steeplechase {b} m"), gettext_noop("{a} m walk"), gettext_noop("{a} miles"),
    gettext_noop("{a} miles (road)"), gettext_noop("{a} yards"), gettext_noop("{a} × {b} m"),
    gettext_noop("Cross-country {a} km"), gettext_noop("Decathlon"), gettext_noop("Decathlon U{a}"),
    gettext_noop("Discus throw"), gettext_noop("Discus throw {a} kg"), gettext_noop("Distance medley relay"),
    gettext_noop("Half marathon"), gettext_noop("Hammer throw"), gettext_noop("Hammer throw {a} kg"),
    gettext_noop("Heptathlon"), gettext_noop("Heptathlon (indoor)"), gettext_noop("Heptathlon U{a}"),
    gettext_noop("Heptathlon U{a} (indoor)"), gettext_noop("High jump"), gettext_noop("Javelin throw"),
    gettext_noop("Javelin throw {a} g"), gettext_noop("Long jump"), gettext_noop("Marathon"),
    gettext_noop("Marathon walk"), gettext_noop("Mile"), gettext_noop("Mile (road)"), gettext_noop("Octathlon"),
    gettext_noop("One hour"), gettext_noop("Pentathlon"), gettext_noop("Pentathlon (indoor)"),
    gettext_noop("Pole vault"), gettext_noop("Shot put"), gettext_noop("Shot put {a} kg"),
    gettext_noop("Sprint medley relay"), gettext_noop("Standing high jump"), gettext_noop("Standing long jump"),
    gettext_noop("Triple jump"), gettext_noop("Weight throw"), gettext_noop("Weight throw {a} kg"),
)  # fmt: skip
"""The forms of all names that records.domain.disciplines gives."""
_NUMBER = re.compile(r"\d[\d.,]*")


def discipline_name(english: str) -> str:
    """A discipline's name in the reader's language, its numbers with the decimal sign of that language."""
    return _name_in(get_language() or "en", english)


@lru_cache(maxsize=2_000)
def _name_in(language: str, english: str) -> str:
    signs = {",": get_format("THOUSAND_SEPARATOR", language), ".": get_format("DECIMAL_SEPARATOR", language)}
    numbers = [number.translate(str.maketrans(signs)) for number in _NUMBER.findall(english)]
    letters = iter(ascii_lowercase[: len(numbers)])
    form = _NUMBER.sub(lambda _found: "{" + next(letters, "") + "}", english)
    if form not in _NAMES or "{" in english:
        return english
    return gettext(form).format(**dict(zip(ascii_lowercase, numbers, strict=False)))


class Discipline(models.Model):
    """One discipline with one specification; see records.domain.disciplines."""

    class Measure(models.TextChoices):
        TIME = "time", _("time")
        DISTANCE = "distance", _("distance")
        HEIGHT = "height", _("height")
        POINTS = "points", _("points")

    code = models.CharField(_("code"), max_length=20)
    sex = models.CharField(_("only for"), max_length=1, blank=True, choices=Sex)
    english_name = models.CharField(_("name"), max_length=60)
    family = models.CharField(_("family"), max_length=10)
    measure = models.CharField(_("measured as"), max_length=8, choices=Measure)
    distance_mm = models.PositiveIntegerField(_("distance in mm"), null=True, blank=True)
    implement_g = models.PositiveIntegerField(_("implement in g"), null=True, blank=True)
    hurdle_mm = models.PositiveSmallIntegerField(_("hurdle height in mm"), null=True, blank=True)
    legs = models.PositiveSmallIntegerField(_("legs"), null=True, blank=True)
    place_in_list = models.PositiveIntegerField(_("place in lists"), default=9999)

    class Meta:
        verbose_name = _("discipline")
        verbose_name_plural = _("disciplines")
        constraints = [models.UniqueConstraint(fields=["code", "sex"], name="one_discipline_per_code_and_sex")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return discipline_name(self.english_name)

    @property
    def specification(self) -> domain.Discipline:
        """The same in plain Python, with the rules that go with it."""
        return domain.resolve(self.code, self.sex, "indoor" if self.code in ("HEPI", "HEPIJ", "PENI") else "outdoor")


class AgeGroupScheme(models.Model):
    """A set of age groups: World Athletics, UK Athletics, or a club's own."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    club = models.ForeignKey(Club, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("club"))

    class Meta:
        verbose_name = _("age-group scheme")
        verbose_name_plural = _("age-group schemes")

    def __str__(self) -> str:
        return self.name


class AgeGroup(models.Model):
    """One age group, bounded below and above by an age on a reference day, between two dates of validity."""

    class Kind(models.TextChoices):
        YOUTH = "youth", _("youth")
        SENIOR = "senior", _("senior")
        MASTERS = "masters", _("masters")

    class ReferenceDay(models.TextChoices):
        DAY = "day", _("the day of the mark")
        DEC31 = "dec31", _("31 December of the year")
        AUG31 = "aug31", _("31 August in the competition year")

    scheme = models.ForeignKey(
        AgeGroupScheme, on_delete=models.CASCADE, related_name="groups", verbose_name=_("scheme")
    )
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    lower_on = models.CharField(_("lower age on"), max_length=5, choices=ReferenceDay, default=ReferenceDay.DEC31)
    lower_age = models.PositiveSmallIntegerField(_("from age"), default=0)
    upper_on = models.CharField(_("upper age on"), max_length=5, choices=ReferenceDay, default=ReferenceDay.DEC31)
    upper_age = models.PositiveSmallIntegerField(_("to age"), default=200)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    place_in_list = models.PositiveSmallIntegerField(_("place in lists"), default=0)

    class Meta:
        verbose_name = _("age group")
        verbose_name_plural = _("age groups")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code", "valid_from"], name="one_age_group_per_code_and_start"),
            models.UniqueConstraint(
                fields=["scheme", "code"], condition=Q(valid_from=None), name="one_age_group_without_a_start"
            ),
            models.CheckConstraint(condition=Q(lower_age__lte=models.F("upper_age")), name="age_group_bounds_in_order"),
        ]

    def __str__(self) -> str:
        return self.code
