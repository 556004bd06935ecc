"""Clubs, and who has which role in them from when to when."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.models.users import User


class Role(models.TextChoices):
    """Roles of a membership, the most powerful first (design §4)."""

    CHIEF_REGISTRAR = "chief_registrar", _("chief registrar")
    REGISTRAR = "registrar", _("registrar")
    OFFICIAL = "official", _("official")
    STARTER = "starter", _("starter")
    COACH = "coach", _("coach")
    ATHLETE = "athlete", _("athlete")
    VIEWER = "viewer", _("viewer")


class ShownAs(models.TextChoices):
    """How a person stands on pages that everybody can read."""

    FULL = "full", _("by full name, where agreed to")
    INITIALS = "initials", _("by initials")
    HIDDEN = "hidden", _("not at all")


class Club(models.Model):
    """A club: athletes run for it, and it keeps record books."""

    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    country = models.CharField(
        _("country"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, as in GBR."))],
        help_text=_("The World Athletics code, three capital letters."),
    )
    town = models.CharField(_("town"), max_length=80, blank=True)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour such as #0a5c36."))],
    )
    age_group_scheme = models.SlugField(_("age-group scheme"), max_length=40, default="wa")
    season_start = models.PositiveSmallIntegerField(
        _("first month of the season"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )

    second_factor_required = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Whoever keeps records or results here logs in with a second factor."),
    )

    import_alarm_percent = models.PositiveSmallIntegerField(
        _("imports ask twice from"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Percent of the club's performances or athletes that a file would change."),
    )

    minors_shown_as = models.CharField(
        _("athletes under 18 are shown"),
        max_length=8,
        choices=ShownAs,
        default=ShownAs.FULL,
        help_text=_(
            "To the public, at most. A full name takes the consent of the athlete or a guardian; without it the "
            "initials stand there."
        ),
    )

    class Meta:
        verbose_name = _("club")
        verbose_name_plural = _("clubs")
        constraints = [
            models.CheckConstraint(condition=Q(season_start__range=(1, 12)), name="season_starts_in_a_month"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("club", args=[self.slug])


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, on: date) -> Self:
        return self.filter(Q(starts=None) | Q(starts__lte=on), Q(ends=None) | Q(ends__gte=on))


class Membership(models.Model):
    """One person's role in one club."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("club"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "club"], name="one_role_per_club"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(starts__isnull=True) | Q(ends__gte=F("starts")),
                name="membership_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.club}"
