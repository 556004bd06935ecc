"""Who of a club looks like somebody new."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from records.domain.likeness import Face
from records.queries.nearly import NearNames
from tests.factories import AthleteFactory
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

BORN = date(2001, 3, 4)


def test_one_query_for_a_whole_file(harbour: Club, other: Club) -> None:
    marta, martha = (
        AthleteFactory(given_name=given, family_name="Silva", sex="F", birth_date=BORN, club=harbour)
        for given in ("Marta", "Martha")
    )
    AthleteFactory(given_name="Marta", family_name="Silva", sex="M", birth_date=BORN, club=harbour)
    AthleteFactory(given_name="Marta", family_name="Silva", sex="F", birth_date=BORN, club=other)
    with CaptureQueriesContext(connection) as asked:
        names = NearNames(harbour.pk)
        assert names.like(Face("Marta", "Sylva", "F", BORN, "day")) == [marta, martha]
        assert names.like(Face("Marta", "Sylva", "F", BORN, "day")) == [marta, martha]
        assert names.like(Face("Bea", "Souza", "F", BORN, "day")) == []
    assert len(asked) == 1


def test_the_merged_and_the_erased_look_like_nobody(harbour: Club) -> None:
    stays = AthleteFactory(given_name="Marta", family_name="Silva", sex="F", birth_date=BORN, club=harbour)
    facts = {"given_name": "Marta", "family_name": "Silva", "sex": "F", "birth_date": BORN, "club": harbour}
    AthleteFactory(**facts, merged_into=stays)
    AthleteFactory(**facts, erased=timezone.now())
    assert NearNames(harbour.pk).like(Face("Marta", "Sylva", "F", BORN, "day")) == [stays]
