"""Private rows are reached through one door: edges may not use ``.objects`` but for ``.objects.visible_to(…)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("trackhub", "records", "competitions", "federations", "wellness")
EDGES = ("views", "forms", "admin", "api", "templatetags")
# The worker acts on the rows that a person with the right has queued; the id comes from a job, never from outside.
TASKS = {"records/tasks.py"}
MANAGERS = ("objects", "_default_manager", "_base_manager")


def edges() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            desk = parts[:2] == ("trackhub", "desk")
            if "migrations" not in parts and (desk or any(edge in parts for edge in (*EDGES, "tasks"))):
                yield path


def unguarded(tree: ast.AST) -> list[int]:
    """Lines that reach a manager otherwise than by ``.objects.visible_to(``."""
    guarded = {
        id(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "visible_to"
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in guarded
    ]


def test_there_are_edges_to_look_at() -> None:
    names = {str(path.relative_to(ROOT)) for path in edges()}
    assert {
        "records/views/imports.py",
        "records/forms/imports.py",
        "trackhub/clubs/views/members.py",
        "trackhub/views.py",
    } <= names


@pytest.mark.parametrize("path", list(edges()), ids=lambda path: str(path.relative_to(ROOT)))
def test_edges_reach_rows_through_the_door(path: Path) -> None:
    if str(path.relative_to(ROOT)) in TASKS:
        return
    lines = unguarded(ast.parse(path.read_text(encoding="utf-8")))
    assert not lines, f"{path.relative_to(ROOT)}: .objects in lines {lines}; use a query or .objects.visible_to(user)"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Athlete.objects.all()", [1]),
        ("Athlete.objects.visible_to(user).named(q)", []),
        ("rows = Athlete.objects\nrows.filter(pk=1)", [1]),
        ("Athlete._default_manager.get(pk=1)", [1]),
        ("get_object_or_404(Athlete.objects.visible_to(user), pk=1)", []),
    ],
)
def test_the_fence_sees_what_it_should(code: str, found: list[int]) -> None:
    assert unguarded(ast.parse(code)) == found


PRIVATE = ("Athlete", "Performance", "ImportBatch", "ImportRow", "ClubSpell", "ExternalId", "AuditEntry", "Job")


@pytest.mark.parametrize("path", list(edges()), ids=lambda path: str(path.relative_to(ROOT)))
def test_shortcuts_are_no_way_round_the_door(path: Path) -> None:
    """``get_object_or_404(Model)`` takes the default manager without saying so; fine for clubs, which are public."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("get_object_or_404", "get_list_or_404"):
            first = node.args[0]
            assert not (isinstance(first, ast.Name) and first.id in PRIVATE), f"{path}:{node.lineno}"
