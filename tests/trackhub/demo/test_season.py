"""The demo's files: the same for the same seed, of the promised size, with everything an import must meet."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from trackhub.demo.ages import age_group_on, specified
from trackhub.demo.marks import (
    BESTS,
    COMBINED,
    MIXED_4X400_BEST,
    base_of,
    is_field,
    points_of,
    value_of,
    written,
)
from trackhub.demo.season import BAD_ROWS, DemoFiles, write_demo

TODAY = date(2026, 11, 20)
Line = dict[str, str]


def lines(path: Path) -> list[Line]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"), today=TODAY)


@pytest.fixture(scope="module")
def performances(files: DemoFiles) -> list[Line]:
    return lines(files.performances)


@pytest.fixture(scope="module")
def good(performances: list[Line]) -> list[Line]:
    return [line for line in performances if line["performance_id"] not in BAD_ROWS]


def number(mark: str) -> float:
    """Seconds, metres or points of a written mark."""
    total = 0.0
    for part in mark.removesuffix("h").split(":"):
        total = total * 60 + float(part)
    return total


def has_mark(line: Line) -> bool:
    return line["mark"][0].isdigit()


def test_the_same_seed_and_day_give_the_same_bytes(files: DemoFiles, tmp_path: Path) -> None:
    again = write_demo(tmp_path / "again", today=TODAY)
    other = write_demo(tmp_path / "other", seed=7, today=TODAY)
    assert [path.name for path in again.old_records.values()] == [
        "old-records-harbour-harriers.csv",
        "old-records-rio-claro.csv",
        "old-records-monte-azul.csv",
    ]
    for name in ("athletes", "transfers", "performances"):
        assert getattr(again, name).read_bytes() == getattr(files, name).read_bytes()
    for slug, path in again.old_records.items():
        assert path.read_bytes() == files.old_records[slug].read_bytes()
    assert other.performances.read_bytes() != files.performances.read_bytes()


@pytest.mark.parametrize(
    ("today", "seed"), [(date(2026, 11, 20), 2026), (date(2024, 2, 29), 1), (date(2027, 6, 10), 3)]
)
def test_size(today: date, seed: int, tmp_path: Path) -> None:
    written_files = write_demo(tmp_path, seed=seed, today=today)
    assert written_files.athlete_count == 180
    assert set(written_files.athletes_by_club.values()) == {60}
    assert 8_500 <= written_files.performance_count <= 11_500
    assert all(count > 2_000 for count in written_files.performances_by_club.values())
    assert set(written_files.old_record_counts.values()) == {25}
    found = lines(written_files.performances)
    assert len(found) == written_files.performance_count
    days = [line["date"] for line in found if line["performance_id"] not in BAD_ROWS]
    assert max(days) <= today.isoformat()
    assert min(days) > f"{today.year - 6}-{today.month:02d}-{today.day:02d}"


def test_every_speciality_is_there(good: list[Line]) -> None:
    legal = [line for line in good if line["wind"] not in ("", "NWI")]
    assert sum(float(line["wind"]) > 2.0 for line in legal) > 100
    assert any(line["wind"] == "0.0" for line in legal)
    assert sum(line["wind"] == "NWI" for line in good) > 10
    bare = [line for line in good if line["discipline"] == "100" and not line["wind"] and has_mark(line)]
    assert len(bare) > 5
    for line in good:
        assert (line["timing"] == "hand") == line["mark"].endswith("h")
    assert sum(line["timing"] == "hand" for line in good) > 100
    assert {"DNS", "DNF", "NM", "DQ TR16.8"} <= {line["mark"] for line in good}
    assert {"Heat 1", "Semifinal 2", "Final", ""} <= {line["round"] for line in good}
    assert {line["environment"] for line in good} == {"Outdoor", "Indoor", "Road"}
    assert {line["country"] for line in good} == {"GBR", "ESP", "POR"}
    assert all(1 <= int(line["date"][5:7]) <= 3 for line in good if line["environment"] == "Indoor")


def test_every_kind_of_discipline_is_there(good: list[Line]) -> None:
    held = {line["discipline"] for line in good}
    track = "60 100 200 300 400 600 800 1000 1500 Mile 2000 3000 5000 10000 2000SC 3000SC"
    hurdles = "60H 60H99 60H91 60H76 75H 80H 100H 100H76 110H 110H99 110H91 300H 400H 400H84 400H76"
    field = "HJ PV LJ TJ SP DT HT JT SP3 SP4 SP5 SP6"
    throws = "DT0.75 DT1 DT1.25 DT1.5 DT1.75 HT3 HT4 HT5 HT6 JT400 JT500 JT600 JT700"
    road = "5K 10K 10M HM MAR 5KW 10KW 20KW 3000W 5000W CC4.0 CC6.0 CC8.0 CC10.0"
    for codes in (track, hurdles, field, throws, road, "4x100 4x200 4x400 DEC HEP HEPI PENI"):
        assert set(codes.split()) <= held
    assert held <= set(BESTS) | set(COMBINED)


def test_marks_stay_three_per_cent_from_the_world_best(good: list[Line]) -> None:
    for line in good:
        code = line["discipline"]
        if not has_mark(line) or code in COMBINED:
            continue
        men, women, _ = BESTS[code]
        best = {"M": men, "F": women, "X": MIXED_4X400_BEST}[line["sex"]]
        share = number(line["mark"]) / best if is_field(code) else best / number(line["mark"])
        assert share <= 0.98 if line["timing"] == "hand" else share <= 0.97, line
        assert share >= (0.05 if base_of(code) in ("SP", "DT", "HT", "JT") else 0.3), line


def test_children_are_far_slower(files: DemoFiles, good: list[Line]) -> None:
    births = {line["athlete_id"]: line["birth_date"] for line in lines(files.athletes)}
    small = [
        line
        for line in good
        if len(births.get(line["athlete_id"], "")) == 10
        and int(line["date"][:4]) - int(births[line["athlete_id"]][:4]) <= 12
        and line["discipline"] == "100"
        and has_mark(line)
    ]
    assert small
    assert min(number(line["mark"]) for line in small) > 12.3


def test_combined_events_add_up(good: list[Line]) -> None:
    """The total is the sum of the points of the rows noted as its parts."""
    parts: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in good:
        if line["note"].startswith("in "):
            parts[line["athlete_id"], line["competition"] + line["date"][:4]].append(line)
    totals = [line for line in good if line["discipline"] in COMBINED and line["mark"].isdigit()]
    assert len(totals) > 30
    for line in totals:
        events = parts[line["athlete_id"], line["competition"] + line["date"][:4]]
        assert len(events) == sum(len(day) for day in COMBINED[line["discipline"]])
        points = 0
        for event in events:
            if has_mark(event):
                scale = 100 if is_field(event["discipline"]) else 1000
                points += points_of(event["discipline"], event["sex"], round(number(event["mark"]) * scale))
        assert points == int(line["mark"])
        assert 2000 < points < 8900


def test_relays_have_four_members_of_the_club_on_the_day(files: DemoFiles, good: list[Line]) -> None:
    relays = [line for line in good if line["discipline"].startswith("4x")]
    assert {line["sex"] for line in relays} == {"M", "F", "X"}
    spells = lines(files.athletes) + lines(files.transfers)
    sexes = {line["athlete_id"]: line["sex"] for line in spells}
    for line in relays:
        legs = line["legs"].split(" / ")
        assert line["athlete_id"] == "" and line["team"] and len(set(legs)) == 4
        expected = Counter("MMFF") if line["sex"] == "X" else Counter(line["sex"] * 4)
        assert Counter(sexes[leg] for leg in legs) == expected
        for leg in legs:
            assert any(
                spell["athlete_id"] == leg
                and spell["club"] == line["club"]
                and (not spell["club_from"] or spell["club_from"] <= line["date"])
                and (not spell["club_until"] or spell["club_until"] >= line["date"])
                for spell in spells
            ), line


def test_athletes_of_every_kind(files: DemoFiles) -> None:
    athletes = lines(files.athletes)
    assert len({line["athlete_id"] for line in athletes}) == 180
    births: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for line in athletes:
        births[line["club"], line["given_name"], line["family_name"], line["sex"]].add(line["birth_date"])
    assert Counter(key[0] for key, dates in births.items() if len(dates) > 1) == {
        "harbour-harriers": 1,
        "rio-claro": 1,
        "monte-azul": 1,
    }
    assert Counter(len(line["birth_date"]) for line in athletes) == {10: 171, 4: 6, 0: 3}
    names = " ".join(line["given_name"] + line["family_name"] for line in athletes)
    assert len({letter for letter in names if not letter.isascii()}) > 15
    days = [date.fromisoformat(line["birth_date"]) for line in athletes if len(line["birth_date"]) == 10]
    assert (TODAY - max(days)).days < 15 * 365.25 and (TODAY - min(days)).days > 60 * 365.25
    (moved,) = lines(files.transfers)
    (first,) = [line for line in athletes if line["athlete_id"] == moved["athlete_id"]]
    assert first["club_until"] < moved["club_from"] and first["club"] != moved["club"]


def test_two_athletes_share_a_best_mark(good: list[Line]) -> None:
    for club in ("harbour-harriers", "rio-claro", "monte-azul"):
        jumps = [
            (float(line["mark"]), line["athlete_id"])
            for line in good
            if (line["club"], line["discipline"], line["sex"]) == (club, "LJ", "F")
            and has_mark(line)
            and line["environment"] == "Outdoor"
            and line["wind"] not in ("", "NWI")
            and float(line["wind"]) <= 2.0
        ]
        best = max(mark for mark, _ in jumps)
        assert len({athlete for mark, athlete in jumps if mark == best}) >= 2


def test_some_old_records_have_fallen_and_some_stand(files: DemoFiles, good: list[Line]) -> None:
    for slug, path in files.old_records.items():
        book = lines(path)
        fallen = standing = 0
        for entry in book:
            assert 1975 <= int(entry["date"][:4]) <= 2018
            code = entry["discipline"]
            marks = [
                number(line["mark"])
                for line in good
                if (line["club"], line["discipline"], line["sex"]) == (slug, code, entry["sex"])
                and line["environment"] == entry["environment"]
                and has_mark(line)
                and line["timing"] != "hand"
            ]
            higher = is_field(code) or code in COMBINED
            better = max(marks) > number(entry["mark"]) if higher else min(marks) < number(entry["mark"])
            if entry["age_group"] == "Senior":
                fallen, standing = fallen + better, standing + (not better)
        assert fallen >= 2 and standing >= 2, slug
        assert any(len(entry["date"]) == 4 for entry in book)


def test_the_bad_rows_are_the_documented_ones(files: DemoFiles, performances: list[Line]) -> None:
    bad = {line["performance_id"]: line for line in performances if line["performance_id"] in BAD_ROWS}
    assert set(bad) == set(BAD_ROWS)
    births = {line["athlete_id"]: line["birth_date"] for line in lines(files.athletes)}
    assert bad["P90001"]["date"] > TODAY.isoformat()
    assert (bad["P90002"]["discipline"], bad["P90002"]["mark"]) == ("800", "2.05")
    assert bad["P90003"]["discipline"] == "XYZ"
    assert float(bad["P90004"]["mark"]) > BESTS["LJ"][0]
    assert bad["P90005"]["date"] < births[bad["P90005"]["athlete_id"]]
    twice = [line for line in performances if line["performance_id"] == "P90006"]
    assert len(twice) == 2 and twice[0] == twice[1]
    counted = Counter(line["performance_id"] for line in performances)
    assert [found for found, times in counted.items() if times > 1] == ["P90006"]


@pytest.mark.parametrize(
    ("code", "value", "hand", "text"),
    [
        ("100", 11270, False, "11.27"),
        ("100", 11400, True, "11.4h"),
        ("800", 125310, False, "2:05.31"),
        ("800", 125400, True, "2:05.4h"),
        ("HM", 4449000, False, "1:14:09"),
        ("LJ", 691, False, "6.91"),
        ("DEC", 6543, False, "6543"),
    ],
)
def test_written_marks(code: str, value: int, hand: bool, text: str) -> None:
    assert written(code, value, hand=hand) == text


def test_values_round_against_the_athlete() -> None:
    assert value_of("100", "M", 0.85) == 11280  # 11.2705… is 11.28
    assert value_of("LJ", "M", 0.85) == 678  # 6.789… is 6.78


def test_points_follow_the_tables() -> None:
    assert points_of("100", "M", 10395) == 1000 and points_of("LJ", "M", 776) == 1000
    assert points_of("SP", "F", 1) == 0


@pytest.mark.parametrize(
    ("event", "sex", "scheme", "birth", "code"),
    [
        ("SP", "M", "WA", date(2008, 5, 1), "SP5"),  # 17 on 31 December
        ("SP", "M", "UKA", date(2009, 9, 2), "SP5"),
        ("SP", "F", "WA", date(1995, 5, 1), "SP"),
        ("SH", "M", "WA", date(1995, 5, 1), "110H"),
        ("SH", "F", "UKA", date(2009, 5, 1), "80H"),
        ("SP", "M", "WA", date(1960, 5, 1), "SP5"),
    ],
)
def test_the_right_implement(event: str, sex: str, scheme: str, birth: date, code: str) -> None:
    assert specified(event, sex, scheme, birth, date(2025, 7, 1)) == code


def test_british_groups_changed_their_names_in_april_2026() -> None:
    birth = date(2011, 9, 1)
    assert age_group_on("UKA", birth, date(2026, 3, 31)) == "U15"
    assert age_group_on("UKA", birth, date(2026, 4, 1)) == "U16"
    assert age_group_on("UKA", birth, date(2026, 10, 1)) == "U16"
