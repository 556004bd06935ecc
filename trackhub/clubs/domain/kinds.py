"""The kinds of fact that the event log holds. docs/webhooks.md says what each carries."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """In the past tense: an event is a fact, never an order."""

    IMPORT_APPLIED = "import_applied"
    IMPORT_UNDONE = "import_undone"
    PERFORMANCE_ENTERED = "performance_entered"
    PERFORMANCE_CORRECTED = "performance_corrected"
    PERFORMANCE_ANNULLED = "performance_annulled"
    PERFORMANCE_REINSTATED = "performance_reinstated"
    RECORDS_SET = "records_set"
    AWARDS_ENTERED = "awards_entered"
    AWARD_REMOVED = "award_removed"
    RECORD_CLAIMED = "record_claimed"
    RECORD_RATIFIED = "record_ratified"
    RECORD_REJECTED = "record_rejected"
    RECORD_RESCINDED = "record_rescinded"
    RECORD_RETIRED = "record_retired"
    CLAIM_REOPENED = "claim_reopened"
    MARK_REPORTED = "mark_reported"
    REPORT_ANSWERED = "report_answered"
    POLICY_CHANGED = "policy_changed"
    ATHLETES_MERGED = "athletes_merged"
    ATHLETES_PARTED = "athletes_parted"
    ATHLETE_TRANSFERRED = "athlete_transferred"
    NEWS_PUBLISHED = "news_published"
