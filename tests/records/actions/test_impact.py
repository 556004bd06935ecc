"""What a staged import would do is what it does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from records.actions.applying import apply_import
from records.actions.impact import impact_of, preview_import
from records.models import Athlete, ExternalId, ImportBatch, Performance, Record
from tests.factories import NOW, AthleteFactory, ClubFactory, imported, received, staged
from tests.records.importing import csv
from tests.records.oracle import derived
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

HEADER = "id,athlete id,name,sex,event,mark,wind,date"
KINDS = ("personal_bests", "season_bests", "records")


def row(number: int, who: int, what: int, day: int) -> str:
    """A line about one of two athletes whom the site knows, or of two whom the file brings."""
    mark = ("100,10.90,0.0", "100,10.95,+2.4", "100,11.0h,", "LJ,6.80,1.0", "LJ,6.90,1.0", "LJ,NM,")[what]
    on = date(2025, 12, 29) + timedelta(days=day)
    return f"p{number},a{who},{('', '', 'Jo New', 'Al New')[who]},M,{mark},{on}"


lines = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=6
)


@given(there=lines, coming=lines)
def test_the_preview_counts_what_the_import_makes(
    there: list[tuple[int, int, int, int]], coming: list[tuple[int, int, int, int]]
) -> None:
    with transaction.atomic():
        club = ClubFactory(slug="harbour")
        for number in range(2):
            ExternalId.objects.create(athlete=AthleteFactory(club=club), source="test", value=f"a{number}")
        imported("performances", csv(HEADER, *(row(*one) for one in there)), club=club)
        batch = staged("performances", csv(HEADER, *(row(*one) for one in coming)), club=club)
        before = derived()
        said = impact_of(batch)
        assert derived() == before
        result = apply_import(batch, by=None, at=NOW)
        assert said == {kind: result[kind] for kind in KINDS}
        transaction.set_rollback(True)


def test_the_first_marks_of_a_new_athlete(harbour: Club) -> None:
    batch = staged("performances", csv(HEADER, row(1, 2, 0, 0), row(2, 2, 3, 5)), club=harbour)
    assert impact_of(batch) == {"personal_bests": 2, "season_bests": 2, "records": 4}
    assert not (Athlete.objects.exists() or Performance.objects.exists() or Record.objects.exists())


@pytest.mark.parametrize("kind", ["athletes", "records"])
def test_other_files_make_no_marks(kind: str) -> None:
    batch = ImportBatch.objects.create(kind=kind, received=NOW)
    assert impact_of(batch) == dict.fromkeys(KINDS, 0)


def test_a_preview_of_a_file_that_cannot_be_read_says_so_and_no_more() -> None:
    batch = received("performances", b"")
    preview_import(batch, today=NOW.date())
    assert (batch.state, batch.result) == ("refused", {})
    good = received("performances", "id,name,sex,event,mark,date\np1,Jo Bloggs,M,100,10.80,2026-05-05\n")
    preview_import(good, today=NOW.date())
    assert (good.state, good.result["created"], good.result["personal_bests"]) == ("staged", 1, 1)
