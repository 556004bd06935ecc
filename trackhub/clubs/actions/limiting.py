"""How often something may be done. Counted in the shared cache, in windows of fixed length."""

from __future__ import annotations

from django.core.cache import cache


def count_against(limit: tuple[int, int], key: str, *, at: float) -> float:
    """Count ``key`` once more in its window of now (``at``, a Unix time). ``limit`` is (times, seconds). 0 while it is
    kept, else the seconds until the next window begins."""
    most, seconds = limit
    return seconds - at % seconds if count(f"{key}:{int(at // seconds)}", seconds) > most else 0


def count(key: str, seconds: int) -> int:
    """How many times ``key`` was counted, this time included, within ``seconds``."""
    try:
        return cache.incr(f"limit:{key}")
    except ValueError:
        cache.add(f"limit:{key}", 0, timeout=seconds)
        return cache.incr(f"limit:{key}")
