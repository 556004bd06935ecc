"""The queries of the fold: every step of every list of bests and of every record book.

A step is a mark that was better than, or equal to, all before it under its key. The running best is a window
over ``GROUPS``, so that marks which nothing tells apart (same day, same round, same mark) are one step and the
answer never depends on the order of insertion.
"""

from __future__ import annotations

from django.db import connection

from records.domain.eligibility import Flaw

_BEST_STEPS = """
SELECT id AS performance_id,
       CASE WHEN career_before IS NULL OR merit > career_before THEN 1 WHEN merit = career_before THEN 2 ELSE 0 END
           AS career,
       CASE WHEN season_before IS NULL OR merit > season_before THEN 1 ELSE 2 END AS season
FROM (
    SELECT p.id, p.merit,
           max(p.merit) OVER (PARTITION BY p.athlete_id, p.discipline_id, p.facility, p.best_list
                              ORDER BY p.date, p.seq, p.merit
                              GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS career_before,
           max(p.merit) OVER (PARTITION BY p.athlete_id, p.discipline_id, p.facility, p.best_list, p.season
                              ORDER BY p.date, p.seq, p.merit
                              GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS season_before
    FROM {performances} p
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

_FIRST_CLAIM_SPELL = """
    EXISTS (SELECT 1 FROM records_clubspell s
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

_KEY = "book_id, discipline_id, sex, age_group, facility, timing"

_RECORD_STEPS = f"""
WITH category AS ({_CATEGORIES}),
entered AS (
    SELECT c.book_id, c.ties, p.discipline_id, p.sex, c.code AS age_group,
           CASE WHEN c.facilities = 'together' THEN '' ELSE p.facility END AS facility,
           CASE WHEN c.hand = 'apart' AND (p.flaws & {int(Flaw.HAND)}) <> 0 THEN 'hand' ELSE '' END AS timing,
           p.date, p.seq, p.merit, p.id AS performance_id, CAST(NULL AS bigint) AS legacy_id
    FROM {{performances}} p
    {{touched}}
    JOIN category c ON {{keeps}}
    WHERE (p.flaws & c.refuses) = 0 AND {_IN_CATEGORY} AND {_FIRST_CLAIM}
    UNION ALL
    SELECT c.book_id, c.ties, p.discipline_id, p.sex, p.age_group,
           CASE WHEN c.facilities = 'together' THEN '' ELSE p.facility END,
           CASE WHEN c.hand = 'apart' AND (p.flaws & {int(Flaw.HAND)}) <> 0 THEN 'hand' ELSE '' END,
           p.date, 5, p.merit, NULL, p.id
    FROM records_legacyrecord p
    JOIN category c ON c.book_id = p.book_id AND c.code = ''
    {{touched_legacy}}
),
running AS (
    SELECT entered.*,
           max(merit) OVER (PARTITION BY {_KEY} ORDER BY date, seq, merit
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

CLUB_BOOKS = {"books": "b.club_id IS NOT NULL", "keeps": "c.club_id = p.club_id"}
SITE_BOOKS = {"books": "b.club_id IS NULL", "keeps": "1 = 1"}


def best_steps(touched: str = "", performances: str = "records_performance") -> str:
    """The query for BEST_COLUMNS of every list of bests. ``touched`` joins keys ``t`` that narrow it."""
    return _BEST_STEPS.format(touched=touched, performances=performances)


def record_steps(
    kind: dict[str, str], touched: str = "", touched_legacy: str = "", performances: str = "records_performance"
) -> str:
    """The query for RECORD_COLUMNS of the books of one ``kind`` (CLUB_BOOKS or SITE_BOOKS)."""
    false = "FALSE" if connection.vendor == "postgresql" else "0"
    return _RECORD_STEPS.format(
        touched=touched, touched_legacy=touched_legacy, performances=performances, false=false, **kind
    )
