"""The log of changes: every deed has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django.conf import settings

from records.domain.claiming import STEPS
from records.queries.changes import DEEDS

COMPOSED = {f"{name}_claim" for name in STEPS} | {"accept_report", "decline_report"}
"""Deeds whose names are put together where they are recorded."""


def recorded() -> Iterator[str]:
    """Every name that the code records a deed by, or hands to a module's own ``_record``."""
    for app in ("records", "trackhub", "competitions", "federations", "wellness"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("record_deed", "_record"):
                    yield from _names_in(call.args[0])


def _names_in(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif isinstance(argument, ast.IfExp):
        yield from _names_in(argument.body)
        yield from _names_in(argument.orelse)


def test_every_deed_has_words() -> None:
    names = set(recorded())
    assert {"apply_import", "annul_performance", "reinstate_performance", "cancel_ceremony"} <= names
    assert (names | COMPOSED) - set(DEEDS) == set()
