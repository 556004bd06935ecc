"""Standards as pages, as a file, on an athlete's page, by the API, and as they are typed at the desk."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from records.api.standards import StandardDetailShape, StandardSetDetailShape, StandardSetShape
from records.models import AgeGroupScheme, Athlete, Standard, StandardSet
from tests.answers import closing
from tests.factories import AthleteFactory, PerformanceFactory, StandardFactory, StandardSetFactory, discipline
from tests.records.api.answers import declared, rows
from tests.trackhub.desk.test_audit import lines
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, **said: object) -> str:
    response = client.get(address, said or None)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def ann(harbour: Club) -> Athlete:
    """10.60 on 1 June, which is B of 10.50 and 10.80."""
    athlete = AthleteFactory(given_name="Ann", family_name="Able", club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.60", wind=5)
    return athlete


@pytest.fixture
def one(ann: Athlete) -> StandardSet:
    found: StandardSet = StandardFactory(b_value=10_800).set
    StandardFactory(set=found, sex="F", a_value=11_500)
    return found


def test_without_any_the_list_says_who_enters_them(client: Client) -> None:
    assert "No standards are kept here yet." in text(client, "/standards/")
    assert "The list ends before this page." in text(client, "/standards/", page=2)


def test_the_list_leads_to_the_page_and_the_page_corrects_its_address(client: Client, one: StandardSet) -> None:
    address = f"/standards/{one.pk}-coast-cup-2026/"
    assert f'href="{address}"' in text(client, "/standards/")
    assert 'href="/standards/"' in text(client, "/rankings/")
    moved = client.get(f"/standards/{one.pk}-x/", {"sex": "F"})
    assert (moved.status_code, moved["Location"]) == (301, f"{address}?sex=F")
    assert client.get(f"/standards/{one.pk + 1}-x/").status_code == 404


def test_the_page_says_standards_holders_and_what_lacks(client: Client, one: StandardSet) -> None:
    page = text(client, one.get_absolute_url())
    for said in ("Coast Cup 2026", "10.50", "10.80", "Ann Able", "0.10 s (0.95 %) short of A", "a reading of at most"):
        assert said in page
    assert "Nobody has it, and nobody is within a tenth of it." in page
    assert "style=" not in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({}, "Ann Able"),
        ({"sex": "M", "discipline": "100"}, "Ann Able"),
        ({"club": "other"}, "Nobody has it"),
        ({"sex": "F"}, "Nobody has it"),
        ({"discipline": "LJ"}, "No standard fits these filters."),
        ({"sex": "\0"}, "Ann Able"),
        ({"page": "7"}, "The list ends before this page."),
    ],
)
def test_filters_live_in_the_address(
    client: Client, one: StandardSet, other: Club, said: dict[str, str], shown: str
) -> None:
    page = text(client, one.get_absolute_url(), **said)
    assert shown in page
    assert ("Ann Able" in page) == (shown == "Ann Able")


def test_a_set_without_standards_says_so(client: Client) -> None:
    assert "No standards have been entered" in text(client, StandardSetFactory().get_absolute_url())


def test_those_beyond_what_is_shown_are_a_link_away(client: Client, one: StandardSet, harbour: Club) -> None:
    for number in range(6):
        runner = AthleteFactory(given_name="", family_name=f"Fast{number}", club=harbour)
        PerformanceFactory(athlete=runner, mark="10.40", wind=5)
    page = text(client, one.get_absolute_url())
    assert "1 more has A" in page
    assert "discipline=100&amp;sex=M" in page
    assert "more has" not in text(client, one.get_absolute_url(), discipline="100", sex="M")


def test_as_a_file(client: Client, one: StandardSet) -> None:
    with closing(client.get(f"/standards/{one.pk}/reached.csv", {"sex": "M"})) as response:
        assert response.status_code == 200
        content = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    header, row = csv.reader(content)
    assert header[:9] == [
        "discipline", "code", "sex", "age group", "A standard", "B standard", "reached", "lacks", "lacks in %",
    ]  # fmt: skip
    assert row[:10] == ["100 m", "100", "M", "", "10.50", "10.80", "B", "0.10 s", "0.95", "10.60"]
    assert client.get(f"/standards/{one.pk}/reached.pdf").status_code == 404
    assert client.get(f"/standards/{one.pk + 1}/reached.csv").status_code == 404


def test_an_athletes_page_says_what_was_reached(client: Client, ann: Athlete) -> None:
    assert "Standards reached" not in text(client, ann.get_absolute_url())
    StandardFactory(a_value=None, b_value=10_800, set=StandardSetFactory(name="Hill Games"))
    page = text(client, ann.get_absolute_url())
    assert "Standards reached" in page
    assert "Hill Games 2026" in page


def test_by_the_api(client: Client, one: StandardSet, harbour: Club, other: Club) -> None:
    (listed,) = rows(client, "standards/")
    declared(StandardSetShape, listed)
    detail = client.get(f"/api/v1/standards/{one.pk}/").json()
    declared(StandardSetDetailShape, detail)
    men, women = sorted(detail["standards"], key=lambda row: str(row["sex"]), reverse=True)
    assert (men["a"]["text"], men["b"]["text"], women["b"]) == ("10.50", "10.80", None)
    address = f"/api/v1/standards/{one.pk}/marks/{men['id']}/"
    who = client.get(address).json()
    declared(StandardDetailShape, who)
    assert [(entry["performance"]["athlete"]["name"], entry["short"]) for entry in who["with_b"]] == [
        ("Ann Able", "0.10 s")
    ]
    assert client.get(address, {"club": "other"}).json()["with_b"] == []
    for nowhere in (f"/api/v1/standards/{one.pk + 1}/", f"/api/v1/standards/{one.pk}/marks/{women['id'] + 1}/"):
        assert client.get(nowhere).status_code == 404


def cup(club: Club | None, *standards: dict[str, object], there: int = 0, **said: object) -> dict[str, object]:
    """What the desk's page of a set sends."""
    usual = {"name": "Own Cup", "held_on": "2026-09-05", "starts": "2025-09-01", "ends": "2026-08-31"}
    sent = usual | {"wind": "reading", "facility": "", "scheme": "", "club": club.pk if club else ""} | said
    return sent | lines("standards", *standards, there=there)


ADD = "/admin/records/standardset/add/"


def typed(code: str = "100", sex: str = "M", **said: object) -> dict[str, object]:
    return {"discipline": discipline(code, sex).pk, "sex": sex, "age_group": ""} | said


def test_a_chief_registrar_types_the_own_clubs_standards(client: Client, alice: User, harbour: Club) -> None:
    client.force_login(alice)
    sent = cup(harbour, typed(a="10.5", b="10,80"), typed("HJ", a="", b="1m85"))
    assert client.post(ADD, sent).status_code == 302
    assert [(str(row.discipline), row.a, row.b) for row in Standard.objects.order_by("pk")] == [
        ("100 m", "10.50", "10.80"),
        ("High jump", "", "1.85"),
    ]
    one = StandardSet.objects.get()
    change = reverse("admin:records_standardset_change", args=[one.pk])
    page = text(client, change)
    assert 'value="10.80"' in page
    first, second = one.standards.order_by("pk")
    kept = [typed(a="10.4", b="10.80", id=first.pk, set=one.pk), typed("HJ", b="1.85", id=second.pk, set=one.pk)]
    assert client.post(change, cup(harbour, *kept, there=2)).status_code == 302
    first.refresh_from_db()
    assert (first.a_value, first.a_merit) == (10_400, -10_400)
    trail = AuditEntry.objects.get(action="admin_change_standard")
    assert (trail.by, trail.club, trail.before, trail.after) == (alice, harbour, {"a": "10.50"}, {"a": "10.4"})


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"a": "", "b": ""}, "Give the A standard, the B standard or both."),
        ({"a": "10.80", "b": "10.50"}, "The B standard is harder than the A standard."),
        ({"a": "quick"}, "“quick” is not a mark of this discipline."),
        ({"a": "5.0"}, "better than the world"),
        ({"a": "10.50", "age_group": "U20"}, "The age-group scheme of this set has no group “U20”."),
        ({"sex": "", "a": "10.50"}, "This field is required."),
        ({"discipline": "", "a": "10.50"}, "This field is required."),
    ],
)
def test_what_cant_be_a_standard_is_refused_in_words(
    client: Client, alice: User, harbour: Club, said: dict[str, Any], sentence: str
) -> None:
    client.force_login(alice)
    answer = client.post(ADD, cup(harbour, typed() | said))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not StandardSet.objects.exists()


def test_the_scheme_on_the_page_says_which_groups_there_are(client: Client, alice: User, harbour: Club) -> None:
    client.force_login(alice)
    scheme = AgeGroupScheme.objects.get(code="wa").pk
    assert client.post(ADD, cup(harbour, typed(a="10.90", age_group="U20"), scheme=scheme)).status_code == 302
    answer = client.post(ADD, cup(harbour, typed(a="10.90", age_group="U77"), scheme=scheme, name="Second"))
    assert "has no group “U77”. It has: U16, U18" in answer.content.decode()


def test_the_same_class_twice_and_the_wrong_class_are_refused(client: Client, alice: User, harbour: Club) -> None:
    client.force_login(alice)
    twice = client.post(ADD, cup(harbour, typed(a="10.50"), typed(a="10.60")))
    assert "duplicate data" in twice.content.decode()
    hurdles = typed("110H", a="14.50") | {"sex": "F"}
    assert "This discipline is not for this class" in client.post(ADD, cup(harbour, hurdles)).content.decode()
    late = client.post(ADD, cup(harbour, starts="2026-09-01", ends="2026-08-31"))
    assert "The last day for marks is before the first." in late.content.decode()
    assert not StandardSet.objects.exists()


def test_only_the_site_administrator_writes_for_all_clubs(
    client: Client, alice: User, bob: User, harbour: Club, other: Club
) -> None:
    for_all = StandardSetFactory()
    change = reverse("admin:records_standardset_change", args=[for_all.pk])
    client.force_login(alice)
    assert client.get(change).status_code == 200
    assert client.post(change, cup(harbour)).status_code == 403
    assert "This field is required." in client.post(ADD, cup(None)).content.decode()
    assert client.post(ADD, cup(other)).status_code == 403
    client.force_login(bob)
    assert client.get(ADD).status_code == 403
    for_all.refresh_from_db()
    assert (for_all.name, for_all.club) == ("Coast Cup", None)
    assert (for_all.starts, StandardSet.objects.count()) == (date(2025, 9, 1), 1)
