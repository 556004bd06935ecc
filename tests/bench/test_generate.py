"""The benchmark's files: the same for the same seed, of the asked size, oddities in their shares."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench import generate

ROWS = 40_000


@pytest.fixture(scope="module")
def performances(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    path = tmp_path_factory.mktemp("bench") / "performances.csv"
    generate.write_performances(path, rows=ROWS, athletes=2_000, seed=5)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        generate.write_athletes(tmp_path / f"{name}-athletes", athletes=300, clubs=5, years=3, seed=seed)
        generate.write_performances(tmp_path / name, rows=2_000, athletes=300, clubs=5, years=3, seed=seed)
    for kind in ("", "-athletes"):
        one, again, other = ((tmp_path / f"{name}{kind}").read_bytes() for name in ("one", "again", "other"))
        assert one == again != other


def test_a_longer_file_begins_like_a_shorter_one(tmp_path: Path) -> None:
    generate.write_performances(tmp_path / "short", rows=1_000, athletes=300)
    generate.write_performances(tmp_path / "long", rows=3_000, athletes=300)
    assert (tmp_path / "long").read_bytes().startswith((tmp_path / "short").read_bytes())


def test_one_row_in_twenty_repeats_an_earlier_one(performances: list[dict[str, str]]) -> None:
    assert len(performances) == ROWS
    ids = Counter(line["performance_id"] for line in performances)
    repeated = ROWS - len(ids)
    assert 0.045 < repeated / ROWS < 0.055
    assert len({tuple(line.values()) for line in performances}) == len(ids)


def test_shares_of_odd_rows(performances: list[dict[str, str]]) -> None:
    aided = sum(line["wind"] not in ("", "NWI") and float(line["wind"]) > 2.0 for line in performances)
    hand = sum(line["mark"].endswith("h") for line in performances)
    unread = sum(line["wind"] == "NWI" for line in performances)
    without = sum(line["mark"] in ("DNF", "DNS", "NM") for line in performances)
    assert min(aided, hand, unread, without) > 50
    assert 0.02 < (aided + hand + unread + without) / ROWS < 0.07


def test_disciplines_and_marks(performances: list[dict[str, str]]) -> None:
    assert len(generate.events()) == 60
    for event in generate.events():
        assert len(event.marks) == 1000
    held = {line["discipline"] for line in performances}
    assert {event.code for event in generate.events()} == held
    sprint = [
        float(line["mark"])
        for line in performances
        if line["discipline"] == "100" and "." in line["mark"] and "h" not in line["mark"]
    ]
    assert min(sprint) > 9.87 and max(sprint) < 18
    assert len({(line["competition"], line["venue"], line["date"]) for line in performances}) > 3_500


def test_nobody_competes_before_sixteen(performances: list[dict[str, str]]) -> None:
    since = {
        one.athlete_id: one.since.isoformat() for one in generate.roster(athletes=2_000, clubs=50, years=15, seed=5)
    }
    assert all(line["date"] >= since[line["athlete_id"]] for line in performances)


def test_as_a_program(tmp_path: Path) -> None:
    program = Path(generate.__file__)
    command = [sys.executable, str(program), str(tmp_path / "new"), "--rows", "500", "--athletes", "100"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "500 performances" in done.stdout
    assert len((tmp_path / "new" / "performances.csv").read_text(encoding="utf-8").splitlines()) == 501
    assert len((tmp_path / "new" / "athletes.csv").read_text(encoding="utf-8").splitlines()) == 101
