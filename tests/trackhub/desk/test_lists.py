"""Lists of the desk: pages without a count, filters in sight, the dashboard's numbers and the search."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.paginator import PageNotAnInteger
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from records.models import Athlete, ImportBatch, MarkReport, Performance, RecordClaim
from records.queries.duplicates import possible_duplicates
from tests.factories import AthleteFactory, ClubFactory, MembershipFactory, PerformanceFactory, UserFactory, staged
from tests.records.claims import ratifying
from tests.trackhub.desk.rows import everything
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, Role, User
from trackhub.desk.lists import LAST_PAGE, Uncounted

pytestmark = pytest.mark.django_db

ATHLETES = "admin:records_athlete_changelist"


def rows_at(client: Client, address: str, **said: object) -> Any:
    answer = client.get(address, said)
    assert answer.status_code == 200, answer.get("Location")
    return answer.context["cl"]


def test_pages_are_not_counted() -> None:
    pages = Uncounted(list(range(105)), 50)
    first, last = pages.page(1), pages.page("3")
    assert (first.object_list[0], first.has_next(), first.has_previous()) == (0, True, False)
    assert (list(last.object_list), last.has_next()) == ([100, 101, 102, 103, 104], False)
    assert pages.page(0).number == 1
    assert pages.page(10**9).number == LAST_PAGE
    with pytest.raises(PageNotAnInteger):
        pages.page("last")
    assert pages.count == 105


@pytest.fixture
def many(harbour: Club, bob: User, client: Client) -> Client:
    for number in range(51):
        AthleteFactory(
            family_name=f"Swift{number:02}", club=harbour, birth_date=None if number < 3 else date(2000, 1, 1)
        )
    client.force_login(bob)
    return client


def test_a_list_reads_a_page_and_no_more(many: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        shown = rows_at(many, reverse(ATHLETES))
    assert not [one["sql"] for one in asked if "COUNT(" in one["sql"]]
    assert (shown.first, shown.last, shown.total, shown.has_next) == (1, 50, None, True)
    page = many.get(reverse(ATHLETES)).content.decode()
    assert "Page 1: rows 1–50, and more follow" in page
    assert "p=2" in page
    assert "Rows 51–51 of 51" in many.get(reverse(ATHLETES), {"p": 2}).content.decode()
    assert many.get(reverse(ATHLETES), {"p": "all"}).status_code == 200


def test_queries_do_not_grow_with_the_rows(harbour: Club, bob: User, client: Client) -> None:
    client.force_login(bob)
    for _ in range(3):
        PerformanceFactory(athlete=AthleteFactory(club=harbour), wind=0)
    for table in ("athlete", "performance", "record", "best", "clubspell"):
        address = reverse(f"admin:records_{table}_changelist")
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _ in range(4):
            PerformanceFactory(athlete=AthleteFactory(club=harbour), wind=0)
        with CaptureQueriesContext(connection) as more:
            client.get(address)
        assert len(more) == len(few), table


def test_what_narrows_a_list_stands_above_it(many: Client, harbour: Club) -> None:
    shown = rows_at(many, reverse(ATHLETES), q="SWIFT", show="no_birth_date", sex__exact="M", country="")
    assert [(chip.what, "sex__exact" in chip.without) for chip in shown.chips] == [
        ("“SWIFT”", True),
        ("To look at: without a birth date", True),
        ("Sex: men", False),
        ("Country: ", True),
    ]
    assert shown.total == 3
    page = many.get(reverse(ATHLETES), {"q": "swift0", "visibility__exact": "public"}).content.decode()
    assert "Shown to: everybody" in page
    assert "10 rows" in page
    nobody = many.get(reverse(ATHLETES), {"q": "nobody"}).content.decode()
    assert "No row passes these filters" in nobody
    assert rows_at(many, reverse(ATHLETES), q="%%").result_list == []


def test_a_filtered_list_says_how_many(many: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Rows 1–50 of 51" in many.get(reverse(ATHLETES), {"q": "swift"}).content.decode()
    monkeypatch.setattr("trackhub.desk.lists.COUNTED_TO", 50)
    assert "Rows 1–50 of more than 50" in many.get(reverse(ATHLETES), {"q": "swift"}).content.decode()
    monkeypatch.setattr("trackhub.desk.lists.LAST_PAGE", 1)
    assert "Lists end here" in many.get(reverse(ATHLETES)).content.decode()


def test_a_far_page_has_the_rows_that_follow(many: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    marks = [PerformanceFactory(athlete=athlete, wind=0) for _ in range(52)]
    address = reverse("admin:records_performance_changelist")
    assert rows_at(many, address, p=2).result_list == [marks[1], marks[0]]
    assert rows_at(many, address, p=2, o="-0").result_list == [marks[1], marks[0]]
    assert rows_at(many, address, p=9).result_list == []


def test_a_search_finds_members_elsewhere_and_guests_here(client: Client, bob: User, harbour: Club) -> None:
    member = AthleteFactory(family_name="Nora", club=harbour)
    guest, stranger = AthleteFactory(family_name="Nora"), AthleteFactory(family_name="Nora")
    elsewhere = PerformanceFactory(athlete=member, club=ClubFactory())
    here = PerformanceFactory(athlete=guest, club=harbour)
    PerformanceFactory(athlete=stranger, club=ClubFactory())
    client.force_login(bob)
    found = rows_at(client, reverse("admin:records_performance_changelist"), q="nora")
    assert set(found.result_list) == {elsewhere, here}


def test_the_search_of_a_list_finds_names_however_they_are_written(client: Client, bob: User, harbour: Club) -> None:
    mine = AthleteFactory(given_name="José María", family_name="Núñez", club=harbour)
    mark = PerformanceFactory(athlete=mine, club=harbour)
    client.force_login(bob)
    for words in ("nunez jose", "maria NUN"):
        assert rows_at(client, reverse(ATHLETES), q=words).result_list == [mine]
        assert rows_at(client, reverse("admin:records_performance_changelist"), q=words).result_list == [mark]
    assert rows_at(client, reverse("admin:records_externalid_changelist"), q="x").result_list == []
    assert rows_at(client, reverse("admin:records_importrow_changelist"), q="x").result_list == []
    assert rows_at(client, reverse("admin:records_importrow_changelist"), q="7").result_list == []


@pytest.fixture
def busy(harbour: Club, other: Club, alice: User) -> Club:
    """Something of each kind for the dashboard, beside another club's."""
    everything(other, at=timezone.now())
    now = timezone.now()
    everything(harbour, at=now)
    for days in (3, 40):
        swift = AthleteFactory(club=harbour, birth_date=None)
        PerformanceFactory(athlete=swift, mark="10.10", wind=None, on=now.date() - timedelta(days=days))
    PerformanceFactory(athlete=swift, discipline="5000", mark="14:00.00", on=now.date())
    staged("athletes", "family name,sex\nNew,M\n", club=harbour)
    staged("athletes", "family name,sex\nNew,M\n", club=other)
    return harbour


def test_each_number_of_the_dashboard_is_its_list(busy: Club, client: Client, alice: User) -> None:
    client.force_login(alice)
    notices = client.get(reverse("admin:index")).context["notices"]
    numbers = {str(one.what): one.number for one in notices}
    assert numbers.pop("records to claim") == 0
    assert numbers.pop("possible duplicates") == len(possible_duplicates(busy)) >= 1
    for one in notices:
        if str(one.what) in numbers:
            assert rows_at(client, one.address).total == one.number, one.what
    assert numbers["claims to decide"] == RecordClaim.objects.filter(book__club=busy, state="pending").count() == 1
    assert numbers["reports of marks to answer"] == MarkReport.objects.filter(athlete__spells__club=busy).count() == 1
    assert numbers["imports to look at"] == ImportBatch.objects.filter(club=busy, state="staged").count() == 1
    assert numbers["athletes without a birth date"] == 2
    assert numbers["marks without a wind reading"] == 2
    assert numbers["records set in the last 30 days"] == 1
    assert all(numbers.values())


def test_the_records_to_claim_are_those_of_their_page(harbour: Club, client: Client, bob: User) -> None:
    ratifying(harbour)
    for mark, discipline in (("10.80", "100"), ("22.00", "200")):
        PerformanceFactory(athlete=AthleteFactory(club=harbour), mark=mark, discipline=discipline, wind=0)
    client.force_login(bob)
    notice = client.get(reverse("admin:index")).context["notices"][0]
    assert (str(notice.what), notice.number, notice.asks) == ("records to claim", 2, True)
    assert len(client.get(notice.address).context["candidates"].items) == 2


def test_a_large_clubs_list_is_met_in_order_and_a_small_ones_gathered(
    many: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = [PerformanceFactory(athlete=one, wind=0) for one in Athlete.objects.all()]
    address, newest = reverse("admin:records_performance_changelist"), sorted(one.pk for one in marks)[:0:-1]
    large = rows_at(many, address)
    assert ([one.pk for one in large.result_list], large.total, large.has_next) == (newest, None, True)
    monkeypatch.setattr("records.queries.desk.VERY_FEW", 60)
    small = rows_at(many, address)
    assert ([one.pk for one in small.result_list], small.total, small.has_next) == (newest, 51, True)
    monkeypatch.setattr("trackhub.desk.lists.COUNTED_TO", 50)
    assert rows_at(many, address).beyond
    monkeypatch.setattr("records.queries.desk.FEW", 10)
    assert [one.pk for one in rows_at(many, address).result_list] == newest


def test_athletes_are_women_or_men(many: Client) -> None:
    sexes = next(one for one in rows_at(many, reverse(ATHLETES)).filter_specs if one.title == "sex")
    assert [one["display"] for one in sexes.choices(rows_at(many, reverse(ATHLETES)))] == ["All", "men", "women"]
    form = many.get(reverse("admin:records_athlete_add")).context["adminform"].form
    assert [value for value, _name in form.fields["sex"].choices] == ["", "M", "F"]


def test_the_claims_lead_to_their_file(busy: Club, client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.get(reverse("admin:records_recordclaim_changelist"), {"state__exact": "pending"}).text
    assert f'{reverse("export_claims", args=[busy.slug, "csv"])}?state=pending"' in page
    page = client.get(reverse("admin:records_recordclaim_changelist")).text
    assert f'{reverse("export_claims", args=[busy.slug, "xlsx"])}?state=every"' in page


def test_the_dashboard_asks_the_same_whatever_there_is(busy: Club, client: Client, alice: User) -> None:
    client.force_login(alice)
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("admin:index"))
    for _ in range(5):
        PerformanceFactory(athlete=AthleteFactory(club=busy, birth_date=None), wind=None)
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as more:
        client.get(reverse("admin:index"))
    assert len(more) == len(few)


def test_duplicates_are_compared_again_after_a_deed_alone(busy: Club, client: Client, bob: User) -> None:
    client.force_login(bob)

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            notices = client.get(reverse("admin:index")).context["notices"]
        return next(one.number for one in notices if str(one.what) == "possible duplicates"), len(queries)

    (before, _first), (same, kept) = asked(), asked()
    AthleteFactory(given_name="Anne", family_name="Secret", club=busy)
    assert asked() == (before, kept)
    record_deed("x", target="x", by=None, at=timezone.now())
    after, again = asked()
    assert same == before < after
    assert again > kept


def test_the_dashboard_is_of_one_club(client: Client, harbour: Club, other: Club, admin_client: Client) -> None:
    user = UserFactory()
    for club in (harbour, other):
        MembershipFactory(user=user, club=club, role=Role.REGISTRAR)
    client.force_login(user)
    answer = client.get(reverse("admin:index"))
    assert answer.context["notices"] == ()
    assert "Choose one above" in answer.content.decode()
    client.post(reverse("switch_club"), {"club": "other"})
    assert client.get(reverse("admin:index")).context["club"] == other
    assert client.get(reverse("admin:index"), {"club": "other"}).status_code == 200
    assert client.get(reverse("admin:index"), {"club": ClubFactory().slug}).status_code == 403
    assert admin_client.get(reverse("admin:index")).context["club"] is None
    assert admin_client.get(reverse("admin:index"), {"club": "harbour"}).context["notices"]
    assert admin_client.get(reverse("admin:index"), {"club": "nowhere"}).status_code == 404


def test_a_registrars_number_follows_the_club_at_hand(client: Client, harbour: Club, other: Club) -> None:
    user = UserFactory()
    for club in (harbour, other):
        MembershipFactory(user=user, club=club, role=Role.REGISTRAR)
        AthleteFactory(club=club, birth_date=None)
    client.force_login(user)
    shown = rows_at(client, reverse(ATHLETES), club=harbour.pk, show="no_birth_date")
    assert [chip.what for chip in shown.chips] == ["Club: Harbour AC", "To look at: without a birth date"]
    assert shown.total == 1
    assert rows_at(client, reverse(ATHLETES), show="no_birth_date").total == 2
    assert client.get(reverse(ATHLETES), {"club": "harbour"}).status_code == 302


def found(client: Client, text: str, **more: Any) -> list[tuple[str, str]]:
    answer = client.get(reverse("admin:search"), {"q": text}, **more)
    return [(one.kind, one.name) for one in answer.context["found"]]


def test_the_search_leads_everywhere_within_the_club(client: Client, bob: User, harbour: Club, other: Club) -> None:
    for club, games in ((harbour, "Harbour Open"), (other, "Other Open")):
        runner = AthleteFactory(given_name="Zoë", family_name="Opener", club=club, birth_date=date(2001, 2, 3))
        PerformanceFactory(athlete=runner, club=club, competition=games)
    client.force_login(bob)
    assert found(client, "opener zoe") == [("athlete", "Zoë Opener 2001")]
    assert found(client, "open") == [("athlete", "Zoë Opener 2001"), ("competition", "Harbour Open")]
    assert ("page", "Import a file") in found(client, "import")
    assert ("page", "Members and invitations") not in found(client, "members")
    assert found(client, "xyzzy") == []
    assert found(client, "") == []
    assert found(client, "other harriers") == []
    part = client.get(reverse("admin:search"), {"q": "open"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    competition = client.get(reverse("admin:search"), {"q": "harbour open"}).context["found"][0]
    shown = rows_at(client, competition.address)
    assert [one.competition for one in shown.result_list] == ["Harbour Open"]
    assert [chip.what for chip in shown.chips] == ["Competition: Harbour Open"]


def test_a_superuser_finds_any_clubs_desk(admin_client: Client, harbour: Club) -> None:
    assert ("club", "Harbour AC") in found(admin_client, "harbour")
    assert Athlete.objects.count() == Performance.objects.count() == 0
