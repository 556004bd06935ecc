"""Record books, their policies, and the records that the fold derives."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from records.domain.eligibility import Policy
from records.domain.marks import HAND, format_value
from records.models.disciplines import AgeGroup, AgeGroupScheme, Discipline, Sex
from records.models.performances import Facility, Performance
from trackhub.clubs.models import Club, User


class RecordBook(models.Model):
    """What a club, or the whole site, keeps as its records."""

    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    club = models.ForeignKey(
        Club, on_delete=models.CASCADE, null=True, blank=True, related_name="books", verbose_name=_("club")
    )
    scheme = models.ForeignKey(
        AgeGroupScheme, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("age-group scheme")
    )
    policy = models.ForeignKey(
        "RecordPolicy", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("policy in force")
    )

    class Meta:
        verbose_name = _("record book")
        verbose_name_plural = _("record books")

    def __str__(self) -> str:
        return self.name if self.club_id else str(_("All clubs"))


OPTIONS = (
    "wind", "wind_from_age", "any_wind", "hand", "hand_short_ms", "hand_400_ms", "ties", "facilities", "inheritance",
    "claims", "minimum_field", "ratification", "claim_days", "evidence",
)  # fmt: skip
"""What a policy lets a book choose."""


class RecordPolicy(models.Model):
    """One version of a book's rules, never edited: a new version follows it."""

    class Wind(models.TextChoices):
        READING = "reading", _("a reading of at most +2.0 m/s")
        NO_READING_TOO = "no_reading_too", _("at most +2.0 m/s, or no reading")
        ANY = "any", _("any wind")

    class Hand(models.TextChoices):
        REFUSED = "refused", _("automatic timing up to 800 m")
        APART = "apart", _("hand times as a line of their own")
        MIXED = "mixed", _("hand times beside automatic ones")
        CONVERTED = "converted", _("hand times converted for comparison")

    class Ties(models.TextChoices):
        SHARED = "shared", _("equal marks share the record")
        FIRST = "first", _("the first holder keeps it")
        NEWEST = "newest", _("the newest holder takes it")

    class Facilities(models.TextChoices):
        APART = "apart", _("indoor records apart")
        TOGETHER = "together", _("one list, wherever achieved")

    class Inheritance(models.TextChoices):
        OWN = "own", _("own age group only")
        OWN_AND_SENIOR = "own_and_senior", _("own age group and seniors")
        ALL_OLDER = "all_older", _("own and all older age groups")

    class Claims(models.TextChoices):
        FIRST = "first", _("first-claim members only")
        ANY = "any", _("first and second claim")

    book = models.ForeignKey(RecordBook, on_delete=models.CASCADE, related_name="policies", verbose_name=_("book"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    wind = models.CharField(_("wind"), max_length=14, choices=Wind, default=Wind.READING)
    wind_from_age = models.PositiveSmallIntegerField(
        _("wind counts from this age on"), default=0, help_text=_("In years on the day; 0 for everybody.")
    )
    any_wind = models.JSONField(
        _("disciplines in which any wind counts"), default=list, blank=True, help_text=_("Their codes.")
    )
    hand = models.CharField(_("hand times"), max_length=9, choices=Hand, default=Hand.REFUSED)
    ties = models.CharField(_("ties"), max_length=6, choices=Ties, default=Ties.SHARED)
    facilities = models.CharField(_("facilities"), max_length=8, choices=Facilities, default=Facilities.APART)
    inheritance = models.CharField(_("age groups"), max_length=14, choices=Inheritance, default=Inheritance.ALL_OLDER)
    claims = models.CharField(_("membership"), max_length=5, choices=Claims, default=Claims.ANY)
    hand_short_ms = models.PositiveSmallIntegerField(
        _("added to hand times under 400 m"), default=240, help_text=_("In milliseconds, where they are converted.")
    )
    hand_400_ms = models.PositiveSmallIntegerField(
        _("added to hand times at 400 m"), default=140, help_text=_("In milliseconds, where they are converted.")
    )
    minimum_field = models.PositiveSmallIntegerField(
        _("fewest who competed"),
        default=0,
        help_text=_("0: not asked. Marks of which nobody noted how many competed are taken."),
    )
    ratification = models.BooleanField(_("records are ratified"), default=False)
    claim_days = models.PositiveSmallIntegerField(
        _("claimed within so many days"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    evidence = models.JSONField(_("evidence needed"), default=list, blank=True)
    note = models.CharField(_("why this version"), max_length=200, blank=True)
    created = models.DateTimeField(_("made"), null=True, editable=False)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("who")
    )
    refuses = models.IntegerField(_("flaws it refuses"), editable=False)
    any_wind_ids = models.TextField(default=",", editable=False)

    class Meta:
        verbose_name = _("record policy")
        verbose_name_plural = _("record policies")
        constraints = [models.UniqueConstraint(fields=["book", "version"], name="one_policy_per_version")]

    def __str__(self) -> str:
        return f"{self.book} v{self.version}"

    @property
    def rules(self) -> Policy:
        """The same in plain Python."""
        return Policy(
            wind=self.wind,  # type: ignore[arg-type]  # the choices are the Literal's values, held by a test
            hand=self.hand,  # type: ignore[arg-type]
            ties=self.ties,  # type: ignore[arg-type]
            facilities=self.facilities,  # type: ignore[arg-type]
            inheritance=self.inheritance,  # type: ignore[arg-type]
            claims=self.claims,  # type: ignore[arg-type]
            wind_from_age=self.wind_from_age,
            any_wind=frozenset(self.any_wind),
            hand_short_ms=self.hand_short_ms,
            hand_400_ms=self.hand_400_ms,
            minimum_field=self.minimum_field,
        )

    @property
    def options(self) -> dict[str, Any]:
        """What people chose, by the names in OPTIONS."""
        return {name: getattr(self, name) for name in OPTIONS}

    def settle(self) -> None:
        """Work out what the fold reads from what people chose: the flaws, and the ids behind the codes (',12,13,')."""
        self.refuses = int(self.rules.refuses)
        ids = Discipline.objects.filter(code__in=self.any_wind).order_by("pk").values_list("pk", flat=True)
        self.any_wind_ids = "".join((",", *(f"{pk}," for pk in ids)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A record policy is never edited: make the next version.")
        self.settle()
        super().save(*args, **kwargs)


class LegacyRecord(models.Model):
    """A line of an old record book without a performance behind it: the holder is a name, the date may be a year."""

    book = models.ForeignKey(RecordBook, on_delete=models.CASCADE, related_name="legacy", verbose_name=_("book"))
    discipline = models.ForeignKey(Discipline, on_delete=models.PROTECT, verbose_name=_("discipline"))
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    age_group = models.CharField(_("age group"), max_length=20, blank=True)
    facility = models.CharField(_("facility"), max_length=7, choices=Facility)
    value = models.IntegerField(_("value in ms, cm or points"))
    merit = models.IntegerField(_("merit: more is better"))
    decimals = models.SmallIntegerField(_("decimals"), default=2)
    timing = models.CharField(_("timing"), max_length=5, blank=True)
    flaws = models.IntegerField(_("flaws"), default=0)
    holder = models.CharField(_("holder"), max_length=160)
    date = models.DateField(_("date"))
    date_precision = models.CharField(_("date known to"), max_length=5, default="day")
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=40)
    external_id = models.CharField(_("id there"), max_length=80)
    batch = models.ForeignKey(
        "records.ImportBatch", on_delete=models.SET_NULL, null=True, related_name="legacy", verbose_name=_("import")
    )

    class Meta:
        verbose_name = _("old record")
        verbose_name_plural = _("old records")
        constraints = [
            models.UniqueConstraint(fields=["book", "source", "external_id"], name="one_old_record_per_line")
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.mark}"

    @property
    def mark(self) -> str:
        return format_value(self.discipline.measure, self.value, self.decimals, hand=self.timing == HAND)


class RecordQuerySet(models.QuerySet["Record"]):
    def on(self, day: date | None) -> Self:
        """The records as they stood at the end of ``day``; today's for None."""
        if day is None:
            return self.filter(until=None)
        return self.filter(Q(until=None) | Q(until__gt=day), set_on__lte=day)

    def with_places(self) -> Self:
        """With the ``place`` of each age group in the lists of the book's scheme; None for marks at any age."""
        group = AgeGroup.objects.filter(scheme=OuterRef("book__scheme"), code=OuterRef("age_group"))
        return self.annotate(place=Subquery(group.order_by("place_in_list").values("place_in_list")[:1]))


class Record(models.Model):
    """Derived: one step in the succession of one record key. The fold rewrites these rows, nothing else does.

    ``age_group`` is the group's code, '' for marks at any age; a group keeps its list when its bounds change.
    ``until`` is the day the next step took it, None while it stands. No column carries a
    foreign-key check: every row was just read from rows that have one.
    """

    book = models.ForeignKey(RecordBook, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    discipline = models.ForeignKey(Discipline, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    sex = models.CharField(max_length=1, choices=Sex)
    age_group = models.CharField(max_length=20, blank=True)
    facility = models.CharField(max_length=7, blank=True)
    timing = models.CharField(max_length=4, blank=True)
    performance = models.ForeignKey(
        Performance, on_delete=models.CASCADE, null=True, related_name="records", db_constraint=False
    )
    legacy = models.ForeignKey(
        LegacyRecord, on_delete=models.CASCADE, null=True, related_name="records", db_index=False, db_constraint=False
    )
    merit = models.IntegerField()
    set_on = models.DateField()
    equal = models.BooleanField()
    until = models.DateField(null=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        indexes = [
            models.Index(fields=["book", "discipline", "sex"], name="record_key"),
            models.Index(fields=["-set_on"], condition=Q(until=None), name="record_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} {self.discipline_id} {self.sex}"

    @property
    def mark(self) -> str:
        achieved = self.performance or self.legacy
        return "" if achieved is None else achieved.mark
