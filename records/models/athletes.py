"""Athletes, the ids other systems know them by, and whom they ran for on which day."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from records.domain.ages import MAJORITY, is_minor, latest_adult_birth
from records.domain.names import fold, initials, name_key
from records.models.disciplines import Sex
from trackhub.clubs.models import Club, ShownAs, User

LONGEST_BIOGRAPHY = 2000
"""Characters."""


def named_in_public(on: date, prefix: str = "") -> Q:
    """Athletes whose names everybody may read. Of the public ones those of age; and minors who agreed to it, or whose
    guardians did, if no club of theirs says otherwise. ``prefix`` leads to the athlete, as in 'athlete__'."""
    agreed = Athlete.objects.filter(consents__purpose="name", consents__withdrawn=None).values("pk")
    otherwise = ClubSpell.objects.on(on).exclude(club__minors_shown_as=ShownAs.FULL).values("athlete")
    named = of_age(on, prefix) | Q(**{f"{prefix}pk__in": agreed}) & ~Q(**{f"{prefix}pk__in": otherwise})
    return Q(**{f"{prefix}visibility": Athlete.Visibility.PUBLIC}) & named


def seen_in_public(on: date, prefix: str = "") -> Q:
    """Athletes whose marks everybody may see, by name or by initials: the public ones, but for minors whom a club of
    theirs hides."""
    hidden = ClubSpell.objects.on(on).filter(club__minors_shown_as=ShownAs.HIDDEN).values("athlete")
    seen = of_age(on, prefix) | ~Q(**{f"{prefix}pk__in": hidden})
    return Q(**{f"{prefix}visibility": Athlete.Visibility.PUBLIC}) & seen


def of_age(on: date, prefix: str = "") -> Q:
    """Athletes of 18 and over, and those of unknown age."""
    born, known_to = f"{prefix}birth_date", f"{prefix}birth_precision"
    year = Q(**{f"{born}__lte": date(on.year - MAJORITY, 12, 31), known_to: Athlete.BirthPrecision.YEAR})
    return Q(**{born: None}) | year | Q(**{f"{born}__lte": latest_adult_birth(on)})


def spoken_for(user: User, on: date, prefix: str = "") -> Q:
    """``user``, and their wards until these come of age. A token bound to a club speaks for nobody."""
    if user.limited_to is not None:
        return Q(**{f"{prefix}pk__in": ()})
    wards = Athlete.objects.filter(guardianships__guardian=user).exclude(of_age(on)).values("pk")
    return Q(**{f"{prefix}account": user}) | Q(**{f"{prefix}pk__in": wards})


class AthleteQuerySet(models.QuerySet["Athlete"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those whom ``user`` may see by name: whom everybody may; a club's for its members; oneself and one's wards;
        never the merged ones."""
        standing, today = self.filter(merged_into=None), timezone.localdate()
        if user.is_superuser:
            return standing
        public = named_in_public(today)
        if not isinstance(user, User):
            return standing.filter(public)
        own = ClubSpell.objects.filter(club__in=user.club_ids).values("athlete")
        return standing.filter(public | Q(pk__in=own) | spoken_for(user, today))

    def named(self, text: str) -> Self:
        """Athletes whose name contains every word of ``text``, whatever the accents and the order."""
        found = self
        for word in fold(text).split():
            found = found.filter(name_key__contains=word)
        return found


class Athlete(models.Model):
    """A person, with or without an account."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("everybody")
        CLUB = "club", _("the club's members")

    class BirthPrecision(models.TextChoices):
        DAY = "day", _("day")
        YEAR = "year", _("year only")
        UNKNOWN = "unknown", _("unknown")

    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    family_name = models.CharField(_("family name"), max_length=80)
    native_name = models.CharField(_("name in own script"), max_length=160, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    birth_precision = models.CharField(
        _("birth date known to"), max_length=7, choices=BirthPrecision, default=BirthPrecision.UNKNOWN
    )
    country = models.CharField(_("country"), max_length=3, blank=True)
    biography = models.TextField(
        _("biography"), max_length=LONGEST_BIOGRAPHY, blank=True, help_text=_("Plain text; an empty line divides.")
    )
    visibility = models.CharField(_("shown to"), max_length=6, choices=Visibility, default=Visibility.PUBLIC)
    account = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="athlete", verbose_name=_("account")
    )
    erased = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    name_key = models.CharField(max_length=170, editable=False, db_index=True)
    batch = models.ForeignKey(
        "records.ImportBatch", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="athletes"
    )

    objects = AthleteQuerySet.as_manager()

    class Meta:
        verbose_name = _("athlete")
        verbose_name_plural = _("athletes")
        constraints = [
            models.CheckConstraint(condition=Q(sex__in=["M", "F"]), name="athlete_sex_is_m_or_f"),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True, birth_precision="unknown")
                | Q(birth_date__isnull=False, birth_precision__in=["day", "year"]),
                name="birth_precision_fits_birth_date",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="athlete_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.given_name, self.family_name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("athlete", args=[self.pk, slugify(str(self)) or "athlete"])

    @property
    def initials(self) -> str:
        return initials(self.given_name, self.family_name)

    def is_minor(self, on: date) -> bool:
        return is_minor(self.birth_date, self.birth_precision, on)

    @property
    def born(self) -> str:
        """The birth date as far as it is known, '' where it isn't."""
        if self.birth_date is None:
            return ""
        return str(self.birth_date.year) if self.birth_precision == "year" else self.birth_date.isoformat()


class ExternalId(models.Model):
    """The id by which another system knows an athlete."""

    athlete = models.ForeignKey(
        Athlete, on_delete=models.CASCADE, related_name="external_ids", verbose_name=_("athlete")
    )
    source = models.CharField(_("source"), max_length=40)
    value = models.CharField(_("id there"), max_length=80)

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = [models.UniqueConstraint(fields=["source", "value"], name="one_athlete_per_external_id")]

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"


class ClubSpellQuerySet(models.QuerySet["ClubSpell"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(starts=None) | Q(starts__lte=day), Q(ends=None) | Q(ends__gte=day))


class ClubSpell(models.Model):
    """A time during which an athlete belongs to a club."""

    class Claim(models.TextChoices):
        FIRST = "first", _("first claim")
        SECOND = "second", _("second claim")

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="spells", verbose_name=_("athlete"))
    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="spells", verbose_name=_("club"))
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)
    claim = models.CharField(_("claim"), max_length=6, choices=Claim, default=Claim.FIRST)

    objects = ClubSpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("club spell")
        verbose_name_plural = _("club spells")
        constraints = [
            models.UniqueConstraint(fields=["athlete", "club", "starts"], name="one_spell_per_start"),
            models.UniqueConstraint(
                fields=["athlete", "club"], condition=Q(starts=None), name="one_spell_without_a_start"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(starts__isnull=True) | Q(ends__gte=F("starts")),
                name="spell_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.athlete}, {self.club}"
