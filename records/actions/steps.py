"""The queries of the fold: every step of every list of bests and of every record book.

A step is a mark that was better than, or equal to, all before it under its key. Nobody knows which of the marks of one
day and round came first, so the best stands first among them, and the others are none. The running best is a window
over ``GROUPS``: equal ones of a round are one step, and the answer never depends on the order of insertion.
"""

from __future__ import annotations

from django.db import connection
from django.db.backends.utils import CursorWrapper

from records.domain.eligibility import LAP_MM, LAP_YARDS_MM, WIND, Flaw

_BEST_STEPS = """
SELECT id AS performance_id,
       CASE WHEN career_before IS NULL OR merit > career_before THEN 1 WHEN merit = career_before THEN 2 ELSE 0 END
           AS career,
       CASE WHEN season_before IS NULL OR merit > season_before THEN 1 ELSE 2 END AS season
FROM (
    SELECT p.id, p.merit,
           max(p.merit) OVER (PARTITION BY p.athlete_id, p.discipline_id, p.facility, p.best_list
                              ORDER BY p.date, p.seq, p.merit DESC
                              GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS career_before,
           max(p.merit) OVER (PARTITION BY p.athlete_id, p.discipline_id, p.facility, p.best_list, p.season
                              ORDER BY p.date, p.seq, p.merit DESC
                              GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS season_before
    FROM {performances} p
    {touched}
    WHERE p.best_list > 0 AND p.athlete_id IS NOT NULL
) running
WHERE season_before IS NULL OR merit >= season_before
"""

POLICY_COLUMNS = (
    "refuses", "wind_from_age", "any_wind_ids", "ties", "hand", "hand_short_ms", "hand_400_ms", "facilities",
    "inheritance", "claims", "minimum_field",
)  # fmt: skip
"""What the fold reads of a policy."""

_POLICY = ", ".join(f"r.{column}" for column in POLICY_COLUMNS)

_CATEGORIES = f"""
    SELECT b.id AS book_id, b.club_id, {_POLICY},
           '' AS code, 'open' AS kind, '' AS lower_on, 0 AS lower_age, '' AS upper_on, 0 AS upper_age,
           CAST(NULL AS date) AS valid_from, CAST(NULL AS date) AS valid_until
    FROM records_recordbook b JOIN {{policies}} r ON {{in_force}}
    WHERE {{books}}
    UNION ALL
    SELECT b.id, b.club_id, {_POLICY},
           g.code, g.kind, g.lower_on, g.lower_age, g.upper_on, g.upper_age, g.valid_from, g.valid_until
    FROM records_recordbook b JOIN {{policies}} r ON {{in_force}}
    JOIN records_agegroup g ON g.scheme_id = b.scheme_id
    WHERE {{books}}
"""

_HAND = f"(p.flaws & {int(Flaw.HAND)}) <> 0"

# The wind may not matter: to the young, or in some disciplines (Policy.against).
_TAKEN = f"""
    ((p.flaws & c.refuses) = 0
     OR ((p.flaws & c.refuses & {int(~WIND)}) = 0
         AND (p.age_day < c.wind_from_age
              OR replace(c.any_wind_ids, ',' || p.discipline_id || ',', '') <> c.any_wind_ids)))
"""

# Policy.added_ms
_COMPARED_MERIT = f"""
    (p.merit - CASE WHEN c.hand = 'converted' AND {_HAND}
                    THEN (SELECT CASE WHEN d.distance_mm < {LAP_MM} THEN c.hand_short_ms
                                      WHEN d.distance_mm <= {LAP_YARDS_MM} THEN c.hand_400_ms ELSE 0 END
                          FROM records_discipline d WHERE d.id = p.discipline_id)
                    ELSE 0 END)
"""

# By people, in one list: Policy says nothing of it.
_NOT_LEFT_OUT = """
    NOT EXISTS (SELECT 1 FROM records_recordclaim x
                WHERE x.performance_id = p.id AND x.book_id = c.book_id AND x.age_group = c.code
                  AND x.state IN ('rejected', 'rescinded'))
"""

_AGE = "(CASE c.{bound} WHEN 'day' THEN p.age_day WHEN 'dec31' THEN p.age_dec31 ELSE p.age_aug31 END)"
_OLD_ENOUGH = _AGE.format(bound="lower_on") + " >= c.lower_age"
_YOUNG_ENOUGH = _AGE.format(bound="upper_on") + " <= c.upper_age"

_VALID = """
    (({list}.valid_from IS NULL OR p.date >= {list}.valid_from)
     AND ({list}.valid_until IS NULL OR p.date <= {list}.valid_until))
"""

_IN_CATEGORY = f"""
    (c.kind = 'open'
     OR ({_YOUNG_ENOUGH}
         AND ({_OLD_ENOUGH}
              OR (c.inheritance = 'all_older' AND c.kind <> 'masters')
              OR (c.inheritance = 'own_and_senior' AND c.kind = 'senior'))
         AND {_VALID.format(list="c")}))
"""

# An old record says no age, but its own list: it is one of all ages too, and of the older ones that take the young.
_IN_OLDER = f"""
    (c.kind = 'open'
     OR (c.kind <> 'masters' AND o.kind NOT IN ('open', 'masters') AND c.upper_age > o.upper_age
         AND {_VALID.format(list="c")}
         AND (c.inheritance = 'all_older' OR (c.inheritance = 'own_and_senior' AND c.kind = 'senior'))))
"""

_FIRST_CLAIM_SPELL = """
    EXISTS (SELECT 1 FROM {{spells}} s
            WHERE s.athlete_id = {athlete} AND s.club_id = p.club_id AND s.claim = 'first'
              AND (s.starts IS NULL OR s.starts <= p.date) AND (s.ends IS NULL OR s.ends >= p.date))
"""
# A relay is the club's when every runner is (the club's version of CR31.3).
_FIRST_CLAIM = f"""
    (c.claims = 'any' OR {_FIRST_CLAIM_SPELL.format(athlete="p.athlete_id")}
     OR (p.athlete_id IS NULL AND NOT EXISTS (
         SELECT 1 FROM records_relayleg l
         WHERE l.performance_id = p.id AND NOT {_FIRST_CLAIM_SPELL.format(athlete="l.athlete_id")})))
"""

# Of the list that a mark enters.
_FACILITY = "CASE WHEN c.facilities = 'together' THEN '' ELSE p.facility END"
_TIMING = f"CASE WHEN c.hand = 'apart' AND {_HAND} THEN 'hand' ELSE '' END"

_KEY = "book_id, discipline_id, sex, age_group, facility, timing"

_RECORD_STEPS = f"""
WITH category AS ({_CATEGORIES}),
entered AS (
    SELECT c.book_id, c.ties, p.discipline_id, p.sex, c.code AS age_group,
           {_FACILITY} AS facility, {_TIMING} AS timing,
           p.date, p.seq, {_COMPARED_MERIT} AS merit, p.id AS performance_id, CAST(NULL AS bigint) AS legacy_id
    FROM {{performances}} p
    {{touched}}
    JOIN category c ON {{keeps}}
    WHERE {_TAKEN} AND {_IN_CATEGORY} AND {_FIRST_CLAIM}
      AND (p.field_size IS NULL OR p.field_size >= c.minimum_field) AND {_NOT_LEFT_OUT}
    UNION ALL
    SELECT c.book_id, c.ties, p.discipline_id, p.sex, p.age_group,
           {_FACILITY}, {_TIMING},
           p.date, 5, {_COMPARED_MERIT}, NULL, p.id
    FROM records_legacyrecord p
    JOIN category c ON c.book_id = p.book_id AND c.code = ''
    {{touched_legacy}}
    UNION ALL
    SELECT c.book_id, c.ties, p.discipline_id, p.sex, c.code,
           {_FACILITY}, {_TIMING},
           p.date, 5, {_COMPARED_MERIT}, NULL, p.id
    FROM records_legacyrecord p
    JOIN category c ON c.book_id = p.book_id AND c.code <> p.age_group
    LEFT JOIN category o ON o.book_id = p.book_id AND o.code = p.age_group AND {_VALID.format(list="o")}
    {{touched_legacy}}
    WHERE {_IN_OLDER}
),
running AS (
    SELECT entered.*,
           max(merit) OVER (PARTITION BY {_KEY} ORDER BY date, seq, merit DESC
                            GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM entered
),
step AS (
    SELECT {_KEY}, performance_id, legacy_id, merit, date, COALESCE(merit = before, {{false}}) AS equal,
           CASE WHEN ties = 'newest' THEN date END AS taken_on, CASE WHEN ties = 'newest' THEN seq END AS taken_at
    FROM running
    WHERE before IS NULL OR merit > before OR (merit = before AND ties <> 'first')
)
SELECT {_KEY}, performance_id, legacy_id, merit, date AS set_on, equal,
       min(date) OVER (PARTITION BY {_KEY} ORDER BY merit, taken_on, taken_at
                       GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS until
FROM step
"""

BEST_COLUMNS = "performance_id, career, season"
RECORD_COLUMNS = f"{_KEY}, performance_id, legacy_id, merit, set_on, equal, until"

IN_FORCE = {"policies": "records_recordpolicy", "in_force": "r.id = b.policy_id"}
_SPELLS = {"spells": "records_clubspell"}
CLUB_BOOKS = {**IN_FORCE, **_SPELLS, "books": "b.club_id IS NOT NULL", "keeps": "c.club_id = p.club_id"}
SITE_BOOKS = {**IN_FORCE, **_SPELLS, "books": "b.club_id IS NULL", "keeps": "1 = 1"}


def make_room(cursor: CursorWrapper) -> None:
    """Let PostgreSQL sort in memory what it would sort on disk, and not compile these queries: it takes them for ten
    times as dear as they are, and would compile for longer than they run. Until the end of the transaction."""
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL work_mem TO '64MB'")
        cursor.execute("SET LOCAL jit TO off")


def best_steps(touched: str = "", performances: str = "records_performance") -> str:
    """The query for BEST_COLUMNS of every list of bests. ``touched`` joins keys ``t`` that narrow it."""
    return _BEST_STEPS.format(touched=touched, performances=performances)


def record_steps(
    kind: dict[str, str], touched: str = "", touched_legacy: str = "", performances: str = "records_performance"
) -> str:
    """The query for RECORD_COLUMNS of the books of one ``kind`` (CLUB_BOOKS or SITE_BOOKS).

    ``kind`` may name other "policies" than those in force, a table expression with POLICY_COLUMNS, and other "spells".
    """
    false = "FALSE" if connection.vendor == "postgresql" else "0"
    return _RECORD_STEPS.format(
        touched=touched, touched_legacy=touched_legacy, performances=performances, false=false, **kind
    )
