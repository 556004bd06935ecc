"""What can't be taken as it is, and why: a code, and the values that its sentence needs.

The sentence itself is made in the reader's language where somebody reads it (records.sentences).
"""

from __future__ import annotations


class Refused(Exception):
    """Something that can't be taken as it is. ``code`` names the reason, ``values`` fill its sentence."""

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.values.items())])


class FileRefused(Refused):
    """The whole file can't be read."""
