"""Medals by a club's own table, and the ceremonies at which they are given."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from records.models.athletes import Athlete
from records.models.disciplines import Discipline
from records.models.performances import Performance
from trackhub.clubs.models import Club, User

LAST_MEDAL = 12


class Metal(models.TextChoices):
    GOLD = "gold", _("gold")
    SILVER = "silver", _("silver")
    BRONZE = "bronze", _("bronze")
    NONE = "", _("no medal")


class ClubMedal(models.Model):
    """What a place is worth in a club: '1st – Gold', or 'Bronze' for fourth place in cross-country."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="medals", verbose_name=_("club"))
    position = models.PositiveSmallIntegerField(
        _("place"), validators=[MinValueValidator(1), MaxValueValidator(LAST_MEDAL)]
    )
    label = models.CharField(_("label"), max_length=40)
    metal = models.CharField(_("metal"), max_length=6, choices=Metal, blank=True)

    class Meta:
        verbose_name = _("medal")
        verbose_name_plural = _("medals")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["club", "position"], name="one_medal_per_place"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=LAST_MEDAL), name="medal_for_a_place"),
        ]

    def __str__(self) -> str:
        return self.label


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Awards of athletes that ``user`` may see."""
        return self if user.is_superuser else self.filter(athlete__in=Athlete.objects.visible_to(user))


class Award(models.Model):
    """A place from 1 to 12 that an athlete of the club took somewhere, with the performance where there is one.

    A team's medal is an award for each of its members.
    """

    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="awards", verbose_name=_("club"))
    athlete = models.ForeignKey(Athlete, on_delete=models.PROTECT, related_name="awards", verbose_name=_("athlete"))
    position = models.PositiveSmallIntegerField(
        _("place"), validators=[MinValueValidator(1), MaxValueValidator(LAST_MEDAL)]
    )
    discipline = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="+", verbose_name=_("discipline"))
    age_group = models.CharField(_("age group"), max_length=20, blank=True)
    competition = models.CharField(_("competition"), max_length=160)
    date = models.DateField(_("date"))
    team = models.CharField(_("team"), max_length=80, blank=True)
    performance = models.ForeignKey(
        Performance, on_delete=models.SET_NULL, null=True, blank=True, related_name="awards",
        verbose_name=_("performance"),
    )  # fmt: skip
    batch = models.ForeignKey(
        "records.ImportBatch", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="awards"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.UniqueConstraint(
                fields=["club", "athlete", "discipline", "age_group", "competition", "date"],
                name="one_place_per_contest",
            ),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=LAST_MEDAL), name="award_for_a_place"),
        ]
        indexes = [models.Index(fields=["club", "-date"], name="awards_of_club")]

    def __str__(self) -> str:
        return f"{self.athlete}: {self.position}. {self.discipline}"


class Ceremony(models.Model):
    """An evening at which a club honours its athletes."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="ceremonies", verbose_name=_("club"))
    title = models.CharField(_("title"), max_length=120)
    starts = models.DateTimeField(_("date and time"))
    place = models.CharField(_("place"), max_length=160)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    public = models.BooleanField(_("announced to everybody"), default=False)

    class Meta:
        verbose_name = _("ceremony")
        verbose_name_plural = _("ceremonies")
        indexes = [models.Index(fields=["club", "-starts"], name="ceremonies_of_club")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("ceremony", args=[self.club.slug, self.pk])


class Honour(models.Model):
    """What is honoured at a ceremony: an award or a performance, and each only once."""

    ceremony = models.ForeignKey(Ceremony, on_delete=models.CASCADE, related_name="honours", verbose_name=_("ceremony"))
    award = models.OneToOneField(
        Award, on_delete=models.CASCADE, null=True, blank=True, related_name="honour", verbose_name=_("award")
    )
    performance = models.OneToOneField(
        Performance, on_delete=models.PROTECT, null=True, blank=True, related_name="honour",
        verbose_name=_("performance"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("honour")
        verbose_name_plural = _("honours")
        constraints = [
            models.CheckConstraint(
                condition=Q(award__isnull=False, performance=None) | Q(award=None, performance__isnull=False),
                name="honour_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.award or self.performance)


class CeremonyGuest(models.Model):
    """Somebody who is invited, and what they answered by the signed link of their invitation."""

    class Answer(models.TextChoices):
        NONE = "", _("no answer yet")
        YES = "yes", _("comes")
        NO = "no", _("doesn't come")

    ceremony = models.ForeignKey(Ceremony, on_delete=models.CASCADE, related_name="guests", verbose_name=_("ceremony"))
    athlete = models.ForeignKey(
        Athlete, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("athlete")
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    answer = models.CharField(_("answer"), max_length=3, choices=Answer, blank=True, default=Answer.NONE)
    persons = models.PositiveSmallIntegerField(
        _("how many come"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    answered = models.DateTimeField(_("answered"), null=True, blank=True)
    came = models.BooleanField(_("came"), null=True, blank=True)
    invited = models.DateTimeField(_("invited"), null=True, blank=True)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        constraints = [
            models.UniqueConstraint(
                fields=["ceremony", "email"], condition=~Q(email=""), name="one_invitation_per_address"
            )
        ]

    def __str__(self) -> str:
        return self.name
