"""Rows for tests, made through the actions that make them in life, so that books, bests and records are there too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import factory
from django.utils import timezone

from records.actions.applying import apply_import
from records.actions.correcting import enter_performance
from records.actions.founding import found_club
from records.actions.receiving import receive_file
from records.actions.staging import stage_import
from records.models import Athlete, ClubSpell, Discipline, ImportBatch, Performance, Standard, StandardSet
from trackhub.clubs.models import Club, Membership, Role, User

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""The moment at which tests take place."""

PASSWORD = "three fast laps"
"""Every user's."""


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(**fields)


class ClubFactory(factory.django.DjangoModelFactory[Club]):
    """A club with its record book; ``by`` and ``at`` say who founded it when."""

    class Meta:
        model = Club

    name = factory.Sequence(lambda n: f"Club {n}")

    @classmethod
    def _create(cls, model_class: type[Club], *args: Any, **fields: Any) -> Club:
        return found_club(fields.pop("name"), by=fields.pop("by", None), at=fields.pop("at", NOW), **fields)


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    club = factory.SubFactory(ClubFactory)
    role = Role.VIEWER


class AthleteFactory(factory.django.DjangoModelFactory[Athlete]):
    """A man of 28, a member of ``club`` for ever where one is given."""

    class Meta:
        model = Athlete
        skip_postgeneration_save = True

    given_name = "Sam"
    family_name = factory.Sequence(lambda n: f"Runner{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}")
    sex = "M"
    birth_date = date(1998, 3, 14)
    birth_precision = factory.LazyAttribute(lambda made: "day" if made.birth_date else "unknown")

    @factory.post_generation
    def club(self, create: bool, club: Club | None) -> None:
        if club is not None:
            ClubSpellFactory(athlete=self, club=club)


class ClubSpellFactory(factory.django.DjangoModelFactory[ClubSpell]):
    class Meta:
        model = ClubSpell

    athlete = factory.SubFactory(AthleteFactory)
    club = factory.SubFactory(ClubFactory)


class PerformanceFactory(factory.django.DjangoModelFactory[Performance]):
    """A performance entered by hand; ``discipline`` is a row or a code, the club the athlete's of that day."""

    class Meta:
        model = Performance

    athlete = factory.SubFactory(AthleteFactory)
    discipline = "100"
    mark = "10.80"
    on = date(2026, 6, 1)

    @classmethod
    def _create(cls, model_class: type[Performance], *args: Any, **said: Any) -> Performance:
        athlete, which = said.pop("athlete"), said.pop("discipline")
        row = which if isinstance(which, Discipline) else discipline(which, athlete.sex)
        # Dates that tests count from the real day are later than NOW, and none may be to come.
        at = said.pop("at", NOW if said["on"] <= NOW.date() else timezone.now())
        return enter_performance(athlete, discipline=row, by=said.pop("by", None), at=at, mark=said.pop("mark"), **said)


class StandardSetFactory(factory.django.DjangoModelFactory[StandardSet]):
    """A championship of the autumn, with a year to qualify, for all clubs."""

    class Meta:
        model = StandardSet

    name = "Coast Cup"
    held_on = date(2026, 9, 5)
    starts = date(2025, 9, 1)
    ends = date(2026, 8, 31)


class StandardFactory(factory.django.DjangoModelFactory[Standard]):
    """Values in ms, cm or points; ``discipline`` is a code."""

    class Meta:
        model = Standard

    set = factory.SubFactory(StandardSetFactory)
    discipline = "100"
    sex = "M"
    a_value = 10_500
    b_value: int | None = None

    @classmethod
    def _create(cls, model_class: type[Standard], *args: Any, **said: Any) -> Standard:
        return model_class.objects.create(**said | {"discipline": discipline(said["discipline"], said["sex"])})


def discipline(code: str, sex: str = "M") -> Discipline:
    """The discipline that ``code`` means for athletes of ``sex``."""
    return Discipline.objects.filter(code=code, sex__in=("", sex)).get()


def received(kind: str, content: str | bytes, **fields: Any) -> ImportBatch:
    """A file handed in: ``fields`` as receive_file takes them."""
    data = content.encode() if isinstance(content, str) else content
    said = {"filename": "file.csv", "source": "test", "by": None, "at": NOW} | fields
    return receive_file(kind, content=[data], **said)


def staged(kind: str, content: str | bytes, *, today: date = NOW.date(), **fields: Any) -> ImportBatch:
    """The same, read and judged."""
    batch = received(kind, content, **fields)
    stage_import(batch, today=today)
    return batch


def imported(kind: str, content: str | bytes, *, today: date = NOW.date(), **fields: Any) -> ImportBatch:
    """The same, applied. Raises NotStaged where the file was refused."""
    batch = staged(kind, content, today=today, **fields)
    apply_import(batch, by=fields.get("by"), at=fields.get("at", NOW))
    batch.refresh_from_db()
    return batch
