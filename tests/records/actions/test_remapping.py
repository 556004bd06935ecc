"""Naming the columns again: the file is read again, unless it was applied."""

from __future__ import annotations

import pytest

from records.actions.applying import NotStaged
from records.actions.remapping import choose_columns
from records.actions.staging import stage_import
from records.models import ImportBatch
from tests.factories import NOW, imported, staged
from tests.records.importing import csv, verdicts

pytestmark = pytest.mark.django_db

FILE = csv("Wer,sex,event,mark,date", "Jo Bloggs,M,100,10.80,2026-05-05")


def test_a_refused_file_is_read_again_with_the_columns_named() -> None:
    batch = staged("performances", FILE)
    assert batch.state == "refused"
    choose_columns(batch, {"full_name": "Wer"})
    assert (batch.state, batch.mapping, batch.refusal) == ("received", {"full_name": "Wer"}, None)
    stage_import(batch, today=NOW.date())
    assert (batch.state, verdicts(batch)) == ("staged", ["new"])


def test_the_rows_of_the_first_reading_stay_until_the_second() -> None:
    batch = staged("performances", FILE, mapping={"full_name": "Wer"})
    choose_columns(batch, {"full_name": "Wer", "note": "sex"})
    assert (batch.state, verdicts(batch)) == ("received", ["new"])


@pytest.mark.parametrize("state", ["applied", "undone"])
def test_what_was_applied_is_not_read_again(state: str) -> None:
    batch = imported("performances", FILE, mapping={"full_name": "Wer"})
    ImportBatch.objects.update(state=state)
    with pytest.raises(NotStaged):
        choose_columns(batch, {"full_name": "sex"})
    batch.refresh_from_db()
    assert (batch.state, batch.mapping) == (state, {"full_name": "Wer"})
