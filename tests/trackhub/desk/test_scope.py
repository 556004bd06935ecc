"""A registrar of one club against every table of the desk with rows of another."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter, RelatedFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.contrib.auth.models import Group
from django.db.models import Field, ForeignKey
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from django.utils import timezone

from records.models import Athlete, ClubMedal, ClubSpell, ExternalId, NotTheSame, RecordBook
from tests.factories import AthleteFactory, MembershipFactory, UserFactory
from tests.trackhub.desk.rows import everything
from trackhub.clubs.models import Club, Role, User
from trackhub.desk.scope import LINES
from trackhub.desk.site import open_desk

pytestmark = pytest.mark.django_db

SITES = {"records.discipline"}
"""The sport's own, to be read by every registrar."""
HIDDEN = {label for label, line in LINES.items() if not line.view}


@pytest.fixture(autouse=True)
def _addresses() -> None:
    """The desk is put together when the addresses are."""
    assert get_resolver().url_patterns


PAGES = (
    ("get", "changelist"), ("get", "change"), ("post", "change"), ("get", "history"), ("get", "delete"),
    ("post", "delete"),
)  # fmt: skip


def foreign_keys(model: type[Any]) -> list[Any]:
    return [one for one in model._meta.get_fields() if isinstance(one, ForeignKey)]


def page(kind: str, label: str, *args: object) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{kind}", args=args)


def own(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def theirs(other: Club) -> dict[str, Any]:
    return everything(other, at=timezone.now())


def test_every_table_has_a_line_and_a_row_here(theirs: dict[str, Any]) -> None:
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert registered == set(LINES) == set(theirs)


def test_a_table_without_a_line_opens_for_nobody() -> None:
    site = admin.AdminSite()
    site.register(Group)
    with pytest.raises(LookupError, match=r"auth\.group has no line"):
        open_desk(site)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_no_page_shows_or_takes_a_row_of_another_club(
    who: str,
    theirs: dict[str, Any],
    client: Client,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    user, index = request.getfixturevalue(who), reverse("admin:index")
    own(client, user)
    wrong: list[tuple[str, ...]] = []
    for label, row in theirs.items():
        if label in SITES:
            continue
        rows = type(row)._default_manager.filter(pk=row.pk)
        before = rows.values().get()
        for method, kind in PAGES:
            caplog.clear()
            address = page(kind, label, *([] if kind == "changelist" else [row.pk]))
            answer = getattr(client, method)(address, {"post": "yes"} if method == "post" else {})
            if (
                answer.status_code == 302 and answer["Location"] == index
            ):  # as Django does it for a row that isn't there
                if f"user {user.pk} asked at the desk for {label.split('.')[1]} {row.pk} " not in caplog.text:
                    wrong.append((label, method, kind, "not noted"))
                answer = client.get(index)
            if answer.status_code not in ((403,) if label in HIDDEN and kind == "changelist" else (200, 403)):
                wrong.append((label, method, kind, str(answer.status_code)))
            if "secret" in answer.content.decode().lower():
                wrong.append((label, method, kind, "shown"))
        if rows.values().get() != before:
            wrong.append((label, "changed"))
    assert wrong == []


def test_the_own_rows_are_there(client: Client, alice: User, harbour: Club, theirs: dict[str, Any]) -> None:
    mine = everything(harbour, at=timezone.now())
    own(client, alice)
    for label in sorted(set(LINES) - HIDDEN):
        narrowed = {} if label in SITES | {"clubs.club"} else {"club": harbour.pk}
        answer = client.get(page("changelist", label), narrowed)
        shown = {one.pk for one in answer.context["cl"].result_list}
        assert mine[label].pk in shown, label
        assert label in SITES or theirs[label].pk not in shown, label
        for kind in ("change", "history"):
            assert client.get(page(kind, label, mine[label].pk)).status_code == 200, (label, kind)


def test_no_choice_offers_a_row_of_another_club(theirs: dict[str, Any], client: Client, alice: User) -> None:
    own(client, alice)
    answered = set()
    for label, row in theirs.items():
        for field in foreign_keys(type(row)):
            app, model = label.split(".")
            said = {"app_label": app, "model_name": model, "field_name": field.name, "term": "secret"}
            answer = client.get(reverse("admin:autocomplete"), said)
            answered.add(answer.status_code)
            assert answer.status_code in (403, 404) or answer.json()["results"] == [], (label, field.name)
    assert answered >= {200, 403}


def test_the_own_rows_are_offered(client: Client, bob: User, harbour: Club, theirs: dict[str, Any]) -> None:
    mine = AthleteFactory(family_name="Secret", given_name="Bea", club=harbour)
    said = {"app_label": "records", "model_name": "externalid", "field_name": "athlete", "term": "secret"}
    found = own(client, bob).get(reverse("admin:autocomplete"), said).json()
    assert found == {"results": [{"id": str(mine.pk), "text": "Bea Secret"}], "pagination": {"more": False}}


def test_a_filter_that_names_another_club_is_refused_and_noted(
    theirs: dict[str, Any], client: Client, alice: User, other: Club, caplog: pytest.LogCaptureFixture
) -> None:
    own(client, alice)
    for label in sorted(set(LINES) - HIDDEN - SITES):
        asked = [f"club={other.pk}"] if label != "clubs.club" else []
        for field in foreign_keys(type(theirs[label])):
            row = getattr(theirs[label], field.name)
            if (
                row is None
                or row._meta.label_lower in SITES
                or (row._meta.model_name == "agegroupscheme" and not row.club)
            ):
                continue
            asked += [f"{field.name}{how}{row.pk}" for how in ("__id__exact=", "=", "__in=0,")]
        for query in asked:
            caplog.clear()
            assert client.get(f"{page('changelist', label)}?{query}").status_code == 403, (label, query)
            assert f"user {alice.pk} asked at the desk" in caplog.text, (label, query)


@pytest.mark.parametrize("name", ["athlete", "club"])
def test_a_form_that_names_another_clubs_row_is_refused_and_noted(
    name: str, theirs: dict[str, Any], client: Client, bob: User, harbour: Club, caplog: pytest.LogCaptureFixture
) -> None:
    mine = AthleteFactory(club=harbour)
    said = {"athlete": mine.pk, "club": harbour.pk, "claim": "second", "starts": "2020-01-01"}
    said[name] = theirs[f"{'clubs' if name == 'club' else 'records'}.{name}"].pk
    answer = own(client, bob).post(reverse("admin:records_clubspell_add"), said)
    assert answer.status_code == 403
    assert f"{name} {said[name]}" in caplog.text
    assert ClubSpell.objects.filter(athlete=mine).count() == 1


def test_a_line_of_a_form_that_names_another_club_is_refused(
    client: Client, bob: User, harbour: Club, other: Club
) -> None:
    said: dict[str, object] = {"family_name": "New", "sex": "M", "birth_precision": "unknown", "visibility": "public"}
    for prefix in ("external_ids", "aliases"):
        said |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    said |= {"spells-TOTAL_FORMS": 1, "spells-INITIAL_FORMS": 0, "spells-0-claim": "first", "spells-0-club": other.pk}
    address = reverse("admin:records_athlete_add")
    assert own(client, bob).post(address, said).status_code == 403
    assert not Athlete.objects.filter(family_name="New").exists()
    assert client.post(address, said | {"spells-0-club": harbour.pk}).status_code == 302
    assert Athlete.objects.get(family_name="New").spells.get().club == harbour


def test_what_a_form_makes_must_be_ones_own(client: Client, alice: User, harbour: Club, other: Club) -> None:
    """The site's schemes may be read and chosen, but nobody's club adds an age group to them."""
    everybodys = RecordBook.objects.get(club=harbour).scheme
    said = {"scheme": everybodys.pk, "code": "U99", "kind": "youth", "lower_on": "dec31", "upper_on": "dec31"}
    said |= {"lower_age": 1, "upper_age": 2, "place_in_list": 0}
    assert own(client, alice).post(reverse("admin:records_agegroup_add"), said).status_code == 403
    assert not everybodys.groups.filter(code="U99").exists()


def test_a_choice_that_never_was_is_a_mistake_of_the_form(client: Client, bob: User, harbour: Club) -> None:
    said = {"athlete": 10**9, "club": harbour.pk, "claim": "first"}
    answer = own(client, bob).post(reverse("admin:records_clubspell_add"), said)
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()


def test_an_action_leaves_other_clubs_rows_alone(client: Client, bob: User, theirs: dict[str, Any]) -> None:
    row = theirs["records.externalid"]
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes", "select_across": "1"}
    own(client, bob).post(reverse("admin:records_externalid_changelist"), chosen)
    assert ExternalId.objects.filter(pk=row.pk).exists()


def test_two_clubs_and_two_roles(client: Client, harbour: Club, other: Club) -> None:
    """Registrar here, chief there: the medals of here are read, those of there are written."""
    user = UserFactory()
    MembershipFactory(user=user, club=harbour, role=Role.REGISTRAR)
    MembershipFactory(user=user, club=other, role=Role.CHIEF_REGISTRAR)
    here = ClubMedal.objects.create(club=harbour, position=1, label="Here", metal="gold")
    there = ClubMedal.objects.create(club=other, position=1, label="There", metal="gold")
    own(client, user)
    said = {"position": 2, "label": "New", "metal": ""}
    assert client.post(page("change", "records.clubmedal", here.pk), said | {"club": harbour.pk}).status_code == 403
    assert client.post(page("change", "records.clubmedal", there.pk), said | {"club": harbour.pk}).status_code == 403
    assert client.post(page("change", "records.clubmedal", there.pk), said | {"club": other.pk}).status_code == 302
    assert [one.pk for one in client.get(page("changelist", "records.clubmedal")).context["cl"].result_list]
    answer = client.get(f"{page('changelist', 'records.clubmedal')}?club={harbour.pk}")
    assert [one.label for one in answer.context["cl"].result_list] == ["Here"]


def test_a_word_about_a_pair_is_for_who_keeps_both(client: Client, bob: User, harbour: Club, other: Club) -> None:
    mine, foreign = AthleteFactory(club=harbour), AthleteFactory(club=other)
    NotTheSame.objects.create(one=mine, other=foreign, at=timezone.now())
    answer = own(client, bob).get(page("changelist", "records.notthesame"))
    assert answer.context["cl"].result_list == []


def test_a_report_goes_with_the_athlete(client: Client, bob: User, harbour: Club, theirs: dict[str, Any]) -> None:
    """Who belonged to harbour once is still in its books, but writes to the club of today."""
    athlete = theirs["records.athlete"]
    ClubSpell.objects.create(athlete=athlete, club=harbour, ends="2020-12-31")
    shown = own(client, bob).get(page("changelist", "records.athlete")).context["cl"].result_list
    assert athlete in shown
    assert client.get(page("changelist", "records.markreport")).context["cl"].result_list == []


def test_a_former_registrar_and_other_roles_stay_outside(client: Client, harbour: Club, dana: User) -> None:
    former = UserFactory()
    MembershipFactory(user=former, club=harbour, role=Role.REGISTRAR, ends="2020-01-01")
    for user in (former, dana):
        assert not user.is_staff
        client.force_login(user)
        assert client.get(reverse("admin:index")).status_code == 302


def test_the_site_administrator_sees_all(admin_client: Client, theirs: dict[str, Any]) -> None:
    for label, row in theirs.items():
        narrowed = {"club": row.scheme.club_id} if label == "records.agegroup" else {}
        answer = admin_client.get(page("changelist", label), narrowed)
        assert row.pk in {one.pk for one in answer.context["cl"].result_list}, label


def test_filters_and_forms_are_fit_for_large_tables(alice: User) -> None:
    """No filter reads the whole table for its choices or offers others' rows, no select loads a large one."""
    request = RequestFactory().get("/")
    request.user = alice
    large = {"athlete", "performance", "importbatch", "recordbook", "agegroupscheme", "user", "recordclaim", "award"}
    for model, desk in admin.site._registry.items():
        assert desk.date_hierarchy is None, model
        assert desk.show_full_result_count is False
        for one in desk.get_list_filter(request):
            if isinstance(one, str):
                field = get_fields_from_path(model, one)[-1]
                assert isinstance(field, Field)
                made = admin.FieldListFilter.create(field, request, {}, model, desk, field_path=one)
                assert not isinstance(made, AllValuesFieldListFilter | RelatedFieldListFilter), (model, one)
        if not desk.has_add_permission(request) and not desk.has_change_permission(request):
            continue
        for name, choice in desk.get_form(request).base_fields.items():
            related = getattr(getattr(choice, "queryset", None), "model", None)
            if related is not None and related._meta.model_name in large:
                widget = choice.widget
                inner = widget.widget if isinstance(widget, RelatedFieldWidgetWrapper) else widget
                assert isinstance(inner, AutocompleteSelect), (model, name)
