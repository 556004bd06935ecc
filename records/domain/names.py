"""Names as keys: the same person written with or without accents, capitals and hyphens."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode doesn't take apart into a base letter and an accent.
_PLAIN = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_DATE_LIKE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?|\d{1,2}[-. ](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """``text`` in lower case without accents or punctuation, single spaces: 'Núñez-Ł.' is 'nunez l'."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    bare = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(bare.split())


def name_key(given: str, family: str) -> str:
    """The key under which two spellings of one name meet; family name first."""
    return f"{fold(family)}, {fold(given)}"


def initials(given: str, family: str) -> str:
    """'A. B.' of Ana María Bravo: the first letter of either name. A name of one letter would be told by it, so it is
    left out."""
    return " ".join(f"{name.strip()[0].upper()}." for name in (given, family) if len(name.strip()) > 1)


def split_full_name(text: str) -> tuple[str, str]:
    """(given, family) of 'Family, Given' or 'Given Family'. The last word is taken as the family name."""
    if "," in text:
        family, _, given = text.partition(",")
        return given.strip(), family.strip()
    given, _, family = text.strip().rpartition(" ")
    return given.strip(), family.strip()


def known_name(text: str) -> str:
    """``text``, or '' where a file writes a sign for a name that nobody knows ('?', '-', '...')."""
    return text if any(c.isalnum() for c in text) or text[:1] in ("=", "+", "@") else ""


def name_fault(text: str) -> str:
    """'' or why ``text`` can't be a person's name: 'name_is_a_date', 'name_is_a_formula', 'name_is_a_number'."""
    if _DATE_LIKE.fullmatch(text.strip().lower()):
        return "name_is_a_date"
    if text[:1] in ("=", "+", "@"):
        return "name_is_a_formula"
    return "name_is_a_number" if any(c.isdigit() for c in text) and not any(c.isalpha() for c in text) else ""
