"""Whose data an export is, and what one section of it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from records.models import Athlete, Performance, RelayLeg
from trackhub.clubs.models import User


@dataclass(frozen=True)
class Subject:
    """Whose data: an account, an athlete, or one person who is both."""

    user: User | None
    athlete: Athlete | None

    @cached_property
    def people(self) -> list[int]:
        """Ids of the athlete and of those merged into it."""
        if self.athlete is None:
            return []
        return [self.athlete.pk, *Athlete.objects.filter(merged_into=self.athlete).values_list("pk", flat=True)]

    @property
    def performances(self) -> QuerySet[Performance]:
        return Performance.objects.filter(athlete__in=self.people)

    @property
    def legs(self) -> QuerySet[RelayLeg]:
        return RelayLeg.objects.filter(athlete__in=self.people)


def subject_of(user: User, athlete: Athlete | None = None) -> Subject:
    """``user`` with their own athlete; of somebody else, for whom they speak, the athlete alone."""
    if athlete is None or athlete.account_id == user.pk:
        return Subject(user, Athlete.objects.filter(account=user).first())
    return Subject(None, athlete)


Rows = Callable[[Subject], Iterable[Sequence[Any]]]


@dataclass(frozen=True)
class Section:
    """One pair of files: ``columns`` of ``rows``. ``covers`` are the relations to a person that it follows."""

    name: str
    columns: tuple[str, ...]
    rows: Rows
    covers: tuple[str, ...] = ()


FROM_ABOVE: list[Section] = []
"""What the apps above hold of a person. Each hangs its sections in when it is loaded."""


def hang_in(*sections: Section) -> None:
    FROM_ABOVE.extend(sections)


def plain_section(
    name: str, model: Any, where: Callable[[Subject], Q], columns: Sequence[str], covers: Sequence[str] = ()
) -> Section:
    """A section of one table's own columns."""

    def rows(who: Subject) -> Iterable[Sequence[Any]]:
        found: QuerySet[Any, Any] = model._default_manager.filter(where(who)).order_by("pk").distinct()
        return list(found.values_list(*columns))

    return Section(name, tuple(columns), rows, tuple(covers))


def of_user(path: str) -> Callable[[Subject], Q]:
    return lambda who: Q(**{path: who.user.pk}) if who.user else Q(pk__in=())


def of_people(path: str) -> Callable[[Subject], Q]:
    return lambda who: Q(**{f"{path}__in": who.people})
