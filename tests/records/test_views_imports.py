"""The registrar's pages: hand in, look, confirm, take back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from records.models import ImportBatch, Performance
from tests.factories import AthleteFactory, imported, received, staged
from tests.records.uploading import GOOD, MARKS, MIXED, address, page, upload, work
from trackhub.clubs.models import Club, Job, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages go nowhere: the tests run the tasks themselves."""
    monkeypatch.setattr("trackhub.clubs.actions.jobs.send", lambda job: None)


def test_from_the_file_to_the_record_and_back(registrar: Client, harbour: Club, bob: User) -> None:
    AthleteFactory(family_name="Swift", club=harbour)
    response = upload(registrar, MIXED)
    batch = ImportBatch.objects.get()
    assert (response.status_code, response["Location"]) == (302, batch.get_absolute_url())
    assert (batch.club, batch.by, batch.source) == (harbour, bob, "test")
    assert "Waiting for its turn." in page(registrar, batch)
    work()
    shown = page(registrar, batch)
    for said in ("What this import would do", "“abc” is not a mark of this discipline.", ">2<", "utf-8", "Confirm"):
        assert said in shown
    assert not Performance.objects.exists()
    assert registrar.post(reverse("confirm_import", args=[batch.pk])).status_code == 302
    assert "Applying the import" in page(registrar, batch)
    work()
    shown = page(registrar, batch)
    assert "What this import did" in shown
    assert "records set" in shown
    assert "10.52" in registrar.get("/clubs/harbour/").content.decode()
    assert registrar.post(reverse("undo_import", args=[batch.pk])).status_code == 302
    work()
    assert "1 performance removed" in page(registrar, batch)
    assert "10.52" not in registrar.get("/clubs/harbour/").content.decode()


def test_progress_is_asked_for_until_the_work_is_over(registrar: Client, harbour: Club) -> None:
    upload(registrar, GOOD)
    batch = ImportBatch.objects.get()
    Job.objects.update(state="running", done=250, total=1000)
    fragment = registrar.get(reverse("import_progress", args=[batch.pk]))
    assert 'hx-trigger="every 1s"' in fragment.content.decode()
    assert "250 of about 1000 rows, 25 %" in fragment.content.decode()
    assert "250 of about 1000 rows" in page(registrar, batch)
    Job.objects.update(state="done")
    assert registrar.get(reverse("import_progress", args=[batch.pk]))["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("task", "done", "total", "said"),
    [
        ("stage_import", 1000, 1000, "1000 rows are read. Working out what they would change."),
        ("apply_import", 0, 1, "Under way."),
    ],
)
def test_progress_never_claims_what_it_does_not_know(
    registrar: Client, harbour: Club, task: str, done: int, total: int, said: str
) -> None:
    batch = received("performances", GOOD, club=harbour)
    Job.objects.create(
        task=f"records.{task}", subject=batch.pk, state="running", done=done, total=total, heartbeat=batch.received
    )
    fragment = registrar.get(reverse("import_progress", args=[batch.pk])).content.decode()
    assert said in fragment
    assert "value=" not in fragment


@pytest.mark.parametrize("route", ["confirm_import", "undo_import"])
def test_who_logs_in_on_the_way_to_a_deed_comes_to_the_imports_page(client: Client, harbour: Club, route: str) -> None:
    batch = received("performances", GOOD, club=harbour)
    response = client.post(reverse(route, args=[batch.pk]))
    assert response["Location"] == f"/accounts/login/?next={batch.get_absolute_url()}"


def test_progress_after_logging_out_elsewhere_loads_the_page_again(client: Client, harbour: Club) -> None:
    """htmx would follow a redirection and put the login page into the middle of this one."""
    batch = received("performances", GOOD, club=harbour)
    response = client.get(reverse("import_progress", args=[batch.pk]), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (200, "true")


def test_a_form_older_than_the_login_is_refused_in_words(bob: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    response = client.post("/clubs/harbour/imports/new/")
    assert response.status_code == 403
    assert "This page had grown old" in response.content.decode()


def test_a_failed_job_says_why(registrar: Client, harbour: Club) -> None:
    batch = received("performances", GOOD, club=harbour)
    Job.objects.create(
        task="records.stage_import", subject=batch.pk, state="failed", message="no room", heartbeat=batch.received
    )
    assert "The work stopped: no room" in page(registrar, batch)


def test_the_form_keeps_its_input_and_says_what_is_wrong_beside_the_field(registrar: Client, harbour: Club) -> None:
    response = registrar.post(
        "/clubs/harbour/imports/new/", {"kind": "athletes", "source": "our list", "date_order": "dmy"}
    )
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'value="our list"' in shown
    assert 'value="dmy" selected' in shown
    assert 'id="id_file_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The submitted file is empty."),
        (b"\n \n", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 9000, "This is not a table but a PNG."),
        (b"\xd0\xcf\x11\xe0", "This is an old Excel file"),
    ],
)
def test_what_is_plainly_no_table_is_refused_beside_its_field(
    registrar: Client, harbour: Club, content: bytes, said: str
) -> None:
    response = upload(registrar, content, source="kept")
    shown = response.content.decode()
    assert response.status_code == 422
    assert said in shown[shown.index('id="id_file_error"') :]
    assert 'value="kept"' in shown
    assert not ImportBatch.objects.exists()


def test_too_large_a_file_is_refused_beside_its_field(registrar: Client, harbour: Club, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    response = upload(registrar, b"x" * (1024 * 1024 + 1))
    assert response.status_code == 422
    assert "larger than 1 MB" in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_old_records_go_into_the_clubs_book(registrar: Client, harbour: Club) -> None:
    upload(registrar, "discipline,sex,mark,holder,date\nHJ,F,1.71,Ann Elder,1978\n", kind="records")
    assert ImportBatch.objects.get().book == harbour.books.get()
    upload(registrar, GOOD)
    assert ImportBatch.objects.latest("pk").book is None


def test_an_applied_import_is_not_read_again_nor_confirmed_twice(registrar: Client, harbour: Club) -> None:
    batch = imported("performances", GOOD, club=harbour)
    for route in ("import_columns", "confirm_import"):
        shown = registrar.post(address(route, batch), follow=True).content.decode()
        assert "This import is not waiting to be applied." in shown
    assert not Job.objects.exists()


def test_a_large_share_is_asked_about_twice(registrar: Client, harbour: Club) -> None:
    lines = "".join(f"p{n},Swift,Sam,M,100,11.52,+1.4,2026-06-01\n" for n in range(25))
    imported("performances", "id," + MARKS + lines, club=harbour)
    batch = staged("performances", "id," + MARKS + lines.replace("11.52", "11.42"), club=harbour)
    assert "You will be asked once more." in page(registrar, batch)
    response = registrar.post(address("confirm_import", batch), {"part": "clean"})
    shown = response.content.decode()
    assert response.status_code == 422
    assert "The file would change 25 of 25 performances of the club (100 %)." in shown
    assert 'name="part" value="clean"' in shown
    assert "Tick the box" not in shown
    assert "Tick the box" in registrar.post(address("confirm_import", batch), {"asked": "1"}).content.decode()
    assert not Job.objects.exists()
    assert registrar.post(address("confirm_import", batch), {"asked": "1", "sure": "1"}).status_code == 302
    work()
    batch.refresh_from_db()
    assert batch.state == "applied"
    response = registrar.post(address("undo_import", batch))
    assert response.status_code == 422
    assert "Taking it back would remove or change 25 of 25" in response.content.decode()
    registrar.post(address("undo_import", batch), {"sure": "1"})
    work()
    batch.refresh_from_db()
    assert batch.state == "undone"


def test_the_second_to_confirm_is_told_who_was_first(registrar: Client, harbour: Club, alice: User) -> None:
    batch = staged("performances", GOOD, club=harbour)
    first = Client()
    first.force_login(alice)
    first.post(address("confirm_import", batch))
    shown = registrar.post(address("confirm_import", batch), follow=True).content.decode()
    assert "asked for this first; it is under way." in shown
    assert Job.objects.count() == 1


def test_only_the_clean_part_is_confirmed(registrar: Client, harbour: Club) -> None:
    AthleteFactory(given_name="Sid", family_name="Slow", birth_date=None)
    batch = staged("performances", GOOD + "Slow,Sid,M,100,11.9,,2026-06-01\n", club=harbour)
    assert "Confirm only the rows without a doubt" in page(registrar, batch)
    registrar.post(address("confirm_import", batch), {"part": "clean"})
    work()
    assert "1 row with a doubt was left out." in page(registrar, batch)
    assert Performance.objects.count() == 1


def test_what_becomes_of_athletes_there_is_asked(registrar: Client, harbour: Club) -> None:
    upload(registrar, "first_name,last_name,gender\nSam,Swift,Male\n", kind="athletes", existing="skip")
    assert ImportBatch.objects.get().existing == "skip"
    upload(registrar, GOOD, existing="skip")
    assert ImportBatch.objects.latest("pk").existing == "update"
    response = upload(registrar, GOOD, existing="never", date_order="dmy")
    shown = response.content.decode()
    assert response.status_code == 422
    assert "a browser doesn&#x27;t keep that" in shown or "a browser doesn't keep that" in shown
    assert 'value="dmy" selected' in shown


def test_names_in_files_are_never_markup(registrar: Client, harbour: Club) -> None:
    upload(registrar, GOOD.replace("Swift", "<b>Swift"), name="<img src=x>.csv")
    work()
    shown = page(registrar, ImportBatch.objects.get())
    assert "<img src=x>" not in shown


def test_the_list_names_only_this_clubs_imports(registrar: Client, harbour: Club, other: Club) -> None:
    received("athletes", "x", club=harbour, filename="ours.csv")
    received("athletes", "x", club=other, filename="theirs.csv")
    shown = registrar.get("/clubs/harbour/imports/").content.decode()
    assert "ours.csv" in shown
    assert "theirs.csv" not in shown


def test_refused_rows_stand_first_and_in_pages(registrar: Client, harbour: Club) -> None:
    lines = "".join(f"Slow,Sid,M,100,x{n},,2026-06-01\n" for n in range(60))
    batch = staged("performances", GOOD + lines, club=harbour)
    assert "“x0”" in page(registrar, batch)
    assert "“x59”" in page(registrar, batch, page=2)
    assert "“x59”" not in page(registrar, batch)


def test_queries_do_not_grow_with_the_issues(
    registrar: Client, harbour: Club, django_assert_max_num_queries: Any
) -> None:
    counts = []
    registrar.get("/")  # the session notes its first sign of life
    for rows in (1, 3):
        batch = staged("performances", GOOD + "Slow,Sid,M,100,abc,,2026-06-01\n" * rows, club=harbour)
        with django_assert_max_num_queries(100) as seen:
            page(registrar, batch)
            registrar.get("/clubs/harbour/imports/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
