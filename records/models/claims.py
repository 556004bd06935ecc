"""What people decide about records, and what they decide it by. The fold reads the decisions, and never writes here."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.models.athletes import Athlete, ClubSpell, spoken_for
from records.models.books import RecordBook
from records.models.disciplines import Discipline
from records.models.performances import Performance
from trackhub.clubs.models import Club, Role, User

KEEPERS = (Role.CHIEF_REGISTRAR, Role.REGISTRAR)


def certificate_code() -> str:
    """What the address of a certificate can't be guessed by."""
    return secrets.token_urlsafe(12)


class RecordClaimQuerySet(models.QuerySet["RecordClaim"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Claims of the clubs whose records ``user`` keeps, and of the performances of oneself and one's wards."""
        if user.is_superuser:
            return self
        if not isinstance(user, User):
            return self.none()
        kept = Q(book__club__in=user.clubs_as(*KEEPERS))
        return self.filter(kept | spoken_for(user, timezone.localdate(), "performance__athlete__"))


class RecordClaim(models.Model):
    """That a performance is a record of one list of a book, and what was decided of it (WA CR31.4–31.10).

    A record that the fold found and nobody has claimed yet is a candidate, and has no row here. REJECTED and
    RESCINDED performances are left out of the list by the fold; a RETIRED record is read and no longer hunted.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        RATIFIED = "ratified", _("ratified")
        REJECTED = "rejected", _("rejected")
        RESCINDED = "rescinded", _("rescinded")
        RETIRED = "retired", _("retired")

    book = models.ForeignKey(RecordBook, on_delete=models.CASCADE, related_name="claims", verbose_name=_("book"))
    performance = models.ForeignKey(
        Performance, on_delete=models.PROTECT, related_name="claims", verbose_name=_("performance")
    )
    age_group = models.CharField(_("age group"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    opened = models.DateTimeField(_("claimed"))
    opened_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("claimed by")
    )
    decided = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    code = models.CharField(max_length=16, unique=True, default=certificate_code, editable=False)

    objects = RecordClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("record claim")
        verbose_name_plural = _("record claims")
        constraints = [
            models.UniqueConstraint(fields=["book", "performance", "age_group"], name="one_claim_per_list"),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "rescinded"]) | ~Q(reason=""), name="refused_claim_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(decided__isnull=False), name="decided_claim_says_when"
            ),
        ]
        indexes = [models.Index(fields=["book", "state"], name="claims_of_book")]

    def __str__(self) -> str:
        return f"{self.book} {self.performance} {self.age_group}".strip()

    def get_absolute_url(self) -> str:
        return reverse("claim", args=[self.pk])

    @property
    def left_out(self) -> bool:
        """Whether the fold leaves the performance out of the list."""
        return self.state in (self.State.REJECTED, self.State.RESCINDED)

    def is_late(self, days: int | None) -> bool:
        """Whether it was claimed more than ``days`` after the performance; never where the policy sets no limit."""
        return days is not None and self.opened.date() > self.performance.day + timedelta(days=days)


class ProofFileQuerySet(models.QuerySet["ProofFile"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Proofs of the clubs whose records ``user`` keeps, and those one handed in with a report."""
        if user.is_superuser:
            return self
        if not isinstance(user, User):
            return self.none()
        reported = MarkReport.objects.filter(spoken_for(user, timezone.localdate(), "athlete__"), by=user)
        return self.filter(Q(club__in=user.clubs_as(*KEEPERS)) | Q(by=user, pk__in=reported.values("file")))


class ProofFile(models.Model):
    """A picture or a PDF, sniffed and cleaned (records.actions.proving), kept in the database: out of every web root,
    in every backup, and there for any worker."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("club"))
    name = models.CharField(_("name"), max_length=80)
    media_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))

    objects = ProofFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """One line of a claim's checklist: what was shown, by a note, a file or both."""

    class Kind(models.TextChoices):
        PROGRAMME = "programme", _("programme")
        RESULTS = "results", _("full results")
        PHOTO_FINISH = "photo_finish", _("photo-finish image")
        ZERO_TEST = "zero_test", _("zero-control test")
        WIND = "wind", _("wind sheet")
        IMPLEMENT = "implement", _("implement check")
        COURSE = "course", _("track or course certificate")
        BIRTH = "birth", _("proof of birth date")
        FIELD_CARD = "field_card", _("field card")
        RELAY_NAMES = "relay_names", _("names of the relay team")
        SIGNATURES = "signatures", _("officials' signatures")
        VIDEO = "video", _("video")

    claim = models.ForeignKey(RecordClaim, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("claim"))
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    note = models.CharField(_("note"), max_length=300, blank=True)
    file = models.ForeignKey(
        ProofFile, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("file")
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(condition=~Q(note="") | Q(file__isnull=False), name="evidence_shows_something")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class MarkReportQuerySet(models.QuerySet["MarkReport"]):
    def visible_to(self, user: User | AnonymousUser, on: date) -> Self:
        """Reports about oneself and one's wards, and those that a club one keeps has to answer."""
        if user.is_superuser:
            return self
        if not isinstance(user, User):
            return self.none()
        return self.filter(spoken_for(user, on, "athlete__") | _answered_in(user.clubs_as(*KEEPERS), on))

    def answered_by(self, club: Club, on: date) -> Self:
        """Those that ``club`` has to answer."""
        return self.filter(_answered_in([club.pk], on))


def _answered_in(clubs: list[int], on: date) -> Q:
    """A mark that stands for a club is put right by it; else the athlete's clubs ``on`` this day, and those of the
    day of the mark, answer."""
    spells = ClubSpell.objects.filter(athlete=OuterRef("athlete"), club__in=clubs)
    then = spells.filter(Q(starts=None) | Q(starts__lte=OuterRef("date")), Q(ends=None) | Q(ends__gte=OuterRef("date")))
    return Q(performance__club__in=clubs) | Q(performance__club=None) & (Exists(spells.on(on)) | Exists(then))


class MarkReport(models.Model):
    """An athlete says: my mark is missing, or wrong. The club answers, and the athlete sees what and why."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("a mark is missing")
        WRONG = "wrong", _("a mark is wrong")

    class State(models.TextChoices):
        OPEN = "open", _("waiting for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    athlete = models.ForeignKey(Athlete, on_delete=models.CASCADE, related_name="reports", verbose_name=_("athlete"))
    kind = models.CharField(_("what"), max_length=7, choices=Kind)
    performance = models.ForeignKey(
        Performance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("performance"),
    )
    discipline = models.ForeignKey(
        Discipline, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("discipline")
    )
    mark = models.CharField(_("mark"), max_length=60, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    wind = models.CharField(_("wind"), max_length=10, blank=True)
    competition = models.CharField(_("competition"), max_length=160, blank=True)
    venue = models.CharField(_("venue"), max_length=120, blank=True)
    text = models.TextField(_("what you want to say"), max_length=1000, blank=True)
    file = models.ForeignKey(
        ProofFile, on_delete=models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("proof")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    decided = models.DateTimeField(_("answered"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    outcome = models.ForeignKey(
        Performance,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("what came of it"),
    )

    objects = MarkReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a mark")
        verbose_name_plural = _("reports of marks")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="wrong", performance__isnull=False) | Q(kind="missing", discipline__isnull=False),
                name="report_says_which_mark",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(answer=""), name="declined_report_says_why"),
        ]
        indexes = [models.Index(fields=["athlete", "state"], name="reports_of_athlete")]

    def __str__(self) -> str:
        return f"{self.athlete}: {self.get_kind_display()}"
