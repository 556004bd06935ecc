"""The pages of search and of results by competition: what they say, and that nothing breaks them."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records.models import Athlete
from tests.factories import AthleteFactory, ClubFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

NASTY = ("%00", "%F0%9F%98%80%F0%9F%98%80", "'%22%3C%2Fscript%3E", "x" * 3000, "%25%25", "%2B%2B", "..%2F..", "%FF%FE")


def text(client: Client, address: str, **said: object) -> str:
    response = client.get(address, said or None)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def swift(harbour: Club) -> Athlete:
    athlete = AthleteFactory(family_name="Swift", club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.52", wind=14, competition="Spring Open", venue="Leeds")
    return athlete


@pytest.mark.usefixtures("swift")
def test_the_page_shows_each_kind_with_its_lines(client: Client) -> None:
    page = text(client, "/search/", q="swift")
    for said in ("Athletes", "Sam Swift", "born 1998", "Harbour AC", "1 found", 'value="swift"'):
        assert said in page
    page = text(client, "/search/", q="100 m harbour")
    for said in ("Records", "100 m", "Men", "All ages", "10.52"):
        assert said in page
    page = text(client, "/search/", q="open spring")
    for said in ("Competitions", "Spring Open", "/results/?competition=Spring+Open"):
        assert said in page


@pytest.mark.usefixtures("swift")
def test_what_is_spelled_nearly_like_that_is_told_as_such(client: Client) -> None:
    page = text(client, "/search/", q="swfit")
    assert "spelled nearly like that" in page
    assert "Sam Swift" in page


def test_ten_of_a_kind_and_the_way_to_more(client: Client) -> None:
    for n in range(31):
        AthleteFactory(given_name="Sam", family_name=f"Run{chr(97 + n // 26)}{chr(97 + n % 26)}")
    page = text(client, "/search/", q="sam")
    assert page.count('class="hit-name"') == 10
    assert "/search/?q=sam&amp;kind=athletes" in page
    page = text(client, "/search/", q="sam", kind="athletes")
    assert page.count('class="hit-name"') == 30
    assert "?q=sam&amp;kind=athletes&amp;page=2" in page
    page = text(client, "/search/", q="sam", kind="athletes", page=2)
    assert page.count('class="hit-name"') == 1
    assert "The list ends before this page." in text(client, "/search/", q="sam", kind="athletes", page=9)


def test_the_palette_gets_the_lists_alone(client: Client, swift: Athlete) -> None:
    for n in range(6):
        ClubFactory(name=f"Swift Club {n}")
    response = client.get("/search/", {"q": "swift"}, headers={"HX-Request": "true", "HX-Target": "palette-found"})
    page = response.content.decode()
    assert "<html" not in page
    assert page.count('class="hit-name"') == 6
    assert '<p id="palette-said" hx-swap-oob="innerHTML">6 found' in page
    assert swift.get_absolute_url() in page
    assert "HX-Target" in response["Vary"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Write a part of a name."),
        ({"q": "a"}, "Write two letters or more."),
        ({"q": "zzzzzz"}, "Nothing is called “zzzzzz”, or nearly so."),
        ({"q": "zzzzzz", "kind": "nonsense"}, "Nothing is called “zzzzzz”, or nearly so."),
        ({"q": "zzzzzz", "kind": "clubs"}, "Everything called this"),
    ],
)
def test_an_empty_page_says_why_and_leads_on(client: Client, asked: dict[str, str], said: str) -> None:
    page = text(client, "/search/", **asked)
    assert said in page
    assert 'role="search"' in page


def test_hidden_athletes_are_found_by_nobody_outside(client: Client, harbour: Club, bob: User, charlie: User) -> None:
    AthleteFactory(given_name="Ann", family_name="Shylock", club=harbour, visibility="club")
    for user in (None, charlie):
        if user:
            client.force_login(user)
        for typed in ("shylock", "shylokc"):
            page = text(client, "/search/", q=typed)
            assert "Shylock" not in page
            assert "0 found" in page
    client.force_login(bob)
    assert "Ann Shylock" in text(client, "/search/", q="shylock")


@pytest.mark.usefixtures("swift")
@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize(
    "address",
    [
        "/search/?q={}",
        "/search/?q=swift&kind={}&page={}",
        "/results/?competition={}",
        "/results/?before={}",
        "/results/?from={}",
        "/results/?from=2026-06-01&until={}&competition={}&venue={}&page={}",
    ],
)
def test_addresses_that_make_no_sense_break_nothing(client: Client, address: str, nasty: str) -> None:
    page = text(client, address.replace("{}", nasty))
    assert "<h1>" in page
    assert "<script>" not in page.replace("</script>", "")


@pytest.mark.parametrize("day", ["2026-02-31", "0000-00-00", "9999-12-31", "0001-01-01", "-1", "2026-13-01"])
def test_days_that_never_were(client: Client, day: str) -> None:
    text(client, "/results/", **{"from": day, "until": day, "before": day})
    text(client, "/results/", **{"from": "2026-06-01", "until": day, "before": day})


@pytest.mark.usefixtures("swift")
def test_a_competition_has_a_page_with_its_marks(client: Client) -> None:
    page = text(client, "/results/", competition="Spring Open")
    address = "/results/?competition=Spring+Open&amp;venue=Leeds&amp;from=2026-06-01&amp;until=2026-06-01"
    assert address in page
    page = text(client, address.replace("&amp;", "&"))
    for said in ("Spring Open", "Leeds", "1 Jun 2026", "100 m", "Men", "10.52", "+1.4", "Sam Swift", "Harbour AC"):
        assert said in page


@pytest.mark.usefixtures("swift")
def test_results_that_are_not_there_say_so_and_lead_back(client: Client) -> None:
    page = text(client, "/results/", competition="Nowhere Cup")
    assert "No results of a competition of this name can be seen." in page
    page = text(client, "/results/", **{"competition": "Spring Open", "from": "2020-01-01"})
    assert "No results of this competition on these days can be seen." in page
    assert 'href="/results/"' in page
    assert "No older competition is kept here." in text(client, "/results/", before="1900-01-01")


def test_without_any_result_the_list_says_when_there_will_be(client: Client) -> None:
    assert "No results yet." in text(client, "/results/")


def test_a_competition_without_a_name_keeps_its_place(client: Client, harbour: Club) -> None:
    PerformanceFactory(athlete=AthleteFactory(club=harbour), mark="10.52", wind=5, venue="Leeds")
    PerformanceFactory(athlete=AthleteFactory(club=harbour), mark="10.62", wind=5, on=date(2026, 5, 1))
    page = text(client, "/results/")
    assert "Leeds" in page
    assert "Competition without a name" in page
    assert "10.62" in text(client, "/results/", **{"competition": "", "venue": "", "from": "2026-05-01"})


@pytest.mark.parametrize("many", [1, 25])
@pytest.mark.parametrize("address", ["/results/", "/results/?competition=Spring+Open&venue=Leeds&from=2026-06-01"])
def test_the_number_of_queries_is_small_and_constant(
    client: Client, harbour: Club, many: int, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _n in range(many):
        PerformanceFactory(
            athlete=AthleteFactory(club=harbour, visibility="club" if _n % 2 else "public"),
            mark="10.52", wind=14, competition="Spring Open", venue="Leeds",
        )  # fmt: skip
    with django_assert_max_num_queries(4):
        text(client, address)
