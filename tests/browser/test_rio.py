"""A registrar's first evening with the Olympians of Rio 2016, at a real site with a real worker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from tests.browser.conftest import opened
from tests.conftest import NO_REFERENCE_DATA
from tests.records.claims import png
from tests.records.test_rio import RIO
from tests.trackhub.test_up import site
from tests.trackhub.test_worker import Place

pytestmark = pytest.mark.browser

PASSWORD = "sunny-meadow-42"
SOON = 60_000

_PEOPLE = f"""
from trackhub.clubs.models import Membership, Role, User
club = found_club("Rio Harriers", by=None, at=now)
for name, role in (("rita", Role.CHIEF_REGISTRAR), ("elaine", Role.ATHLETE)):
    user = User.objects.create_user(email=name + "@example.org", name=name.title(), password="{PASSWORD}")
    Membership.objects.create(user=user, club=club, role=role)
"""
_ELAINE = """
from records.models import Athlete
from trackhub.clubs.models import User
athlete = Athlete.objects.get(given_name="Elaine", family_name="Thompson")
athlete.account = User.objects.get(email="elaine@example.org")
athlete.save()
"""
# Rio's javelin champion, as a club's own list has him.
ROSTER = "id,full_name,sex,birth_date,country\nM-1,Röhler Thomas,M,1991-09-30,GER\n"


class Evening:
    """The page of whoever is at the desk, and what was seen of the work's progress."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.progress: set[str] = set()

    def log_in(self, name: str) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_label("E-mail").fill(f"{name}@example.org")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Log in")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def wait_for(self, button: str) -> None:
        """Until the work is over and the page says so by itself."""
        done = self.page.get_by_role("button", name=button, exact=True).or_(self.page.get_by_role("alert")).first
        until = monotonic() + SOON / 1000
        while not done.is_visible():
            assert monotonic() < until, self.page.get_by_role("main").inner_text()
            # The page asks once a second, which a fast machine doesn't need: we ask the same more often.
            told = self.page.request.get(f"{self.page.url}progress/", headers={"HX-Request": "true"}).text()
            self.progress |= {word for word in ("Waiting for its turn.", "Under way.", " rows, ") if word in told}
            self.page.wait_for_timeout(20)
        expect(self.page.locator("progress")).to_have_count(0)

    def hand_in(self, kind: str, name: str, content: bytes, source: str = "rio", ready: str = "Confirm") -> None:
        self.page.goto("/clubs/rio-harriers/imports/new/")
        self.page.get_by_label(kind, exact=True).check()
        self.page.get_by_label("Source").fill(source)
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        self.page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
        self.press("Read the file")
        self.wait_for(ready)

    def confirm(self) -> None:
        self.press("Confirm")
        self.wait_for("Take back")

    def counts(self, said: str) -> None:
        expect(self.page.locator(".counts").first).to_contain_text(re.compile(said, re.S))

    def download(self, name: str) -> Download:
        with self.page.expect_download() as download:
            self.follow(name)
        return download.value


@pytest.fixture
def place(tmp_path: Path) -> Place:
    if not (RIO / "performances.csv").is_file():
        pytest.skip(NO_REFERENCE_DATA)
    made = Place(tmp_path)
    made.run("manage.py", "migrate", "--verbosity", "0")
    made.script(_PEOPLE)
    return made


@pytest.fixture
def evening(place: Place, browser: Browser, complaints: list[str]) -> Iterator[Evening]:
    with site(place.var) as running, opened(browser, running.address, complaints, width=1200) as page:
        page.set_default_timeout(SOON)
        yield Evening(page)


def test_the_olympians_of_rio_are_brought_in_and_kept(evening: Evening, place: Place) -> None:
    evening.log_in("rita")
    bring_athletes(evening)
    bring_performances(evening)
    ask_why(evening)
    take_back_and_bring_again(evening)
    change_the_rules(evening)
    settle_who_is_who(evening)
    ratify(evening)
    place.script(_ELAINE)
    answer_a_report(evening)
    correct(evening)
    enter_medals(evening)
    look_round(evening)


def bring_athletes(evening: Evening) -> None:
    """Their clubs aren't on this site, so the column is left out and all come to the registrar's own."""
    page = evening.page
    evening.hand_in("athletes", "athletes.csv", (RIO / "athletes.csv").read_bytes())
    evening.counts("2084.*67")
    expect(page.get_by_text("Leave the column of clubs out").first).to_be_visible()
    evening.follow("Match the columns yourself")
    page.get_by_label("club", exact=True).select_option(label="leave this column out")
    evening.press("Read again")
    evening.wait_for("Confirm")
    evening.counts("2151")
    expect(page.get_by_text("Every row could be read without a doubt.")).to_be_visible()
    evening.confirm()


def bring_performances(evening: Evening) -> None:
    """The column of the marks bears a name that nobody can guess."""
    page = evening.page
    evening.hand_in("performances", "performances.csv", renamed())
    expect(page.get_by_role("alert")).to_contain_text("No column says mark.")
    evening.follow("Match the columns yourself")
    page.get_by_label("achieved", exact=True).select_option(label="mark")
    evening.press("Read again")
    evening.wait_for("Confirm")
    evening.counts("16158.*346")
    evening.follow("See the bests and records")
    expect(page.get_by_role("table")).to_contain_text("on its day; bettered since")
    page.go_back()
    evening.confirm()
    assert evening.progress  # how much of it is seen is a matter of the machine's speed


def renamed() -> bytes:
    return (RIO / "performances.csv").read_bytes().replace(b",mark,", b",achieved,", 1)


def ask_why(evening: Evening) -> None:
    evening.page.goto("/clubs/rio-harriers/")
    evening.follow("10.71")
    why = evening.page.get_by_role("table", name="Every list it could stand in")
    expect(why).to_contain_text("better than every mark before it")


def take_back_and_bring_again(evening: Evening) -> None:
    """All of the club's marks go, which is asked about twice; the columns are remembered."""
    page = evening.page
    page.goto("/imports/2/")
    evening.press("Take back")
    expect(page.get_by_text("of 16158 performances of the club (100 %)")).to_be_visible()
    page.get_by_role("checkbox").check()
    evening.press("Take back")
    expect(page.get_by_text("16158 performances removed")).to_be_visible(timeout=SOON)
    evening.hand_in("performances", "performances.csv", renamed())
    evening.counts("16158.*346")
    evening.confirm()


def change_the_rules(evening: Evening) -> None:
    page = evening.page
    page.goto("/clubs/rio-harriers/books/rio-harriers/policy/change/")
    page.get_by_label("own age group only").check()
    page.get_by_label("Records are ratified").check()
    page.get_by_label("wind sheet").check()
    page.get_by_label("Why this change?").fill("Decided at the general meeting of 3 March")
    evening.press("See what it would do")
    expect(page.get_by_text(re.compile(r"It removes \d+ records"))).to_be_visible()
    expect(page.get_by_text("Each waits among the claims")).to_be_visible()
    evening.press("Save this version")
    expect(page.get_by_role("status")).to_contain_text("Version 2 is in force.")


def settle_who_is_who(evening: Evening) -> None:
    page = evening.page
    evening.hand_in("athletes", "roster.csv", ROSTER.encode(), source="roster", ready="Confirm all")
    evening.confirm()
    page.goto("/clubs/rio-harriers/duplicates/")
    expect(page.get_by_text("The same names in another order.")).to_be_visible()
    evening.follow("Compare")
    evening.press("Merge no.")
    expect(page.get_by_role("status")).to_contain_text("Merged: all is Thomas Röhler's now.")
    evening.press("Take back")
    expect(page.get_by_role("status")).to_contain_text("are two athletes again")
    evening.follow("Compare")
    evening.press("Merge no.")


def ratify(evening: Evening) -> None:
    page = evening.page
    page.goto("/clubs/rio-harriers/claims/")
    evening.follow("Untick all")
    mark = page.get_by_role("checkbox", name=re.compile("^100 m 10.71"))
    while not mark.count():
        evening.follow("Next")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    mark.check()
    evening.press("Claim what is ticked")
    expect(page.get_by_text("Evidence is missing: wind sheet.")).to_be_visible()
    page.get_by_text("Add evidence").click()
    page.get_by_label("File").set_input_files({"name": "sheet.png", "mimeType": "image/png", "buffer": png()})
    evening.press("Keep it with the claim")
    evening.press("Ratify")
    expect(page.get_by_role("status")).to_contain_text("Decided.")
    assert evening.download("Download the certificate").path().read_bytes().startswith(b"%PDF-")
    evening.follow("Its public page")
    expect(page.get_by_text("has not been taken back")).to_be_visible()


def answer_a_report(evening: Evening) -> None:
    page = evening.page
    evening.press("Log out")
    evening.log_in("elaine")
    page.goto("/clubs/rio-harriers/")
    evening.follow("21.78")
    evening.follow("Not right?")
    page.get_by_label("Mark", exact=True).fill("21.77")
    page.get_by_label("What you want to say").fill("The photo finish said 21.77.")
    evening.press("Send it to the club")
    evening.press("Log out")
    evening.log_in("rita")
    page.goto("/clubs/rio-harriers/reports/")
    evening.follow("200 m")
    expect(page.get_by_text("The photo finish said 21.77.")).to_be_visible()
    evening.press("Accept and correct")
    expect(page.get_by_role("status")).to_contain_text("Accepted")


def correct(evening: Evening) -> None:
    page = evening.page
    page.goto("/clubs/rio-harriers/")
    evening.follow("10.96")
    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_label("Mark", exact=True).fill("11.96")
    page.get_by_label("Why").fill("a nine read as a one")
    evening.press("See what it would do")
    expect(page.get_by_role("table", name="Records", exact=True)).to_contain_text("10.96 Christania Williams (2016)")
    evening.press("Correct it")
    expect(page.get_by_role("table", name="Versions")).to_contain_text("10.96 → 11.96")


def enter_medals(evening: Evening) -> None:
    page = evening.page
    page.goto("/clubs/rio-harriers/medals/new/")
    page.get_by_label("Competition").fill("2016 Olympic Games")
    page.get_by_label("Date").fill("2016-08-13")
    page.get_by_label("Discipline").select_option(label="100 m")
    for row, athlete in enumerate(("Elaine Thompson", "Tori Bowie", "Shelly-Ann Fraser-Pryce")):
        page.locator(f"[name=rows-{row}-athlete]").fill(athlete)
        page.locator(f"[name=rows-{row}-position]").fill(str(row + 1))
    evening.press("Check")
    evening.press("Enter these medals")
    expect(page.get_by_role("status")).to_contain_text("3 medals are entered.")


def look_round(evening: Evening) -> None:
    """The board as a file, and the desk."""
    page = evening.page
    page.goto("/clubs/rio-harriers/exports/")
    with page.expect_download() as download:
        page.locator('a[href$="/clubs/rio-harriers/records.csv"]').click()
    assert "Caster Semenya" in download.value.path().read_text(encoding="utf-8-sig")
    page.goto("/admin/")
    expect(page.get_by_role("link", name="135 athletes without a birth date")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("semenya")
    expect(page.locator("#command-found")).to_contain_text("Caster Semenya")
