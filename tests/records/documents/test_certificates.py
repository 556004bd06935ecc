"""The certificate as a PDF: what people wrote is printed and never run."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from records.documents.certificates import certificate_pdf, qr_code
from records.queries.certificates import certificate_of, printed
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.records.claims import claimed, ratifying
from trackhub.clubs.models import Club

ADDRESS = "https://trackhub.example/certificates/abc/"
WORDS = {
    "title": "Certificate of record", "club": "Harbour AC", "book": "", "holder": "Zoë", "team": "", "mark": "10.80 s",
    "discipline": "100 m", "category": "Men, all ages", "wind": "Wind +0.5 m/s", "occasion": "County, Leeds",
    "ratified": "Ratified on 20 November 2026.", "check": "Scan:",
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ['#panic("run")', '"] #read("/etc/passwd")', "*_`$x$`_* @nobody <label> \\u{0}", "Ж" * 160, "", "山田 太郎"],
)
def test_texts_of_people_are_data(text: str) -> None:
    words = dict.fromkeys(WORDS, text) | {"mark": "10.80 s"}
    made = certificate_pdf(words, colour="#0a5c36", address=ADDRESS, language="es")
    assert made.startswith(b"%PDF-")
    assert b"/Count 1" in made, "one page"


def test_a_club_without_a_colour_gets_the_houses() -> None:
    assert certificate_pdf(WORDS, colour="", address=ADDRESS, language="pt-br").startswith(b"%PDF-")


def test_the_code_is_a_drawing_of_the_address() -> None:
    assert qr_code(ADDRESS).startswith(b"<?xml")
    assert qr_code(ADDRESS) != qr_code(ADDRESS + "x")


@pytest.mark.django_db
def test_what_is_printed(harbour: Club) -> None:
    ratifying(harbour)
    athlete = AthleteFactory(family_name="Claimant", club=harbour)
    one = claimed(PerformanceFactory(athlete=athlete, wind=5, competition="County", venue="Leeds"), age_group="Senior")
    one.decided = NOW
    words = printed(certificate_of(one, AnonymousUser()))
    assert words.keys() == WORDS.keys()
    assert (words["holder"], words["mark"], words["category"]) == ("Sam Claimant", "10.80 s", "Men, Senior")
    assert (words["wind"], words["occasion"]) == ("Wind +0.5 m/s", "County, Leeds, 1 June 2026")
