"""The house keeps its own rules: small files, no rooms without a meaning, plain data."""

from __future__ import annotations

import ast
import csv
import re
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for top in ("trackhub", "records", "competitions", "federations", "wellness", "bench", "tests")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(path.relative_to(ROOT)): n for path in SOURCES if (n := len(path.read_text().splitlines())) > 400}
    assert long == {}


def test_no_room_is_called_by_a_name_that_says_nothing() -> None:
    empty_words = {"utils", "helpers", "services", "common", "misc"}
    assert [path for path in SOURCES if empty_words & {path.stem, *path.relative_to(ROOT).parts}] == []


@pytest.mark.parametrize("kind", ["tasks.py", "views"])
def test_edges_stay_thin(kind: str) -> None:
    limit = 10 if kind == "tasks.py" else 25
    fat = {}
    for path in SOURCES:
        if "tests" in path.parts or not (path.name == kind or path.stem == kind or path.parent.name == kind):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= limit:
                fat[f"{path.relative_to(ROOT)}:{node.name}"] = node.end_lineno - node.lineno + 1
    assert fat == {}


@pytest.mark.parametrize("path", sorted((ROOT / "records" / "data").glob("*.csv")), ids=lambda path: path.name)
def test_rule_tables_name_their_source(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#")
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)


def test_the_lock_pins_a_package_with_the_extras_that_others_ask_it_for() -> None:
    """pip takes a pin without its extras for another package, and refuses the lock once a newer release is out."""
    pinned: dict[str, set[str]] = {}
    for line in (ROOT / "requirements-dev.lock").read_text().splitlines():
        if re.match(r"[a-z0-9]", line):
            wanted = Requirement(line.rstrip("\\ "))
            pinned[wanted.name] = wanted.extras
    bare = {
        f"{dist.name} asks for {wanted.name}[{','.join(sorted(wanted.extras))}]"
        for dist in distributions()
        for wanted in map(Requirement, dist.requires or ())
        if wanted.extras and wanted.name in pinned and not wanted.extras <= pinned[wanted.name]
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""})
    }
    assert bare == set()
