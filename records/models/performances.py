"""Performances, and the bests derived from them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.domain.eligibility import BestList, Flaw
from records.domain.marks import HAND, format_value
from records.models.athletes import Athlete, seen_in_public
from records.models.disciplines import Discipline, Sex
from trackhub.clubs.models import Club, User


class Facility(models.TextChoices):
    OUTDOOR = "outdoor", _("outdoors")
    INDOOR = "indoor", _("indoors")
    ROAD = "road", _("road")


WANTS_A_READING = Exact(F("flaws").bitand(int(Flaw.NO_READING | Flaw.SUPERSEDED | Flaw.ANNULLED)), int(Flaw.NO_READING))
"""Marks that want a reading of the wind and have none. Of superseded and annulled ones nobody asks it."""


class Facts(models.Model):
    """What one line of results says, judged (records.domain.judging). Staged rows and performances share it,
    so that applying an import is one INSERT … SELECT."""

    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    date = models.DateField(_("date"), null=True)  # only rows that were refused have none
    date_precision = models.CharField(_("date known to"), max_length=5, default="day")
    seq = models.SmallIntegerField(_("order within the day"), default=5)
    value = models.IntegerField(_("value in ms, cm or points"), null=True, blank=True)
    merit = models.IntegerField(_("merit: more is better"), null=True, blank=True)
    decimals = models.SmallIntegerField(_("decimals"), default=2)
    written = models.CharField(_("as written"), max_length=60, blank=True)
    timing = models.CharField(_("timing"), max_length=5, blank=True)
    wind = models.SmallIntegerField(_("wind in tenths of m/s"), null=True, blank=True)
    facility = models.CharField(_("facility"), max_length=7, choices=Facility, default=Facility.OUTDOOR)
    season = models.SmallIntegerField(_("season"), default=0)
    status = models.CharField(_("status"), max_length=5, default="valid")
    reason = models.CharField(_("rule or reason"), max_length=60, blank=True)
    flags = models.CharField(_("flags"), max_length=8, blank=True)
    round = models.CharField(_("round"), max_length=40, blank=True)
    place = models.CharField(_("place"), max_length=10, blank=True)
    competition = models.CharField(_("competition"), max_length=160, blank=True)
    venue = models.CharField(_("venue"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=3, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    team = models.CharField(_("team"), max_length=80, blank=True)
    flaws = models.IntegerField(_("flaws"), default=0)
    best_list = models.SmallIntegerField(_("list of bests"), default=BestList.LEGAL)
    age_day = models.SmallIntegerField(_("age on the day"), null=True, blank=True)
    age_dec31 = models.SmallIntegerField(_("age on 31 December"), null=True, blank=True)
    age_aug31 = models.SmallIntegerField(_("age on 31 August"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=40, blank=True)
    external_id = models.CharField(_("id there"), max_length=80, blank=True)
    field_size = models.SmallIntegerField(_("how many competed"), null=True, blank=True)

    class Meta:
        abstract = True


class PerformanceQuerySet(models.QuerySet["Performance"]):
    def current(self) -> Self:
        """Without the versions that a correction superseded."""
        return self.filter(superseded_by=None)

    def of(self, *athletes: Athlete) -> Self:
        """What ``athletes`` achieved, alone or in a relay. As a union: with OR, databases would read every row."""
        alone = Performance.objects.filter(athlete__in=athletes).values("pk")
        relays = RelayLeg.objects.filter(athlete__in=athletes).values("performance")
        return self.filter(pk__in=alone.union(relays))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Performances of teams, of athletes whom everybody may see by name or initials, and of those whom ``user``
        may see."""
        if user.is_superuser:
            return self
        public = Q(athlete=None) | seen_in_public(timezone.localdate(), "athlete__")
        if not isinstance(user, User):
            return self.filter(public)
        return self.filter(public | Q(athlete__in=Athlete.objects.visible_to(user)))


class Performance(Facts):
    """What an athlete or a relay team achieved on a day. Never edited into another truth: corrected by superseding."""

    athlete = models.ForeignKey(
        Athlete,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="performances",
        db_index=False,
        verbose_name=_("athlete"),
    )
    club = models.ForeignKey(
        Club,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="performances",
        db_index=False,
        verbose_name=_("club represented"),
    )
    discipline = models.ForeignKey(
        Discipline,
        on_delete=models.PROTECT,
        related_name="performances",
        db_index=False,
        verbose_name=_("discipline"),
    )
    batch = models.ForeignKey(
        "records.ImportBatch",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="performances",
        verbose_name=_("import"),
    )
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supersedes",
        db_index=False,
        verbose_name=_("superseded by"),
    )
    annulled_because = models.CharField(_("annulled because"), max_length=200, blank=True)

    objects = PerformanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("performance")
        verbose_name_plural = _("performances")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=Q(superseded_by=None, external_id__gt=""),
                name="one_current_performance_per_id",
            ),
            models.CheckConstraint(
                condition=Q(status="valid", value__isnull=False) | ~Q(status="valid") & Q(value__isnull=True),
                name="valid_performance_has_a_value",
            ),
            models.CheckConstraint(condition=Q(athlete__isnull=False) | ~Q(team=""), name="somebody_achieved_it"),
            models.CheckConstraint(condition=Q(date__isnull=False), name="performance_has_a_date"),
        ]
        indexes = [
            models.Index(fields=["athlete", "discipline"], name="performance_of_athlete"),
            models.Index(fields=["discipline", "club"], name="performance_of_club"),
            models.Index(fields=["club"], name="performance_for_club"),
            models.Index(fields=["-date"], name="performance_latest"),
            models.Index(
                fields=["superseded_by"], condition=Q(superseded_by__isnull=False), name="performance_superseded"
            ),
            models.Index(fields=["athlete"], condition=Q(WANTS_A_READING), name="performance_without_wind"),
        ]

    def __str__(self) -> str:
        return f"{self.discipline} {self.mark}"

    @property
    def mark(self) -> str:
        """The canonical mark: '10.52', '10.5h', 'DQ TR16.8'. One query unless the discipline is loaded."""
        if self.value is None:
            return f"{self.status.upper()} {self.reason}".strip()
        return format_value(self.discipline.measure, self.value, self.decimals, hand=self.timing == HAND)

    @property
    def day(self) -> date:
        """The date; only a refused row of an import can lack one."""
        if self.date is None:
            raise ValueError("a performance without a date")
        return self.date

    @property
    def wind_text(self) -> str:
        return "" if self.wind is None else format_wind(self.wind)

    @property
    def is_annulled(self) -> bool:
        return bool(self.flaws & Flaw.ANNULLED)


def format_wind(tenths: int) -> str:
    """'+1.4', '-0.3', '+0.0'."""
    return f"{'-' if tenths < 0 else '+'}{abs(tenths) // 10}.{abs(tenths) % 10}"


class RelayLeg(models.Model):
    """Who ran which leg of a relay performance."""

    performance = models.ForeignKey(Performance, on_delete=models.CASCADE, related_name="legs", verbose_name=_("relay"))
    number = models.PositiveSmallIntegerField(_("leg"))
    athlete = models.ForeignKey(Athlete, on_delete=models.PROTECT, related_name="relay_legs", verbose_name=_("athlete"))

    class Meta:
        verbose_name = _("relay leg")
        verbose_name_plural = _("relay legs")
        constraints = [models.UniqueConstraint(fields=["performance", "number"], name="one_athlete_per_leg")]

    def __str__(self) -> str:
        return f"{self.number}. {self.athlete}"


class Best(models.Model):
    """Derived: a performance that was a best on its day, of the athlete's career or of the season.

    The key (athlete, discipline, facility, list of bests, season) is the performance's own. The fold rewrites
    these rows, nothing else does, so no foreign key checks again what was just read.
    """

    class Step(models.IntegerChoices):
        NONE = 0, ""
        NEW = 1, _("best")
        EQUAL = 2, _("equal best")

    performance = models.OneToOneField(
        Performance, on_delete=models.CASCADE, primary_key=True, related_name="best", db_constraint=False
    )
    career = models.SmallIntegerField(choices=Step)
    season = models.SmallIntegerField(choices=Step)

    class Meta:
        verbose_name = _("best")
        verbose_name_plural = _("bests")

    def __str__(self) -> str:
        return " ".join(filter(None, (self.pb, self.sb)))

    @property
    def pb(self) -> str:
        """'PB', '=PB' or ''."""
        return ("", "PB", "=PB")[self.career]

    @property
    def sb(self) -> str:
        """'SB', '=SB' or ''."""
        return ("", "SB", "=SB")[self.season]


FACT_COLUMNS = tuple(field.attname for field in Facts._meta.local_fields)
"""The columns that staged rows and performances have in common."""
