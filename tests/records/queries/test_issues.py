"""Issues of an import, as sentences that name the row and the file's own column."""

from __future__ import annotations

from typing import Any

import pytest

from records.models import ImportBatch
from records.queries.issues import issues_of
from tests.factories import AthleteFactory, imported, staged
from tests.records.importing import csv
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


def told(batch: ImportBatch) -> list[tuple[Any, ...]]:
    batch.refresh_from_db()
    return [(one["row"], one["column"], one["code"], one["verdict"]) for one in issues_of(batch)]


def test_an_issue_says_row_column_code_and_sentence(harbour: Club) -> None:
    batch = staged("performances", csv("Name,Geschlecht,Was,Wert,Am", "Jo Hill,M,100,fast,2026-05-05"), mapping={
        "full_name": "Name", "sex": "Geschlecht", "discipline": "Was", "mark": "Wert", "date": "Am",
    })  # fmt: skip
    assert list(issues_of(batch)) == [{
        "row": 2, "column": "Wert", "code": "unreadable_mark", "verdict": "refused",
        "message": "“fast” is not a mark of this discipline.",
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row", "column", "code"),
    [
        ("Athlete,sex,event,mark,date", "12345,M,100,10.80,2026-05-05", "Athlete", "name_is_a_number"),
        ("Surname,sex,event,mark,date", "12345,M,100,10.80,2026-05-05", "Surname", "name_is_a_number"),
        ("Athlete,sex,YOB,event,mark,date", "Jo Hill,M,19/98,100,10.80,2026-05-05", "YOB", "unreadable_date"),
        ("Athlete,sex,DOB,event,mark,date", "Jo Hill,M,1998-02-30,100,10.80,2026-05-05", "DOB", "unreadable_date"),
        ("Athlete,event,mark,date", "Jo Hill,100,10.80,2026-05-05", "sex", "unknown_sex"),
        ("Athlete,sex,event,mark,date", ",M,100,10.80,2026-05-05", "Athlete", "no_athlete"),
        ("Athlete,sex,event,mark,date", "Jo Hill,M,100,10.80,2026-05-05,x", None, "extra_cells"),
    ],
)
def test_the_column_is_called_as_in_the_file(harbour: Club, header: str, row: str, column: str, code: str) -> None:
    assert told(staged("performances", csv(header, row))) == [(2, column, code, "refused")]


def test_a_doubtful_name_blames_the_column_of_the_name(harbour: Club) -> None:
    AthleteFactory(given_name="Jo", family_name="Hill", club=harbour, birth_date=None)
    batch = staged("athletes", csv("Athlete,sex", "Jo Hill,M", "Jo Hill,M"), club=harbour)
    assert told(batch) == []
    AthleteFactory(given_name="Jo", family_name="Hill", club=harbour, birth_date=None)
    batch = staged("athletes", csv("Athlete,sex", "Jo Hill,M"), club=harbour)
    assert told(batch) == [(2, "Athlete", "possible_duplicate", "new")]


def test_issues_come_in_the_file_s_order_with_their_verdict(harbour: Club) -> None:
    rows = ["Jo Hill,M,1990,LJ,far,2026-05-05", "Al Dale,M,,LJ,7.00,2026-05-05", "Cy Vale,X,,LJ,7.00,2026-05-05"]
    AthleteFactory(given_name="Al", family_name="Dale")
    batch = imported("performances", csv("name,sex,yob,event,mark,date", *rows), club=harbour)
    assert told(batch) == [
        (2, "mark", "unreadable_mark", "refused"),
        (3, "name", "possible_duplicate", "new"),
        (4, "sex", "unknown_sex", "refused"),
    ]


def test_a_refused_file_is_one_issue(harbour: Club) -> None:
    assert told(staged("performances", b"")) == [(None, None, "empty_file", "refused")]
    batch = staged("performances", csv("name,sex,event,mark,date", '"Jo'))
    assert told(batch) == [(2, None, "unclosed_quote", "refused")]
    assert [one["message"] for one in issues_of(batch)] == ["A quotation mark opened in row 2 is never closed."]
    batch = staged("performances", csv("name,event,event,mark,date", "Jo,1,2,3,4"))
    assert told(batch) == [(None, "event", "duplicate_header", "refused")]


def test_a_file_without_issues_has_none(harbour: Club) -> None:
    assert told(imported("athletes", csv("name,sex", "Jo Hill,M"))) == []


def test_words_of_the_file_are_never_taken_for_a_pattern(harbour: Club) -> None:
    batch = staged("performances", csv("name,sex,event,mark,date", "Jo Hill,M,{0.__class__},{limit},2026-05-05"))
    assert [one["message"] for one in issues_of(batch)] == [
        "“{0.__class__}” is not a discipline that TrackHub knows."
    ]  # fmt: skip
