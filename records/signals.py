"""Facts that records tells the apps above it: past tense, ids only, sent when the transaction has committed."""

from __future__ import annotations

from django.dispatch import Signal

athletes_merged = Signal()
"""Two athletes became one: ``survivor`` and ``merged`` are ids of Athlete."""

athletes_parted = Signal()
"""A merge was taken back: ``survivor`` and ``merged`` are two athletes again."""
