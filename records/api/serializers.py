"""The shapes of the API, as its description and its readers need them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from records.api import examples
from records.domain.grading import EDITION
from records.models import Consent, ImportBatch, ImportRow
from records.models.athletes import LONGEST_BIOGRAPHY
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.models.videos import LONGEST_ADDRESS
from trackhub.clubs.rest.schema import example

Shape = serializers.Serializer[Any]
IMPORT_KINDS = ImportBatch.Kind.values


class MarkShape(Shape):
    value = serializers.IntegerField(allow_null=True, help_text="In the unit named beside it; null without a mark.")
    unit = serializers.ChoiceField(["ms", "cm", "points"])
    text = serializers.CharField(help_text="As the field writes it: 1:45.32, 7.45, 10.5h, DNF.")


class NamedShape(Shape):
    id = serializers.IntegerField(allow_null=True, help_text="Null where only initials are public.")
    name = serializers.CharField(allow_blank=True)


@example(examples.PERFORMANCE)
class PerformanceShape(Shape):
    id = serializers.IntegerField(allow_null=True, help_text="Null where the athlete is withheld altogether.")
    athlete = NamedShape(allow_null=True, help_text="Null for relays, and where the name is withheld.")
    team = serializers.CharField(allow_blank=True)
    club = serializers.CharField(allow_null=True, help_text="The club represented, by its short address.")
    discipline = serializers.CharField()
    sex = serializers.CharField(allow_blank=True)
    mark = MarkShape()
    status = serializers.CharField()
    wind = serializers.FloatField(allow_null=True, help_text="In m/s; null without a reading.")
    timing = serializers.CharField(allow_blank=True)
    date = serializers.DateField()
    date_precision = serializers.ChoiceField(["day", "month", "year"])
    season = serializers.IntegerField()
    facility = serializers.ChoiceField(Facility.values)
    round = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    competition = serializers.CharField(allow_blank=True)
    venue = serializers.CharField(allow_blank=True)
    country = serializers.CharField(allow_blank=True)
    legal = serializers.BooleanField(help_text="Nothing stands against it: wind, timing, course, annulment.")
    wind_aided = serializers.BooleanField()
    pb = serializers.ChoiceField(["", "PB", "=PB"], help_text="What it was on its day.")
    sb = serializers.ChoiceField(["", "SB", "=SB"])


class VerdictShape(Shape):
    list = serializers.CharField(help_text="The list of bests or the record book.")
    counts = serializers.BooleanField()
    because = serializers.CharField()


@example(examples.VIDEO)
class VideoShape(Shape):
    id = serializers.IntegerField()
    address = serializers.CharField(help_text="On another site; nothing of the video is kept here.")
    title = serializers.CharField(allow_blank=True)


@example(examples.DETAIL)
class PerformanceDetailShape(PerformanceShape):
    legs = NamedShape(many=True, help_text="The runners of a relay whom you may see, in order.")
    superseded_by = serializers.IntegerField(allow_null=True)
    annulled_because = serializers.CharField(allow_blank=True)
    videos = VideoShape(many=True, help_text="None where the name of anybody in them is withheld from you.")
    why = VerdictShape(many=True)


@example(examples.ATHLETE)
class AthleteShape(Shape):
    id = serializers.IntegerField()
    given_name = serializers.CharField(allow_blank=True)
    family_name = serializers.CharField()
    sex = serializers.ChoiceField(Sex.values)
    born = serializers.IntegerField(allow_null=True, help_text="The year; the day is not public.")
    country = serializers.CharField(allow_blank=True)
    clubs = serializers.ListField(child=serializers.CharField(), help_text="Today's clubs by short address.")
    url = serializers.CharField(help_text="The page of the athlete.")


@example(examples.ATHLETE_DETAIL)
class AthleteDetailShape(AthleteShape):
    biography = serializers.CharField(allow_blank=True, help_text="Plain text; an empty line divides paragraphs.")


@example(examples.BIOGRAPHY, request=True)
class BiographyShape(Shape):
    biography = serializers.CharField(allow_blank=True, max_length=LONGEST_BIOGRAPHY)


@example(examples.NEW_VIDEO, request=True)
class NewVideoShape(Shape):
    address = serializers.CharField(max_length=LONGEST_ADDRESS, help_text="As the browser shows it: https://…")
    title = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)


@example(examples.BEST)
class BestShape(Shape):
    discipline = serializers.CharField()
    facility = serializers.ChoiceField(Facility.values)
    list = serializers.ChoiceField(["legal", "wind", "hand"])
    performance = PerformanceShape()


@example(examples.DISCIPLINE)
class DisciplineShape(Shape):
    code = serializers.CharField()
    sex = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    family = serializers.CharField()
    measure = serializers.ChoiceField(["time", "distance", "height", "points"])
    distance_mm = serializers.IntegerField(allow_null=True)
    implement_g = serializers.IntegerField(allow_null=True)
    hurdle_mm = serializers.IntegerField(allow_null=True)
    legs = serializers.IntegerField(allow_null=True)


@example(examples.BOOK)
class BookShape(Shape):
    slug = serializers.CharField()
    name = serializers.CharField()
    club = serializers.CharField(allow_null=True)
    age_group_scheme = serializers.CharField(allow_null=True)
    policy = serializers.DictField(child=serializers.CharField(), allow_null=True)


@example(examples.RECORD)
class RecordShape(Shape):
    book = serializers.CharField()
    discipline = serializers.CharField()
    sex = serializers.ChoiceField(Sex.values)
    age_group = serializers.CharField(allow_blank=True, help_text="Blank: all ages.")
    facility = serializers.CharField(allow_blank=True)
    timing = serializers.CharField(allow_blank=True)
    mark = MarkShape()
    set_on = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    equal = serializers.BooleanField()
    performance = serializers.IntegerField(
        allow_null=True, help_text="Null for a line of an old book, and where its page isn't yours to see."
    )
    athlete = NamedShape(allow_null=True)
    holder = serializers.CharField(allow_blank=True)
    club = serializers.CharField(allow_null=True)
    state = serializers.CharField(
        allow_blank=True,
        help_text="Where the book's records are ratified: candidate (nobody has claimed it), pending, ratified, …",
    )


@example(examples.RANKED)
class RankedShape(PerformanceShape):
    rank = serializers.IntegerField()
    age_grade = serializers.FloatField(
        allow_null=True, help_text=f"In percent, of legal marks from 35 years on, by the factors {EDITION}."
    )


class SearchShape(Shape):
    """Of records; the roof adds what other apps have."""

    athletes = AthleteShape(many=True)
    clubs = serializers.ListField(child=serializers.DictField())
    disciplines = DisciplineShape(many=True)
    books = BookShape(many=True)
    records = RecordShape(many=True)
    competitions = serializers.ListField(child=serializers.DictField())


@example(examples.ENTERED, request=True)
class EnteredShape(Shape):
    """A performance to be entered by hand."""

    athlete = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    discipline = serializers.CharField(max_length=40, help_text="As files write it: 100, LJ, SP5, 3000SC.")
    mark = serializers.CharField(max_length=60)
    date = serializers.DateField()
    wind = serializers.CharField(required=False, allow_blank=True, max_length=10, help_text="As written: +1.4, NWI.")
    timing = serializers.ChoiceField(["", "auto", "hand"], required=False, default="")
    facility = serializers.ChoiceField(["", *Facility.values], required=False, default="")
    round = serializers.CharField(required=False, allow_blank=True, max_length=40)
    place = serializers.CharField(required=False, allow_blank=True, max_length=10)
    competition = serializers.CharField(required=False, allow_blank=True, max_length=160)
    venue = serializers.CharField(required=False, allow_blank=True, max_length=120)
    country = serializers.CharField(required=False, allow_blank=True, max_length=3)
    note = serializers.CharField(required=False, allow_blank=True, max_length=200)


@example(examples.CORRECTED, request=True)
class CorrectedShape(Shape):
    """What is to be different; what isn't named stays."""

    because = serializers.CharField(max_length=200)
    discipline = serializers.CharField(required=False, max_length=40)
    mark = serializers.CharField(required=False, max_length=60)
    date = serializers.DateField(required=False)
    wind = serializers.CharField(required=False, allow_blank=True, max_length=10)
    facility = serializers.ChoiceField(Facility.values, required=False)
    round = serializers.CharField(required=False, max_length=40)
    place = serializers.CharField(required=False, max_length=10)
    competition = serializers.CharField(required=False, max_length=160)
    venue = serializers.CharField(required=False, max_length=120)
    country = serializers.CharField(required=False, max_length=3)
    note = serializers.CharField(required=False, max_length=200)


@example(examples.REASON, request=True)
class ReasonShape(Shape):
    because = serializers.CharField(max_length=200)


@example(examples.IMPORT_ORDER, request=True, media="multipart/form-data")
class ImportOrderShape(Shape):
    file = serializers.FileField()
    club = serializers.SlugField()
    kind = serializers.ChoiceField(IMPORT_KINDS)
    source = serializers.CharField(max_length=40, required=False)  # type: ignore[assignment]
    date_order = serializers.ChoiceField(["iso", "dmy", "mdy"], required=False, default="iso")
    existing = serializers.ChoiceField(
        ImportBatch.Existing.values, required=False, default="update", help_text="Of a file of athletes: those there."
    )


@example(examples.IMPORT_WORD, request=True)
class ImportWordShape(Shape):
    clean_only = serializers.BooleanField(
        required=False, default=False, help_text="Apply only the rows without a doubt. Nothing to an undo."
    )
    sure = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Yes, although it changes a large share of the club (needs_second_word).",
    )


@example(examples.PEOPLE, request=True)
class PeopleShape(Shape):
    people = serializers.DictField(
        child=serializers.IntegerField(allow_null=True, min_value=1, max_value=2**63 - 1),
        help_text="By the key of a person in doubt the athlete who is meant; null for somebody new.",
    )

    def validate_people(self, people: dict[str, int | None]) -> dict[str, int | None]:
        """As texts elsewhere: PostgreSQL keeps no NUL."""
        if any("\0" in key for key in people):
            raise serializers.ValidationError(_("Null characters are not allowed."))
        return people


@example(examples.DOUBT)
class DoubtShape(Shape):
    key = serializers.CharField()
    name = serializers.CharField()
    born = serializers.CharField(allow_blank=True, help_text="As far as the file says it.")
    row = serializers.IntegerField(help_text="The first of the person.")
    rows = serializers.IntegerField()
    candidates = serializers.ListField(child=serializers.IntegerField(), help_text="Athletes who may be meant.")


@example(examples.COLUMNS, request=True)
class ColumnsShape(Shape):
    columns = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=200), help_text="Column of the file by target."
    )
    left_out = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, default=list,
        help_text="Columns of which nothing is made.",
    )  # fmt: skip


class JobShape(Shape):
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    message = serializers.CharField(allow_blank=True)


@example(examples.IMPORT)
class ImportShape(Shape):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(IMPORT_KINDS)
    state = serializers.CharField()
    club = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    filename = serializers.CharField()
    received = serializers.DateTimeField()
    refusal = serializers.CharField(allow_blank=True, help_text="Why the whole file was refused, if it was.")
    reading = serializers.DictField(help_text="Encoding, delimiter, notes, and which column was read as what.")
    result = serializers.DictField(help_text="Counts of the preview, then of what was done.")
    job = JobShape(allow_null=True)


@example(examples.ISSUE)
class IssueShape(Shape):
    row = serializers.IntegerField()
    column = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()
    verdict = serializers.ChoiceField(ImportRow.Verdict.values)


class WhoseShape(Shape):
    athlete = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="A ward. Without it: your account and own athlete."
    )


class PurposeShape(Shape):
    purpose = serializers.ChoiceField(Consent.Purpose.values)
    version = serializers.CharField(help_text="Of the words.")
    words = serializers.CharField(help_text="What one agrees to, in the reader's language.")
    consent = serializers.IntegerField(allow_null=True, help_text="The receipt that stands, if one does.")


@example(examples.CONSENT)
class ConsentShape(Shape):
    id = serializers.IntegerField()
    athlete = serializers.IntegerField()
    purpose = serializers.ChoiceField(Consent.Purpose.values)
    version = serializers.CharField()
    words = serializers.CharField(help_text="As they were agreed to.")
    given = serializers.DateTimeField()
    withdrawn = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(allow_null=True, help_text="Who gave it: the athlete or a guardian.")


@example(examples.VOICE)
class VoiceShape(Shape):
    athlete = NamedShape()
    purposes = PurposeShape(many=True)
    receipts = ConsentShape(many=True, help_text="The newest first, withdrawn ones too.")


@example(examples.NEW_CONSENT, request=True)
class NewConsentShape(Shape):
    athlete = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    purpose = serializers.ChoiceField(Consent.Purpose.values)


@example(examples.ERASURE)
class ErasureShape(Shape):
    name = serializers.CharField(help_text="Under which the marks stay.")
    files = serializers.IntegerField(help_text="Original files of imports that were dropped.")
    rows = serializers.IntegerField(help_text="Rows in which the name stood.")
    doubtful = serializers.ListField(
        child=serializers.CharField(), help_text="Rows that say the name and may mean somebody else: look at them."
    )
