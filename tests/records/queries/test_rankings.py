"""Rankings as queries: who stands in them, at which rank, on which page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from records.actions.correcting import annul_performance, correct_performance
from records.models import AgeGroup, AgeGroupScheme, Athlete, Performance
from records.queries.rankings import (
    Asked,
    Spot,
    choices,
    place_of,
    points_of,
    ranking,
    ranking_page,
    ranks,
    spot_said,
    whole_ranking,
)
from tests.factories import NOW, AthleteFactory, PerformanceFactory, discipline, imported
from trackhub.clubs.models import Club, User

NOBODY = AnonymousUser()
EVERY = {"every_mark": True}


@pytest.fixture
def ann(harbour: Club) -> Athlete:
    return AthleteFactory(family_name="Ann", club=harbour)


def run(athlete: Athlete, mark: str, day: int = 1, **said: Any) -> Performance:
    return PerformanceFactory(athlete=athlete, mark=mark, **{"wind": 5, "on": date(2026, 6, day)} | said)


def ranked(user: Any = NOBODY, **said: Any) -> list[Performance]:
    return list(ranking(user, discipline("100"), Asked(**said)).order_by("-merit", "pk"))


@pytest.mark.django_db
def test_of_equal_bests_the_first_stands(ann: Athlete) -> None:
    run(ann, "10.90", 1)
    later = run(ann, "10.80", 9)
    first = run(ann, "10.80", 2)
    assert ranked() == [first]
    assert ranked(**EVERY)[:2] == [later, first]


@pytest.mark.django_db
def test_narrowing_a_ranking_further_leaves_everybodys_best_the_best(ann: Athlete) -> None:
    """A page begins behind a mark; whoever was better stands on the page before and not again on this one."""
    best, second = run(ann, "10.50", 1), run(ann, "10.80", 2)
    found = ranking(NOBODY, discipline("100"), Asked())
    assert second.merit is not None
    assert list(found.filter(merit__lte=second.merit)) == []
    assert list(found.filter(merit__gt=second.merit)) == [best]


@pytest.mark.django_db
def test_legal_wind_aided_and_hand_marks_never_mix_unasked(ann: Athlete) -> None:
    annulled, wrong = run(ann, "10.10", 1), run(ann, "10.20", 2)
    annul_performance(annulled, by=None, at=NOW, because="x")
    right = correct_performance(wrong, by=None, at=NOW, because="x", mark="10.70")
    for mark in ("DNF", "10.30c"):
        run(ann, mark, 3)
    hand, windy = run(ann, "10.2h", 3), run(ann, "10.40", 4, wind=25)
    run(ann, "10.1h", 5, wind=25)
    assert ranked(**EVERY) == [right]
    assert ranked(marks="wind", **EVERY) == [windy, right]
    assert ranked(marks="hand", **EVERY) == [hand]


@pytest.mark.django_db
def test_as_it_stood_on_a_day(ann: Athlete) -> None:
    early = run(ann, "10.80", 1)
    late = run(ann, "10.70", 9)
    assert ranked(on=date(2026, 6, 8)) == [early]
    assert ranked(on=date(2026, 6, 9)) == [late]
    assert ranked(on=date(2026, 5, 31)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("group", "in_it"),
    [
        ("wa:U18", ["16"]),
        ("wa:U20", ["16", "19"]),
        ("wa:U23", ["16", "19", "22"]),
        ("wa:Senior", ["16", "19", "22", "36", "41"]),
        ("wa:M35", ["36"]),
        ("masters:M40", ["41"]),
        ("masters:M45", []),
        ("wa:U99", []),
        ("nobody:U20", []),
        ("U20", []),
    ],
)
def test_age_groups(harbour: Club, group: str, in_it: list[str]) -> None:
    for age in (16, 19, 22, 36, 41):
        run(AthleteFactory(family_name=str(age), club=harbour, birth_date=date(2026 - age, 1, 1)), f"1{age / 10:.2f}")
    run(AthleteFactory(club=harbour, birth_date=None), "10.00")
    names = [one.athlete.family_name for one in ranked(age_group=group) if one.athlete]
    assert sorted(names) == in_it


@pytest.mark.django_db
def test_bounds_of_an_age_group_hold_for_their_days(ann: Athlete) -> None:
    """Ann, 28, was in the first group until the end of 2025 and is in the second since."""
    scheme = AgeGroupScheme.objects.create(code="own", name="Own")
    old = {"lower_age": 20, "upper_age": 29, "valid_until": date(2025, 12, 31)}
    new = {"lower_age": 20, "upper_age": 25, "valid_from": date(2026, 1, 1)}
    for bounds in (old, new):
        AgeGroup.objects.create(scheme=scheme, code="Open", kind="youth", **bounds)
    before = run(ann, "10.80", on=date(2025, 6, 1))
    run(ann, "10.70", on=date(2026, 6, 1))
    assert ranked(age_group="own:Open", **EVERY) == [before]


@pytest.mark.django_db
def test_relays_of_a_country(harbour: Club) -> None:
    lines = "team,sex,discipline,mark,date,country\nHarbour A,M,4x100,41.50,2026-06-01,GBR\n"
    assert imported("performances", lines, club=harbour).result["created"] == 1
    relay = Performance.objects.get()
    assert list(ranking(NOBODY, relay.discipline, Asked(country="GBR"))) == [relay]
    assert list(ranking(NOBODY, relay.discipline, Asked(country="ESP"))) == []


@pytest.mark.django_db
def test_hidden_people_stand_only_before_their_own_club(harbour: Club, bob: User, charlie: User) -> None:
    mark = run(AthleteFactory(family_name="Shylock", club=harbour, visibility="club"), "10.50")
    for user, seen in ((NOBODY, []), (charlie, []), (bob, [mark])):
        assert ranked(user) == seen


@given(st.lists(st.integers(-5, 5), max_size=30), st.integers(0, 30))
def test_a_rank_is_one_more_than_how_many_are_better(merits: list[int], cut: int) -> None:
    ordered = sorted(merits, reverse=True)
    whole = [1 + sum(better > one for better in ordered) for one in ordered]
    assert list(ranks(ordered)) == whole
    cut = min(cut, len(ordered))
    behind = ordered[cut:]
    assert list(ranks(behind, rank=whole[cut] if behind else 1, place=cut + 1)) == whole[cut:]


MARKS = ("10.50", "10.50", "10.60", "10.60", "10.60", "10.70", "10.80")


@pytest.fixture
def field(harbour: Club) -> list[tuple[int, str]]:
    """The whole ranking of MARKS, as (rank, mark)."""
    for number, mark in enumerate(MARKS):
        run(AthleteFactory(family_name=f"Runner{number}", club=harbour), mark)
    return list(zip([1, 1, 3, 3, 3, 6, 7], MARKS, strict=True))


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 50])
def test_pages_forth_and_back_have_the_ranks_of_the_whole(field: list[tuple[int, str]], size: int) -> None:
    forth, after = [], None
    while True:
        page = ranking_page(NOBODY, discipline("100"), Asked(), after=after, size=size)
        forth.append([(one.rank, one.line.mark) for one in page.items])
        assert (page.first is None) == (after is None)
        if page.last is None:
            break
        after = page.last
    assert [one for rows in forth for one in rows] == field
    back, before = [forth[-1]], page.first
    while before:
        page = ranking_page(NOBODY, discipline("100"), Asked(), before=before, size=size)
        back.append([(one.rank, one.line.mark) for one in page.items])
        assert page.last is not None
        before = page.first
    assert back[::-1] == forth


@pytest.mark.django_db
def test_the_whole_for_a_file_has_the_same_ranks(field: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    for block in (1, 2, 4, 500):
        monkeypatch.setattr("records.queries.rankings._BLOCK", block)
        found = whole_ranking(NOBODY, discipline("100"), Asked())
        assert [(one.rank, one.line.mark) for one in found] == field


@pytest.mark.django_db
def test_behind_the_last(field: list[tuple[int, str]]) -> None:
    page = ranking_page(NOBODY, discipline("100"), Asked(), after=Spot(-99_999, 1))
    assert (page.items, page.first, page.last, page.scored) == ([], None, None, False)
    assert place_of(ranking(NOBODY, discipline("100"), Asked()), Spot(-99_999, 1)) == (8, 8)


@given(st.integers(-999_999_999, 999_999_999), st.integers(0, 10**15 - 1))
def test_a_spot_is_read_back(merit: int, pk: int) -> None:
    assert spot_said(str(Spot(merit, pk))) == Spot(merit, pk)


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "a.1", "1.-1", "1.1.1", "²3.1", "9999999999.1", "1.1\n"])
def test_what_is_no_spot(text: str) -> None:
    assert spot_said(text) is None


@pytest.mark.django_db
def test_points_are_for_legal_marks_that_the_tables_know(ann: Athlete) -> None:
    assert points_of(run(ann, "10.20")) == 1138
    assert points_of(run(ann, "10.20", wind=25)) is None
    assert points_of(run(ann, "10.1h")) is None
    assert points_of(run(ann, "DNF")) is None
    assert points_of(run(ann, "9.50", discipline="75")) is None


@pytest.mark.django_db
def test_the_filters_offer_what_there_is(ann: Athlete) -> None:
    assert choices().disciplines == {}
    run(ann, "10.80")
    run(ann, "7.10", discipline="LJ")
    mine = AgeGroupScheme.objects.create(code="mine", name="Mine", club=Club.objects.get(slug="harbour"))
    AgeGroup.objects.create(scheme=mine, code="U5", kind="youth", upper_age=4)
    found = choices()
    assert found.disciplines == {"sprint": [("100", "100 m")], "jump": [("LJ", "Long jump")]}
    assert set(found.age_groups) == {"Masters", "UK Athletics", "World Athletics"}
    assert ("uka:U17", "U17") in found.age_groups["UK Athletics"]
