"""The fold: from performances to personal bests, season's bests and records, set by set.

Eligible marks of one key, ordered by date, then round, then mark (the better last where nobody knows the
order); the running best; better than all before is new, equal to it is equal, anything else is nothing
(WA Competition Rules 2022/23 CR31.5, CR31.17.3). Marks that nothing tells apart (same day, same round, same
mark) are one step, so the answer never depends on the order of insertion.

One statement folds everything or only the keys that a change touched: the ``touched`` tables of a Fold narrow
the same SQL, which is why a full rebuild and any sequence of changes give the same rows.
"""

from __future__ import annotations

from types import TracebackType

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from records.domain.eligibility import Flaw
from records.models import LegacyRecord, Performance, RecordBook

_BESTS = """
INSERT INTO records_best (performance_id, career, season)
SELECT id,
       CASE WHEN career_before IS NULL OR merit > career_before THEN 1 WHEN merit = career_before THEN 2 ELSE 0 END,
       CASE WHEN season_before IS NULL OR merit > season_before THEN 1 ELSE 2 END
FROM (
    SELECT p.id, p.merit,
           max(p.merit) OVER (PARTITION BY p.athlete_id, p.discipline_id, p.facility, p.best_list
                              ORDER BY p.season, p.date, p.seq, p.merit
                              GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS career_before,
           max(p.merit) OVER (PARTITION BY p.athlete_id, p.discipline_id, p.facility, p.best_list, p.season
                              ORDER BY p.date, p.seq, p.merit
                              GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS season_before
    FROM records_performance p
    {touched}
    WHERE p.best_list > 0 AND p.athlete_id IS NOT NULL
) running
WHERE season_before IS NULL OR merit >= season_before
"""

_CATEGORIES = """
    SELECT b.id AS book_id, b.club_id, r.refuses, r.ties, r.hand, r.facilities, r.inheritance, r.claims,
           '' AS code, 'open' AS kind, '' AS lower_on, 0 AS lower_age, '' AS upper_on, 0 AS upper_age,
           CAST(NULL AS date) AS valid_from, CAST(NULL AS date) AS valid_until
    FROM records_recordbook b JOIN records_recordpolicy r ON r.id = b.policy_id
    WHERE {books}
    UNION ALL
    SELECT b.id, b.club_id, r.refuses, r.ties, r.hand, r.facilities, r.inheritance, r.claims,
           g.code, g.kind, g.lower_on, g.lower_age, g.upper_on, g.upper_age, g.valid_from, g.valid_until
    FROM records_recordbook b JOIN records_recordpolicy r ON r.id = b.policy_id
    JOIN records_agegroup g ON g.scheme_id = b.scheme_id
    WHERE {books}
"""

_AGE = "(CASE c.{bound} WHEN 'day' THEN p.age_day WHEN 'dec31' THEN p.age_dec31 ELSE p.age_aug31 END)"
_OLD_ENOUGH = _AGE.format(bound="lower_on") + " >= c.lower_age"
_YOUNG_ENOUGH = _AGE.format(bound="upper_on") + " <= c.upper_age"

_IN_CATEGORY = f"""
    (c.kind = 'open'
     OR ({_YOUNG_ENOUGH}
         AND ({_OLD_ENOUGH}
              OR (c.inheritance = 'all_older' AND c.kind <> 'masters')
              OR (c.inheritance = 'own_and_senior' AND c.kind = 'senior'))
         AND (c.valid_from IS NULL OR p.date >= c.valid_from)
         AND (c.valid_until IS NULL OR p.date <= c.valid_until)))
"""

_FIRST_CLAIM = """
    (c.claims = 'any' OR EXISTS (
        SELECT 1 FROM records_clubspell s
        WHERE s.athlete_id = p.athlete_id AND s.club_id = p.club_id AND s.claim = 'first'
          AND (s.starts IS NULL OR s.starts <= p.date) AND (s.ends IS NULL OR s.ends >= p.date)))
"""

_STEPS = f"""
WITH category AS ({_CATEGORIES}),
entered AS (
    SELECT c.book_id, c.ties, p.discipline_id, p.sex, c.code AS age_group,
           CASE WHEN c.facilities = 'together' THEN '' ELSE p.facility END AS facility,
           CASE WHEN c.hand = 'apart' AND (p.flaws & {int(Flaw.HAND)}) <> 0 THEN 'hand' ELSE '' END AS timing,
           p.date, p.seq, p.merit, p.id AS performance_id, CAST(NULL AS bigint) AS legacy_id
    FROM records_performance p
    {{touched}}
    JOIN category c ON {{keeps}}
    WHERE (p.flaws & c.refuses) = 0 AND {_IN_CATEGORY} AND {_FIRST_CLAIM}
    UNION ALL
    SELECT c.book_id, c.ties, p.discipline_id, p.sex, p.age_group,
           CASE WHEN c.facilities = 'together' THEN '' ELSE p.facility END,
           CASE WHEN c.hand = 'apart' AND p.timing = 'hand' THEN 'hand' ELSE '' END,
           p.date, 5, p.merit, NULL, p.id
    FROM records_legacyrecord p
    JOIN category c ON c.book_id = p.book_id AND c.code = ''
    {{touched_legacy}}
),
running AS (
    SELECT entered.*,
           max(merit) OVER (PARTITION BY book_id, discipline_id, sex, age_group, facility, timing
                            ORDER BY date, seq, merit
                            GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM entered
),
step AS (
    SELECT book_id, discipline_id, sex, age_group, facility, timing, performance_id, legacy_id, merit, date,
           COALESCE(merit = before, {{false}}) AS equal,
           CASE WHEN ties = 'newest' THEN date END AS taken_on, CASE WHEN ties = 'newest' THEN seq END AS taken_at
    FROM running
    WHERE before IS NULL OR merit > before OR (merit = before AND ties <> 'first')
)
"""

_RECORDS = (
    """
INSERT INTO records_record (book_id, discipline_id, sex, age_group, facility, timing,
                            performance_id, legacy_id, merit, set_on, equal, until)
"""
    + _STEPS
    + """
SELECT book_id, discipline_id, sex, age_group, facility, timing, performance_id, legacy_id, merit, date, equal,
       min(date) OVER (PARTITION BY book_id, discipline_id, sex, age_group, facility, timing
                       ORDER BY merit, taken_on, taken_at GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING)
FROM step
"""
)

_CLUB_BOOKS = {"books": "b.club_id IS NOT NULL", "keeps": "c.club_id = p.club_id"}
_SITE_BOOKS = {"books": "b.club_id IS NULL", "keeps": "1 = 1"}


def _fold_records(cursor: CursorWrapper, kind: dict[str, str], touched: str = "", touched_legacy: str = "") -> None:
    false = "FALSE" if connection.vendor == "postgresql" else "0"
    cursor.execute(_RECORDS.format(touched=touched, touched_legacy=touched_legacy, false=false, **kind))


def rebuild(book: RecordBook | None = None) -> None:
    """Fold everything again: all bests and all books, or the one ``book`` only."""
    with transaction.atomic(), connection.cursor() as cursor:
        one_at_a_time()
        if book is not None:
            cursor.execute("DELETE FROM records_record WHERE book_id = %s", [book.pk])
            kind = _SITE_BOOKS if book.club_id is None else _CLUB_BOOKS
            _fold_records(cursor, {**kind, "books": f"b.id = {int(book.pk)}"})
            return
        cursor.execute("DELETE FROM records_best")
        cursor.execute("DELETE FROM records_record")
        cursor.execute(_BESTS.format(touched=""))
        _fold_records(cursor, _CLUB_BOOKS)
        _fold_records(cursor, _SITE_BOOKS)


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


class Fold:
    """The keys that a change touches, folded again when the block ends without an error.

    Use inside a transaction. Touch performances before the change where they may leave a key (deleted, moved to
    another athlete or discipline) and after it where they may enter one; touching twice costs nothing.
    """

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

    def _insert(
        self, table: str, keys: QuerySet[Performance, dict[str, int]] | QuerySet[LegacyRecord, dict[str, int]]
    ) -> None:
        sql, params = keys.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} {sql}", params)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE touched_best, touched_record")
            _fold_touched_bests(cursor)
            _fold_touched_records(cursor)
            cursor.execute("DROP TABLE touched_best")
            cursor.execute("DROP TABLE touched_record")


def _fold_touched_bests(cursor: CursorWrapper) -> None:
    keys = "(SELECT DISTINCT athlete_id, discipline_id FROM touched_best WHERE athlete_id IS NOT NULL)"
    cursor.execute(
        f"""DELETE FROM records_best WHERE performance_id IN (
            SELECT p.id FROM {keys} t
            JOIN records_performance p ON p.athlete_id = t.athlete_id AND p.discipline_id = t.discipline_id)"""
    )
    cursor.execute(
        _BESTS.format(touched=f"JOIN {keys} t ON p.athlete_id = t.athlete_id AND p.discipline_id = t.discipline_id")
    )


def _fold_touched_records(cursor: CursorWrapper) -> None:
    by_club = "(SELECT DISTINCT discipline_id, sex, club_id FROM touched_record)"
    by_sex = "(SELECT DISTINCT discipline_id, sex FROM touched_record)"
    for kind, keys, books in (
        (_CLUB_BOOKS, by_club, "b.club_id = t.club_id"),
        (_SITE_BOOKS, by_sex, "b.club_id IS NULL"),
    ):
        cursor.execute(
            f"""DELETE FROM records_record WHERE (book_id, discipline_id, sex) IN (
                SELECT b.id, t.discipline_id, t.sex FROM {keys} t JOIN records_recordbook b ON {books})"""
        )
        same = "t.discipline_id = p.discipline_id AND t.sex = p.sex"
        club = " AND t.club_id = {}.club_id" if kind is _CLUB_BOOKS else ""
        _fold_records(
            cursor,
            kind,
            touched=f"JOIN {keys} t ON {same}{club.format('p')}",
            touched_legacy=f"JOIN {keys} t ON {same}{club.format('c')}",
        )
