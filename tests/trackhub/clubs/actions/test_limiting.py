"""Counting in windows of fixed length."""

from __future__ import annotations

from trackhub.clubs.actions.limiting import count, count_against


def test_counting() -> None:
    assert [count("a", 60), count("a", 60), count("b", 60)] == [1, 2, 1]


def test_a_limit_is_kept_within_its_window_alone() -> None:
    limit = (2, 60)
    assert [count_against(limit, "a", at=600.0 + second) for second in (0, 10, 45.5, 59)] == [0, 0, 14.5, 1]
    assert [count_against(limit, "b", at=601.0), count_against(limit, "a", at=660.0)] == [0, 0]
