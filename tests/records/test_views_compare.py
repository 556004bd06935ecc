"""Charts on an athlete's page, and two athletes beside each other."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records.models import Athlete
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

COMPARE = "/athletes/compare/"


def text(client: Client, address: str, **said: object) -> str:
    response = client.get(address, said or None)
    assert response.status_code == 200
    return response.content.decode()


def part(page: str, heading: str) -> str:
    return page.split(f'id="{heading}"', 1)[1].split("</section>")[0]


@pytest.fixture
def thrower(harbour: Club) -> Athlete:
    """A junior who got heavier shots as he grew."""
    athlete = AthleteFactory(club=harbour, birth_date=date(2007, 5, 1))
    for code, mark, year in (
        ("SP5", "14.00", 2023),
        ("SP5", "15.00", 2024),
        ("SP6", "14.20", 2025),
        ("SP6", "14.10", 2026),
    ):
        PerformanceFactory(athlete=athlete, discipline=code, mark=mark, on=date(year, 6, 1), venue="Leeds")
    return athlete


def test_implements_share_a_chart_and_no_line(client: Client, thrower: Athlete) -> None:
    progress = part(text(client, thrower.get_absolute_url()), "progress")
    assert progress.count("<svg") == 1
    assert progress.count('class="stair') == 2
    assert progress.count('class="break"') == 1
    assert "Shot put" in progress
    for said in ("5 kg", "6 kg", "As a table", "15.00", "Leeds"):
        assert said in progress


def test_what_does_not_count_is_hollow_and_in_the_table(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.90", wind=5, on=date(2025, 6, 1))
    PerformanceFactory(athlete=athlete, mark="10.70", wind=31, on=date(2026, 6, 1))
    PerformanceFactory(athlete=athlete, mark="DNF", on=date(2026, 6, 2))
    progress = part(text(client, athlete.get_absolute_url()), "progress")
    assert progress.count("hollow") == 2  # the dot, and the sentence that explains it
    assert "10.70w" in progress
    assert "DNF" not in progress


def test_numbers_of_a_drawing_are_in_no_language(client: Client, thrower: Athlete) -> None:
    page = client.get(thrower.get_absolute_url(), headers={"Accept-Language": "es"}).content.decode()
    drawing = page.split('<svg class="chart"')[1].split("</svg>")[0]
    assert 'viewBox="0 0 440 260"' in drawing
    assert "," not in drawing.split('cx="')[1].split('"')[0]


def test_one_mark_alone_is_no_chart(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete)
    assert 'id="progress"' not in text(client, athlete.get_absolute_url())


def test_season_by_season_with_the_best_marked(client: Client, thrower: Athlete) -> None:
    grid = part(text(client, thrower.get_absolute_url()), "by-season")
    assert grid.index("2026") < grid.index("2023")
    assert grid.count('class="top"') == 2


def test_records_that_somebody_took(client: Client, harbour: Club) -> None:
    first, second = AthleteFactory(club=harbour), AthleteFactory(club=harbour)
    PerformanceFactory(athlete=first, mark="10.90", wind=0, on=date(2025, 6, 1))
    PerformanceFactory(athlete=second, mark="10.80", wind=0, on=date(2026, 6, 1))
    former = part(text(client, first.get_absolute_url()), "former")
    assert "10.90" in former
    assert "1 Jun 2026" in former
    assert 'id="former"' not in text(client, second.get_absolute_url())


def test_competitions_with_all_their_marks(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    for n in range(8):
        PerformanceFactory(athlete=athlete, mark=f"10.8{n}", wind=0, on=date(2026, 5, 1 + n), competition=f"Open {n}")
    PerformanceFactory(athlete=athlete, mark="6.90", wind=0, discipline="LJ", on=date(2026, 5, 1), competition="Open 0")
    page = part(text(client, athlete.get_absolute_url()), "competitions")
    assert page.index("Open 7") < page.index("More competitions") < page.index("Open 0")
    assert page.count("Open 0") == 1
    assert "6.90" in page


def test_only_marks_that_count(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.90", wind=5)
    PerformanceFactory(athlete=athlete, mark="10.70", wind=31, on=date(2026, 6, 2))
    found = text(client, athlete.get_absolute_url(), legal="1").split('id="found"')[1].split("</table>")[0]
    assert "10.90" in found
    assert "10.70" not in found
    sheet = client.get(f"/athletes/{athlete.pk}/performances.csv?legal=1").getvalue().decode()  # type: ignore[attr-defined]
    assert "10.90" in sheet
    assert "10.70" not in sheet


def test_a_long_career_is_read_in_stretches(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    for n in range(53):
        PerformanceFactory(athlete=athlete, mark=f"11.{n + 10}", wind=0, on=date(2026, 1 + n // 25, 1 + n % 25))
    response = client.get(athlete.get_absolute_url())
    stretch = response.context["profile"].performances
    assert len(stretch.items) == 50
    older = client.get(athlete.get_absolute_url(), {"before": str(stretch.older)}).context["profile"].performances
    assert [line.mark for line in older.items] == ["11.12", "11.11", "11.10"]
    assert older.older is None
    assert "The list ends before this page." in text(client, athlete.get_absolute_url(), before="1950-01-01.5.1")
    sheet = client.get(f"/athletes/{athlete.pk}/performances.csv").getvalue().decode()  # type: ignore[attr-defined]
    assert len(sheet.splitlines()) == 54


@pytest.fixture
def pair(harbour: Club) -> tuple[Athlete, Athlete]:
    one, two = (AthleteFactory(family_name=name, club=harbour) for name in ("Swift", "Quick"))
    met = {"competition": "County", "round": "Final", "on": date(2026, 6, 1)}
    PerformanceFactory(athlete=one, mark="10.80", wind=5, **met)
    PerformanceFactory(athlete=two, mark="10.90", wind=5, **met)
    PerformanceFactory(athlete=one, mark="11.20", wind=5, on=date(2025, 6, 1), competition="County", round="Heat 1")
    PerformanceFactory(athlete=two, mark="11.10", wind=5, on=date(2025, 6, 1), competition="County", round="Heat 2")
    PerformanceFactory(athlete=two, mark="7.00", wind=0, discipline="LJ", on=date(2026, 6, 2))
    return one, two


def test_two_athletes_side_by_side(client: Client, pair: tuple[Athlete, Athlete]) -> None:
    page = text(client, COMPARE, a=pair[0].pk, b=pair[1].pk)
    assert "1–0" in page
    met = part(page, "met")
    assert met.count("County") == 1
    assert met.index("10.80") < met.index("won") < met.index("10.90")
    bests = part(page, "bests")
    assert bests.index("100 m") < bests.index("Long jump")
    assert bests.count("better") == 2  # the colour, and the word for who doesn't see it
    assert page.count("<svg class=") == 1
    assert page.count('class="stair') == 2
    assert 'id="season"' in page


def test_who_did_not_finish_was_beaten(client: Client, pair: tuple[Athlete, Athlete]) -> None:
    met = {"competition": "League", "on": date(2026, 7, 1)}
    PerformanceFactory(athlete=pair[0], mark="DNF", **met)
    PerformanceFactory(athlete=pair[1], mark="11.00", wind=0, **met)
    assert "1–1" in text(client, COMPARE, a=pair[0].pk, b=pair[1].pk)


def test_the_second_is_looked_for(client: Client, pair: tuple[Athlete, Athlete]) -> None:
    page = text(client, COMPARE, a=pair[0].pk, q="quick")
    assert f"?a={pair[0].pk}&amp;b={pair[1].pk}" in page
    assert "With whom is Sam Swift to be compared?" in page
    assert f"b={pair[0].pk}" not in text(client, COMPARE, a=pair[0].pk, q="swift")
    assert f"?a={pair[1].pk}" in text(client, COMPARE, q="quick")
    assert "No athlete found." in text(client, COMPARE, q="nobody")


@pytest.mark.parametrize(
    "said",
    [{}, {"a": "x"}, {"a": "\0"}, {"a": "9" * 40}, {"a": "0", "b": "-1"}, {"q": "\0%_"}, {"a": "٣"}, {"discipline": "\0"}],
)  # fmt: skip
def test_a_comparison_of_nobody_offers_the_search(client: Client, harbour: Club, said: dict[str, str]) -> None:
    assert "Compare two athletes" in text(client, COMPARE, **said)


def test_an_athlete_is_not_compared_with_oneself(client: Client, pair: tuple[Athlete, Athlete]) -> None:
    assert "With whom" in text(client, COMPARE, a=pair[0].pk, b=pair[0].pk, discipline="nonsense")


def test_a_hidden_athlete_is_compared_with_nobody(
    client: Client, harbour: Club, pair: tuple[Athlete, Athlete], charlie: User, bob: User
) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    PerformanceFactory(athlete=shy, mark="10.50", wind=0)
    for user in (None, charlie):
        if user:
            client.force_login(user)
        page = text(client, COMPARE, a=pair[0].pk, b=shy.pk)
        assert "Shylock" not in page
        assert "10.50" not in page
        unknown = text(client, COMPARE, a=pair[0].pk, b=999_999)
        assert page.split("<h1>")[1].split("</main>")[0] == unknown.split("<h1>")[1].split("</main>")[0]
        assert "Shylock" not in text(client, COMPARE, q="shylock").replace('value="shylock"', "")
    client.force_login(bob)
    assert "Sam Shylock" in text(client, COMPARE, a=pair[0].pk, b=shy.pk)
    assert AuditEntry.objects.filter(by=bob, action="read", target=f"athlete {shy.pk}").count() == 1


def test_few_queries_however_long_the_career(
    client: Client,
    harbour: Club,
    pair: tuple[Athlete, Athlete],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for size in (1, 12):
        for n in range(size):
            for one in pair:
                PerformanceFactory(athlete=one, mark=f"7.{n + 10}", discipline="LJ", wind=0, on=date(2026, 7, 1 + n))
        for address in (pair[0].get_absolute_url(), f"{COMPARE}?a={pair[0].pk}&b={pair[1].pk}", f"{COMPARE}?q=quick"):
            with django_assert_max_num_queries(8):
                assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "said",
    ["before=x", "before=2026-13-01.5.1", "before=2026-01-01.5.", "before=%00", "before=2026-01-01.99999.1", "season=0",
     "season=99999999", "discipline=%00", "legal=%00", "before=2026-01-01.5." + "9" * 30, "discipline='--"],
)  # fmt: skip
def test_hostile_addresses_of_an_athlete(client: Client, thrower: Athlete, said: str) -> None:
    assert client.get(f"{thrower.get_absolute_url()}?{said}").status_code == 200
