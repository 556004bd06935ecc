"""How well a name fits what somebody typed: every word must be in it, and whole words come before parts of words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from records.domain.names import fold

SHORTEST = 2
"""Letters and digits below which nothing is looked for."""
MOST_WORDS = 6
_NEAREST = 4
"""Other spellings tried for one word."""

Sought = tuple[tuple[str, ...], ...]
"""For each word typed, the spellings that will do, the likeliest first."""


def sought_in(text: str) -> Sought:
    """The words of ``text`` without accents and capitals, each as it is spelled; () where they are too short."""
    words = list(dict.fromkeys(fold(text).split()))[:MOST_WORDS]
    return tuple((word,) for word in words) if sum(map(len, words)) >= SHORTEST else ()


def rank_of(sought: Sought, key: str) -> int | None:
    """How far the folded ``key`` is from what is sought, 0 for nothing but whole words; None where a word is missing.

    A number is a word only as a whole: 100 is not in 1000.
    """
    total = 0
    for spellings in sought:
        ranks = [rank for word in spellings if (rank := _rank_of_word(word, key)) is not None]
        if not ranks:
            return None
        total += min(ranks)
    return total


def _rank_of_word(word: str, key: str) -> int | None:
    padded = f" {key} "
    if f" {word} " in padded:
        return 0
    if word.isdecimal() or word not in key:
        return None
    return 1 if f" {word}" in padded else 2


def best_first(sought: Sought, keys: Iterable[str]) -> list[int]:
    """Places in ``keys`` of those that fit, the best first and equal ones by the alphabet."""
    ranked = ((rank_of(sought, key), key, place) for place, key in enumerate(keys))
    return [place for rank, _key, place in sorted(one for one in ranked if one[0] is not None)]


def near_to(sought: Sought, vocabulary: Collection[str]) -> Sought:
    """The same with the words of ``vocabulary`` that differ by a slip; () where a word has nothing near it.

    A slip is a letter left out, added, exchanged or swapped with its neighbour: one in words of four or five
    letters, two in longer ones. Shorter words and numbers must be right.
    """
    near = []
    for spellings in sought:
        others = [other for word in spellings for other in _nearest(word, vocabulary)]
        known = [word for word in spellings if any(word in one for one in vocabulary)]
        near.append(tuple(dict.fromkeys([*known, *others])))
    return tuple(near) if all(near) else ()


def _nearest(word: str, vocabulary: Collection[str]) -> Sequence[str]:
    slips = 0 if word.isdecimal() or len(word) < 4 else 1 if len(word) < 6 else 2
    if not slips:
        return ()
    found = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None)
    return [other for _slips, other in sorted((int(far), other) for other, far, _place in found)][:_NEAREST]
