"""Two people visit the site with a real browser: an athlete who looks a mark up, a registrar who imports.

The pages and the queue are the site's own. A worker can't see a database in memory, which is where the tests
stand on SQLite, so ``work`` calls the queued task's function here, in the test's process, after a page queued it.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from records.models import Performance
from records.tasks import apply, stage, undo
from tests.factories import PASSWORD, AthleteFactory, PerformanceFactory, imported
from trackhub.clubs.models import Club, Job, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TASKS = {"records.stage_import": stage, "records.apply_import": apply, "records.undo_import": undo}

# Result is the place here, and the mark stands in a column whose name TrackHub can't know.
RESULTS = """Family name,Given name,Sex,Event,Result,Zeit,Wind,Date
Swift,Sam,M,100,1,10.52,+1.4,2024-06-01
Swift,Sam,M,100,2,10.9O,+0.3,2024-06-08
Swift,Sam,M,100,1,10.80,+0.1,2024-02-31
Quick,Ada,F,Egg race,1,12.30,,2024-06-01
"""


def work() -> None:
    """Do what the pages have queued."""
    for job in Job.objects.filter(state=Job.State.QUEUED).order_by("pk"):
        TASKS[job.task](job.pk)


@pytest.fixture
def marks(harbour: Club, bob: User) -> None:
    swift = AthleteFactory(family_name="Swift", club=harbour)
    PerformanceFactory(athlete=swift, mark="10.90", wind=3, on=date(2023, 6, 1), venue="Leeds", at=bob.date_joined)
    PerformanceFactory(athlete=swift, mark="10.70", wind=3, on=date(2023, 7, 1), venue="Leeds", at=bob.date_joined)
    quick = AthleteFactory(family_name="Quick", given_name="Ada", sex="F", club=harbour)
    PerformanceFactory(athlete=quick, mark="12.40", wind=1, on=date(2023, 6, 1), venue="Bath", at=bob.date_joined)


def log_in(page: Page, user: User, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def hand_in(page: Page, content: str | bytes, name: str = "results.csv") -> None:
    data = content.encode() if isinstance(content, str) else content
    page.get_by_label("File", exact=True).set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Read the file").click()


@pytest.mark.usefixtures("marks")
def test_an_athlete_looks_a_mark_and_its_record_up(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Latest records")).to_be_visible()
    page.get_by_role("searchbox", name="Athlete, club, record or competition").fill("swift")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Sam Swift").click()
    expect(page.get_by_role("table", name="Best marks by discipline")).to_contain_text("10.70")
    page.get_by_role("link", name="Harbour AC").first.click()

    board = page.locator("#board")
    expect(board).to_contain_text("Ada Quick")
    page.wait_for_load_state()  # the filters listen as soon as the page's scripts have run
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Sex").select_option("M")
    expect(page).to_have_url(re.compile(r"/clubs/harbour/\?sex=M$"))
    expect(board).not_to_contain_text("Ada Quick")
    assert page.evaluate("window.sameDocument")
    page.go_back()
    expect(board).to_contain_text("Ada Quick")
    expect(page.get_by_label("Sex")).to_have_value("")
    page.go_forward()
    expect(board).not_to_contain_text("Ada Quick")
    expect(page.get_by_label("Sex")).to_have_value("M")

    board.get_by_role("link", name="All ages").click()
    story = page.get_by_role("table", name="Everyone who held this record")
    expect(story.get_by_role("row").nth(1)).to_contain_text("10.70")
    expect(story.get_by_role("row").nth(1)).to_contain_text("stands")
    expect(story.get_by_role("row").nth(2)).to_contain_text("until 1 Jul 2023")
    page.get_by_text("The rules this book is kept by").click()
    expect(page.get_by_text("a reading of at most +2.0")).to_be_visible()


@pytest.mark.usefixtures("marks")
def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.goto("/")
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox", name="Athlete, club, record or competition")).to_be_focused()
    page.keyboard.type("swift")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=swift")
    tab_to(page, "Sam Swift")
    page.keyboard.press("Enter")
    page.wait_for_url("**-sam-swift/")
    tab_to(page, "Harbour AC")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clubs/harbour/")
    tab_to(page, "More filters")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Set in season")).to_be_visible()
    tab_to(page, "All ages")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="100 m")).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called ``name`` has the focus, and see that each stop is seen."""
    for _ in range(40):
        page.keyboard.press("Tab")
        text, seen = page.evaluate(
            """() => { const here = document.activeElement, style = getComputedStyle(here);
                const box = here.getBoundingClientRect();
                const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                return [here.textContent.trim() || here.outerHTML, outlined && box.width > 1 && box.height > 1]; }"""
        )
        assert seen, f"the focus on {text!r} can't be seen"
        if text == name or text.startswith(f"{name}\n"):
            return
    raise AssertionError(f"Tab never came to {name!r}")


@pytest.mark.usefixtures("marks")
def test_a_registrar_imports_and_takes_back(page: Page, bob: User) -> None:
    page.goto("/clubs/harbour/imports/new/")
    log_in(page, bob, "two slow laps")
    wrong = page.get_by_role("alert").inner_text()
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    assert page.get_by_role("alert").inner_text() == wrong == (
        "This e-mail and password don't go together. Check both and try again."
    )  # fmt: skip
    log_in(page, bob)

    page.get_by_label("Source").fill("meeting-desk")
    hand_in(page, "")
    refused = page.locator(".field-wrong")
    expect(refused).to_contain_text("The submitted file is empty.")
    hand_in(page, b"\x89PNG\r\n\x1a\n" + bytes(range(200)))
    expect(refused).to_contain_text("This is not a table but a PNG.")
    expect(refused).to_have_count(1)
    expect(refused.locator("label")).to_have_text("File")
    expect(page.get_by_label("Source")).to_have_value("meeting-desk")
    hand_in(page, RESULTS)

    expect(page.locator("#progress")).to_contain_text("Waiting for its turn.")
    work()
    # Nobody loads the page anew: it asks every second how far the work is.
    expect(page.get_by_role("heading", name="What this import would do")).to_be_visible()
    expect(page.get_by_text("“1” is more than 5 % better than the world's best")).to_be_visible()
    page.get_by_text("Match the columns yourself").click()
    page.get_by_label("Zeit", exact=True).select_option("mark")
    page.get_by_role("button", name="Read again with these columns").click()
    expect(page.locator("#progress")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="What this import would do")).to_be_visible()
    rows = page.locator(".issues tbody tr")
    for number, column, sentence in (
        ("3", "Zeit", "“10.9O” is not a mark of this discipline."),
        ("4", "Date", "“2024-02-31” is not a date."),
        ("5", "Event", "“Egg race” is not a discipline that TrackHub knows."),
    ):
        row = rows.filter(has_text=sentence)
        expect(row.locator("th")).to_have_text(number)
        expect(row.locator("td").first).to_have_text(column)
        expect(row).to_contain_text("refused")
    assert Performance.objects.filter(batch__isnull=False).count() == 0

    page.get_by_role("button", name="Confirm").dblclick()
    expect(page.locator("#progress")).to_contain_text("Applying the import")
    assert Job.objects.filter(task="records.apply_import").count() == 1
    work()
    expect(page.get_by_role("heading", name="What this import did")).to_be_visible()
    expect(page.locator(".notice")).to_have_count(0)
    page.get_by_role("link", name="See the records").click()
    expect(page.locator("#board")).to_contain_text("10.52")
    page.go_back()
    page.get_by_role("button", name="Take back").click()
    expect(page.locator("#progress")).to_contain_text("Taking the import back")
    work()
    expect(page.get_by_text("1 performance removed")).to_be_visible()
    page.get_by_role("link", name="Harbour AC").last.click()
    expect(page.locator("#board")).to_contain_text("10.70")
    expect(page.locator("#board")).not_to_contain_text("10.52")


@pytest.mark.usefixtures("marks")
def test_logging_out_in_another_tab_leads_back_through_the_login(page: Page, bob: User) -> None:
    page.goto("/accounts/login/?next=/clubs/harbour/imports/new/")
    log_in(page, bob)
    hand_in(page, RESULTS)
    expect(page.locator("#progress")).to_be_visible()
    address = page.url
    tab = page.context.new_page()
    tab.goto("/")
    tab.get_by_role("button", name="Log out").click()
    expect(tab.get_by_role("link", name="Log in")).to_be_visible()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    expect(page.locator("#progress")).to_have_count(0)
    log_in(page, bob)
    expect(page).to_have_url(address)


@pytest.mark.usefixtures("marks")
def test_no_page_is_wider_than_a_small_phone(page: Page, bob: User, harbour: Club) -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff" * 2
    AthleteFactory(family_name=long, given_name="\u202eمريم 😀", club=harbour)
    rows = f"family name,sex,discipline,mark,date\nSwift,M,100,{'x' * 70},2024-06-01\nSwift,M,100,10.60,2024-06-01\n"
    batch = imported("performances", rows, club=harbour, filename=f"{long}.csv", at=bob.date_joined)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/accounts/login/")
    log_in(page, bob)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    athlete = Performance.objects.latest("pk").athlete
    assert athlete is not None
    for address in (
        "/", "/clubs/", "/clubs/harbour/", "/clubs/harbour/?on=2023-06-15", "/records/harbour/100/M/", "/athletes/",
        athlete.get_absolute_url(), "/clubs/harbour/imports/", "/clubs/harbour/imports/new/", batch.get_absolute_url(),
    ):  # fmt: skip
        page.goto(address)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0, f"{address} is {wider} px too wide"
