"""Imports: the file, how its columns were read, and what became of each row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from records.models.athletes import Athlete
from records.models.disciplines import Discipline
from records.models.performances import Facts, Performance
from trackhub.clubs.models import Club, Role, User

HELD_BYTES = 16 * 1024 * 1024


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> Self:
        """Imports into clubs whose records ``user`` keeps."""
        if user.is_superuser:
            return self
        return self.filter(club__in=user.clubs_as(Role.CHIEF_REGISTRAR, Role.REGISTRAR))


class ImportBatch(models.Model):
    """One file handed in: staged, looked at, applied, perhaps taken back.

    ``people`` is what the registrar said about persons the file leaves in doubt: by the row's athlete key the id of
    the athlete who is meant, or None for a new one.
    """

    class Kind(models.TextChoices):
        ATHLETES = "athletes", _("athletes")
        PERFORMANCES = "performances", _("performances")
        RECORDS = "records", _("an old record book")
        MEDALS = "medals", _("medals")

    class Existing(models.TextChoices):
        """What becomes of a row about an athlete who is there already."""

        UPDATE = "update", _("update what the file says otherwise")
        SKIP = "skip", _("leave as they are")
        CREATE = "create", _("create another athlete of that name")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        STAGED = "staged", _("ready to look at")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("taken back")
        REFUSED = "refused", _("refused")

    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.RECEIVED)
    club = models.ForeignKey(
        Club, on_delete=models.CASCADE, null=True, blank=True, related_name="imports", verbose_name=_("club")
    )
    book = models.ForeignKey(
        "records.RecordBook", on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("record book")
    )
    club_column = models.CharField(_("column that names the club"), max_length=80, blank=True)
    create_clubs = models.BooleanField(_("create clubs that are not there yet"), default=False)
    source = models.CharField(_("source"), max_length=40)
    filename = models.CharField(_("file"), max_length=255)
    size = models.BigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    date_order = models.CharField(_("order in dates"), max_length=3, default="iso")
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    existing = models.CharField(
        _("athletes who are there already"), max_length=6, choices=Existing, default=Existing.UPDATE
    )
    people = models.JSONField(_("who is who"), default=dict, blank=True)
    clean_only = models.BooleanField(_("only rows without a doubt"), default=False)
    reading = models.JSONField(_("how the file was read"), default=dict, blank=True)
    result = models.JSONField(_("what came of it"), default=dict, blank=True)
    refusal = models.JSONField(_("why it was refused"), null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("who"))
    received = models.DateTimeField(_("received"))
    applied = models.DateTimeField(_("applied"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.pk}: {self.filename}"

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.pk])

    def content(self) -> Iterator[bytes]:
        """The file as it came, chunk by chunk. A reader goes over it several times: a small file is held in
        memory after one query, a large one is fetched a chunk at a time."""
        if self.size <= HELD_BYTES:
            yield from self._held
            return
        for number in range(self.chunks.count()):
            yield bytes(self.chunks.get(number=number).content)

    @cached_property
    def _held(self) -> list[bytes]:
        return [bytes(piece) for piece in self.chunks.order_by("number").values_list("content", flat=True)]


class ImportChunk(models.Model):
    """A piece of an imported file."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_chunk_per_number")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"


class ImportRow(Facts):
    """One row of the file with its verdict. ``number`` is the row as a spreadsheet counts it."""

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        DUPLICATE = "duplicate", _("there already")
        REFUSED = "refused", _("refused")

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField(_("row"))
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict)
    issues = models.JSONField(_("issues"), null=True)
    data = models.JSONField(_("data"), default=dict)
    athlete = models.ForeignKey(
        Athlete, on_delete=models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    club = models.ForeignKey(
        Club, on_delete=models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    discipline = models.ForeignKey(
        Discipline, on_delete=models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    athlete_key = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_import_row_per_number")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}: {self.verdict}"


class ImportEffect(models.Model):
    """What one row of a staged import would do to bests and records; gone once the import is applied.

    Steps are those that the fold would make: ``stands`` says that the record would stand today. RETURNED is a record
    that stands again because the file takes the better mark away; it is of a performance, not of a row.
    """

    class Kind(models.TextChoices):
        PB = "pb", _("personal best")
        SB = "sb", _("season's best")
        RECORD = "record", _("record")
        RETURNED = "returned", _("record that stands again")

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="effects", db_index=False, db_constraint=False
    )
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    row = models.ForeignKey(
        ImportRow, on_delete=models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    performance = models.ForeignKey(
        Performance, on_delete=models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    book = models.ForeignKey(
        "records.RecordBook", on_delete=models.DO_NOTHING, null=True, db_index=False, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    age_group = models.CharField(_("age group"), max_length=20, blank=True)
    facility = models.CharField(max_length=7, blank=True)
    timing = models.CharField(max_length=5, blank=True)
    equal = models.BooleanField(_("equal"), default=False)
    stands = models.BooleanField(_("would stand today"), default=False)

    class Meta:
        verbose_name = _("effect of an import")
        verbose_name_plural = _("effects of imports")
        indexes = [models.Index(fields=["batch", "kind"], name="effects_of_import")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.get_kind_display()}"


class ColumnMapping(models.Model):
    """How a club's registrar last matched the columns of files from one source."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("club"))
    kind = models.CharField(_("what"), max_length=12, choices=ImportBatch.Kind)
    source = models.CharField(_("source"), max_length=40)
    columns = models.JSONField(_("columns"), default=dict)

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = [
            models.UniqueConstraint(fields=["club", "kind", "source"], name="one_mapping_per_source"),
            models.UniqueConstraint(
                fields=["kind", "source"], condition=models.Q(club=None), name="one_mapping_per_source_without_club"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.club}, {self.source}"
