"""The fold: from performances to personal bests, season's bests and records, set by set.

Eligible marks of one key, ordered by date, then round; the running best; better than all before is new, equal to
it is equal, anything else is nothing (WA Competition Rules 2022/23 CR31.5, CR31.17.3). Which of several marks of
one day and round came first, nobody knows: the best of them is the step, and who was second in a race held no
record for a moment. So the answer never depends on the order of insertion.

One statement folds everything or only the keys that a change touched: the ``touched`` tables of a Fold narrow
the same SQL, which is why a full rebuild and any sequence of changes give the same rows.
"""

from __future__ import annotations

from time import perf_counter
from types import TracebackType
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from records.actions.steps import (
    BEST_COLUMNS,
    CLUB_BOOKS,
    RECORD_COLUMNS,
    SITE_BOOKS,
    best_steps,
    make_room,
    record_steps,
)
from records.models import LegacyRecord, Performance, RecordBook


def _fold_bests(cursor: CursorWrapper, touched: str = "") -> None:
    cursor.execute(f"INSERT INTO records_best ({BEST_COLUMNS}) {best_steps(touched)}")


def _fold_records(cursor: CursorWrapper, kind: dict[str, str], touched: str = "", touched_legacy: str = "") -> None:
    cursor.execute(f"INSERT INTO records_record ({RECORD_COLUMNS}) {record_steps(kind, touched, touched_legacy)}")


def rebuild(book: RecordBook | None = None) -> None:
    """Fold everything again: all bests and all books, or the one ``book`` only."""
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time()
        if book is not None:
            cursor.execute("DELETE FROM records_record WHERE book_id = %s", [book.pk])
            kind = SITE_BOOKS if book.club_id is None else CLUB_BOOKS
            _fold_records(cursor, {**kind, "books": f"b.id = {int(book.pk)}"})
            return
        cursor.execute("DELETE FROM records_best")
        cursor.execute("DELETE FROM records_record")
        _fold_bests(cursor)
        _fold_records(cursor, CLUB_BOOKS)
        _fold_records(cursor, SITE_BOOKS)


_ONE_AT_A_TIME = 7_281_991
"""The number of the advisory lock; any constant of our own does."""


def one_at_a_time() -> None:
    """Wait until no other transaction changes performances, and make the next one wait for this.

    Two folds that don't see each other's performances would both leave an answer without the other's. SQLite
    takes its one write lock at the start of a transaction anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
            # There is only one such transaction, so it may take the memory.
            make_room(cursor)


class Fold:
    """The keys that a change touches, folded again when the block ends without an error.

    Use inside a transaction. Touch performances before the change where they may leave a key (deleted, moved to
    another athlete or discipline) and after it where they may enter one; touching twice costs nothing.
    """

    seconds = 0.0
    """How long it took to find the keys and to fold them."""

    def __enter__(self) -> Fold:
        one_at_a_time()
        ending = " ON COMMIT DROP" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            for name in ("touched_best", "touched_record"):
                cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TEMP TABLE touched_best (athlete_id bigint, discipline_id bigint){ending}")
            cursor.execute(
                f"CREATE TEMP TABLE touched_record (discipline_id bigint, sex varchar(1), club_id bigint){ending}"
            )
        return self

    def touch(self, performances: QuerySet[Performance]) -> None:
        """Remember the keys in which ``performances`` stand now."""
        for table, keys in (
            ("touched_best", ("athlete_id", "discipline_id")),
            ("touched_record", ("discipline_id", "sex", "club_id")),
        ):
            self._insert(table, performances.order_by().values(*keys).distinct())

    def touch_legacy(self, legacy: QuerySet[LegacyRecord]) -> None:
        """Remember the keys of old records."""
        self._insert("touched_record", legacy.order_by().values("discipline_id", "sex", "book__club_id").distinct())

    def _insert(self, table: str, keys: QuerySet[Any, Any]) -> None:
        started = perf_counter()
        sql, params = keys.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} {sql}", params)
        self.seconds += perf_counter() - started

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        started = perf_counter()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE touched_best, touched_record")
            _fold_touched_bests(cursor)
            _fold_touched_records(cursor)
            cursor.execute("DROP TABLE touched_best")
            cursor.execute("DROP TABLE touched_record")
        self.seconds += perf_counter() - started


def _fold_touched_bests(cursor: CursorWrapper) -> None:
    keys = "(SELECT DISTINCT athlete_id, discipline_id FROM touched_best WHERE athlete_id IS NOT NULL)"
    cursor.execute(
        f"""DELETE FROM records_best WHERE performance_id IN (
            SELECT p.id FROM {keys} t
            JOIN records_performance p ON p.athlete_id = t.athlete_id AND p.discipline_id = t.discipline_id)"""
    )
    _fold_bests(cursor, f"JOIN {keys} t ON p.athlete_id = t.athlete_id AND p.discipline_id = t.discipline_id")


def _fold_touched_records(cursor: CursorWrapper) -> None:
    by_club = "(SELECT DISTINCT discipline_id, sex, club_id FROM touched_record)"
    by_sex = "(SELECT DISTINCT discipline_id, sex FROM touched_record)"
    for kind, keys, books in (
        (CLUB_BOOKS, by_club, "b.club_id = t.club_id"),
        (SITE_BOOKS, by_sex, "b.club_id IS NULL"),
    ):
        cursor.execute(
            f"""DELETE FROM records_record WHERE (book_id, discipline_id, sex) IN (
                SELECT b.id, t.discipline_id, t.sex FROM {keys} t JOIN records_recordbook b ON {books})"""
        )
        same = "t.discipline_id = p.discipline_id AND t.sex = p.sex"
        club = " AND t.club_id = {}.club_id" if kind is CLUB_BOOKS else ""
        _fold_records(
            cursor,
            kind,
            touched=f"JOIN {keys} t ON {same}{club.format('p')}",
            touched_legacy=f"JOIN {keys} t ON {same}{club.format('c')}",
        )
