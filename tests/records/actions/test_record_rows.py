"""Rows of an old record book."""

from __future__ import annotations

from datetime import date

import pytest

from records.models import LegacyRecord, Record, RecordBook
from tests.factories import imported, staged
from tests.records.importing import counts, csv, issues, verdicts
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

GOOD = {
    "id": "", "event": "100", "sex": "M", "age group": "", "environment": "", "mark": "10.70", "wind": "", "timing": "",
    "holder": "Old Star", "date": "1975", "note": "",
}  # fmt: skip


def rows(*changes: dict[str, str]) -> str:
    return csv(",".join(GOOD), *(",".join(f'"{cell}"' for cell in (GOOD | change).values()) for change in changes))


@pytest.fixture
def book(harbour: Club) -> RecordBook:
    return harbour.books.get()


@pytest.mark.parametrize(
    ("change", "target", "code"),
    [
        ({"holder": ""}, "holder", "no_holder"),
        ({"sex": "who knows"}, "sex", "unknown_sex"),
        ({"event": "egg and spoon"}, "discipline", "unknown_discipline"),
        ({"environment": "on the moon"}, "environment", "unknown_environment"),
        ({"mark": "quick"}, "mark", "unreadable_mark"),
        ({"mark": ""}, "mark", "no_mark"),
        ({"mark": "DNF"}, "mark", "no_mark"),
        ({"wind": "breezy"}, "wind", "unreadable_wind"),
        ({"date": "before the war"}, "date", "unreadable_date"),
        ({"date": "03/04/1975"}, "date", "ambiguous_date"),
        ({"date": "1700"}, "date", "date_too_early"),
        ({"date": "2026-11-21"}, "date", "date_in_future"),
        ({"age group": "U19"}, "age_group", "unknown_age_group"),
    ],
)
def test_a_bad_row_names_the_column_and_the_reason(
    book: RecordBook, change: dict[str, str], target: str, code: str
) -> None:
    batch = imported("records", rows(change, {}), book=book)
    assert (verdicts(batch), issues(batch)) == (["refused", "new"], [[(target, code)], []])


def test_too_many_cells(book: RecordBook) -> None:
    batch = staged("records", csv("event,sex,mark,holder,date", "100,M,10.70,Star,Old,1975"), book=book)
    assert issues(batch) == [[("", "extra_cells")]]


def test_a_line_is_kept_as_the_book_had_it(book: RecordBook) -> None:
    batch = imported("records", rows({"mark": "10.7h", "age group": "u20", "note": "cinders"}), book=book)
    old = LegacyRecord.objects.get()
    assert (old.book, old.batch, old.source, old.holder, old.note) == (book, batch, "test", "Old Star", "cinders")
    assert (old.mark, old.value, old.merit, old.timing) == ("10.7h", 10700, -10700, "hand")
    assert (old.sex, old.age_group, old.facility) == ("M", "U20", "outdoor")
    assert (old.date, old.date_precision) == (date(1975, 12, 31), "year")
    lists = sorted(Record.objects.filter(legacy=old).values_list("age_group", flat=True))
    assert (lists, batch.result["records"]) == (["", "Senior", "U20", "U23"], 4)


@pytest.mark.parametrize("text", ["", "Open", "ABSOLUTE", "all"])
def test_words_for_any_age(book: RecordBook, text: str) -> None:
    imported("records", rows({"age group": text}), book=book)
    assert LegacyRecord.objects.get().age_group == ""


def test_the_running_year_is_no_date_in_the_future(book: RecordBook) -> None:
    imported("records", rows({"date": "2026"}), book=book)
    assert LegacyRecord.objects.get().date == date(2026, 12, 31)


def test_a_book_without_a_scheme_knows_no_age_group() -> None:
    book = RecordBook.objects.create(slug="meet", name="Meet")
    assert issues(staged("records", rows({"age group": "U20"}), book=book)) == [[("age_group", "unknown_age_group")]]
    assert issues(staged("records", rows({"age group": "U20"}))) == [[("age_group", "unknown_age_group")]]


def test_the_same_file_again_creates_nothing(book: RecordBook) -> None:
    content = rows({}, {}, {"id": "r1", "event": "LJ", "mark": "7.00"})
    assert counts(imported("records", content, book=book)) == (2, 0, 1, 0)
    assert counts(imported("records", content, book=book)) == (0, 0, 3, 0)
    assert LegacyRecord.objects.count() == 2


def test_the_same_line_may_stand_in_two_books(book: RecordBook, other: Club) -> None:
    assert [counts(imported("records", rows({}), book=one))[0] for one in (book, other.books.get())] == [1, 1]


def test_a_mixed_relay(book: RecordBook) -> None:
    imported("records", rows({"event": "4x400", "mark": "3:20.00", "sex": "X", "holder": "Harbour"}), book=book)
    assert LegacyRecord.objects.get().sex == "X"


def test_a_row_without_sex_is_refused_where_the_event_does_not_tell(book: RecordBook) -> None:
    assert issues(staged("records", rows({"sex": ""}), book=book)) == [[("sex", "unknown_sex")]]
