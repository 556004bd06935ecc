"""Medals, honours and invitations of one person, for the files that person may have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from records.models import Award, CeremonyGuest, Honour
from trackhub.clubs.models import User

AWARDS = ("club", "place", "discipline", "age_group", "competition", "date", "team", "performance", "import")
HONOURS = ("ceremony", "starts", "club", "award", "performance")
INVITATIONS = ("ceremony", "starts", "place", "answer", "persons", "answered", "came", "invited")


def awards_held(people: Iterable[int]) -> list[Sequence[Any]]:
    rows = Award.objects.filter(athlete__in=people).order_by("date", "pk")
    return list(
        rows.values_list(
            "club__slug", "position", "discipline__code", "age_group", "competition", "date", "team", "performance_id",
            "batch_id",
        )
    )  # fmt: skip


def honours_held(people: Iterable[int]) -> list[Sequence[Any]]:
    """At which ceremonies, a relay's among them."""
    people = list(people)
    mine = Q(award__athlete__in=people) | Q(performance__athlete__in=people) | Q(performance__legs__athlete__in=people)
    rows = Honour.objects.filter(mine).order_by("ceremony__starts", "pk").distinct()
    return list(
        rows.values_list("ceremony__title", "ceremony__starts", "ceremony__club__slug", "award_id", "performance_id")
    )


def invitations_held(people: Iterable[int], user: User | None) -> list[Sequence[Any]]:
    """To ceremonies: the person's own and, without name and address, which are theirs, the family's."""
    mine = Q(athlete__in=list(people))
    if user is not None:
        mine |= Q(email__iexact=user.email)
    rows = CeremonyGuest.objects.filter(mine).order_by("ceremony__starts", "pk")
    return list(
        rows.values_list(
            "ceremony__title", "ceremony__starts", "ceremony__place", "answer", "persons", "answered", "came", "invited"
        )
    )
