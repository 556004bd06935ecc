"""Finding and taking out what names one person, in whatever spelling, wherever a text holds it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from records.domain.names import fold

_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """The names of one person: (given, family) as often as they were written otherwise, and names in own script."""

    names: tuple[tuple[str, str], ...]
    native_names: tuple[str, ...] = ()

    @cached_property
    def _full(self) -> frozenset[Words]:
        """Full names in either order, with all given names or the first alone."""
        forms = {_words(native) for native in self.native_names}
        for given, family in self._parts:
            forms |= {given + family, family + given, given[:1] + family, family + given[:1]} if given else set()
        return frozenset(form for form in forms if len(form) > 1 or (form and not form[0].isascii()))

    @cached_property
    def _short(self) -> frozenset[Words]:
        """Also with initials, and the family name alone: enough only where the text is about this person."""
        forms = set(self._full)
        for given, family in self._parts:
            forms.add(family)
            forms |= {(given[0][0], *family), (*family, given[0][0])} if given else set()
        return frozenset(filter(None, forms))

    @property
    def _parts(self) -> Iterable[tuple[Words, Words]]:
        parts = ((_words(given), _words(family)) for given, family in self.names)
        return (part for part in parts if part[1])

    @cached_property
    def anchors(self) -> tuple[str, ...]:
        """A text of plain ASCII that names this person contains one of these, in lower case."""
        return tuple({max(form, key=len) for form in self._short if all(word.isascii() for word in form)})

    def may_be_in(self, text: str) -> bool:
        """A cheap look: False only where ``text`` surely doesn't name the person."""
        if not text.isascii():
            return True
        lowered = text.lower()
        return "\\u" in lowered or any(anchor in lowered for anchor in self.anchors)

    def named_in(self, text: str) -> bool:
        return self.may_be_in(text) and bool(_spans(_normal(text), self._full))

    def named_across(self, cells: Iterable[str]) -> bool:
        """Whether a row of a table names the person, with the names in whatever columns."""
        row = " ".join(cells)
        if not self.may_be_in(row):
            return False
        words = set(_words(row))
        return any({*given[:1], *family} <= words for given, family in self._parts) or self.named_in(row)

    def redacted(self, text: str, instead: str, *, own: bool = False) -> str:
        """``text`` with ``instead`` for each mention. ``own`` where the text is about this person, as it is once it
        has said the full name."""
        if not self.may_be_in(text):
            return text
        plain = _normal(text)
        if not own and not _spans(plain, self._full):
            return text
        found = _spans(plain, self._short)
        if not found:
            return text
        for start, end in reversed(found):
            plain = plain[:start] + instead + plain[end:]
        return plain


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _words(text: str) -> Words:
    return tuple(fold(text).split())


def _spans(text: str, forms: frozenset[Words]) -> list[tuple[int, int]]:
    """Where ``text`` says one of ``forms``, the longest first where several begin together; never overlapping."""
    words = [(fold(one.group()), one.start(), one.end()) for one in _WORD.finditer(text)]
    folded = tuple(word for word, _, _ in words)
    lengths = sorted({len(form) for form in forms}, reverse=True)
    found, at = [], 0
    while at < len(words):
        length = next((n for n in lengths if at + n <= len(words) and folded[at : at + n] in forms), 0)
        if length:
            found.append((words[at][1], words[at + length - 1][2]))
        at += length or 1
    return found
