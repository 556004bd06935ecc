"""Biographies and videos on pages: who reads them, who writes them."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.actions.consenting import give_consent
from records.actions.correcting import correct_performance
from records.actions.profiles import write_biography
from records.models import Athlete, Guardianship, Performance, Video
from tests.factories import NOW, AthleteFactory, PerformanceFactory, UserFactory
from tests.records.actions.test_profiles import relay
from tests.records.filming import ADDRESS, filmed
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)


@pytest.fixture
def mark(athlete: Athlete) -> Performance:
    return PerformanceFactory(athlete=athlete, mark="10.52", wind=5, on=date(2026, 5, 1))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def page_of(mark: Performance) -> str:
    return reverse("performance", args=[mark.pk])


def minor(club: Club) -> Athlete:
    today = timezone.localdate()
    return AthleteFactory(
        given_name="Mia", family_name="Young", club=club, birth_date=today.replace(year=today.year - 14, day=1)
    )


def test_a_biography_is_paragraphs_and_never_markup(client: Client, athlete: Athlete, alice: User) -> None:
    told = "One <b>bold</b> word.\n\nMore on https://club.example.org/sam?a=1&b=2 there."
    write_biography(athlete, told, by=alice, at=NOW)
    page = text(client, athlete.get_absolute_url())
    assert "<p>One &lt;b&gt;bold&lt;/b&gt; word.</p>" in page
    assert '<a href="https://club.example.org/sam?a=1&amp;b=2" rel="nofollow">' in page
    assert 'href="#biography"' in page
    assert reverse("profile", args=[athlete.pk]) not in page


def test_the_athlete_a_guardian_and_the_registrar_write_it(harbour: Club, bob: User, dana: User) -> None:
    young = minor(harbour)
    guardian = UserFactory()
    Guardianship.objects.create(athlete=young, guardian=guardian, created=NOW)
    Athlete.objects.filter(pk=young.pk).update(account=dana)
    address = reverse("profile", args=[young.pk])
    for user in (bob, dana, guardian):
        client = logged_in(user)
        assert address in text(client, young.get_absolute_url())
        assert client.post(address, {"biography": f"By {user}."}).status_code == 302
        assert f"By {user}." in text(client, young.get_absolute_url())
        assert f"By {user}." in text(client, address)


def test_a_guardian_writes_until_the_birthday(harbour: Club, athlete: Athlete) -> None:
    guardian = UserFactory()
    Guardianship.objects.create(athlete=athlete, guardian=guardian, created=NOW)
    assert logged_in(guardian).get(reverse("profile", args=[athlete.pk])).status_code == 404


def test_a_biography_too_long_comes_back(athlete: Athlete, bob: User) -> None:
    response = logged_in(bob).post(reverse("profile", args=[athlete.pk]), {"biography": "x" * 2001})
    assert response.status_code == 422
    assert "x" * 2001 in response.content.decode()


def test_what_was_erased_meanwhile_is_said(athlete: Athlete, bob: User) -> None:
    Athlete.objects.filter(pk=athlete.pk).update(erased=NOW)
    assert logged_in(bob).get(reverse("profile", args=[athlete.pk])).status_code == 404


def test_a_video_is_a_plain_link_that_names_its_site(client: Client, mark: Performance, athlete: Athlete) -> None:
    filmed(mark, title="The <b>final</b>")
    page = text(client, page_of(mark))
    link = f'<a href="{ADDRESS}" rel="noopener nofollow">The &lt;b&gt;final&lt;/b&gt;</a>'
    assert link in page
    assert '<span class="sub">video.example.org</span>' in page
    assert "<iframe" not in page
    assert reverse("add_video", args=[mark.pk]) not in page
    assert f'href="{ADDRESS}" rel="noopener nofollow"' in text(client, athlete.get_absolute_url())


def test_videos_are_added_and_removed_on_the_performance_s_page(mark: Performance, bob: User) -> None:
    registrar, add = logged_in(bob), reverse("add_video", args=[mark.pk])
    assert "Add a video" in text(registrar, page_of(mark))
    answer = registrar.post(add, {"address": ADDRESS, "title": ""})
    assert answer["Location"] == page_of(mark) + "#videos"
    video = Video.objects.get()
    removal = reverse("remove_video", args=[mark.pk, video.pk])
    assert removal in text(registrar, page_of(mark))
    elsewhere = PerformanceFactory(athlete=mark.athlete, mark="10.60")
    registrar.post(reverse("remove_video", args=[elsewhere.pk, video.pk]))
    assert Video.objects.get() == video
    for _time in range(2):
        assert registrar.post(removal)["Location"] == page_of(mark) + "#videos"
    assert not Video.objects.exists()


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "https://a@b.example/", "https://v.example/ü"])
def test_an_address_that_is_none_comes_back_with_a_sentence(mark: Performance, bob: User, address: str) -> None:
    answer = logged_in(bob).post(reverse("add_video", args=[mark.pk]), {"address": address})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert not Video.objects.exists()


def test_a_sixth_video_and_one_of_an_old_version_are_refused(mark: Performance, bob: User) -> None:
    registrar, add = logged_in(bob), reverse("add_video", args=[mark.pk])
    for number in range(5):
        filmed(mark, address=f"{ADDRESS}{number}")
    assert "at most 5 videos" in registrar.post(add, {"address": ADDRESS}).content.decode()
    new = correct_performance(mark, by=bob, at=NOW, because="typing error", mark="10.53")
    answer = registrar.post(add, {"address": ADDRESS}, follow=True)
    assert answer.redirect_chain == [(page_of(new) + "#videos", 302)]
    assert "corrected meanwhile" in answer.content.decode()
    assert new.videos.count() == 5


def test_a_minor_shown_by_initials_has_no_videos_in_public(client: Client, harbour: Club, bob: User) -> None:
    young = minor(harbour)
    mark = PerformanceFactory(athlete=young, mark="12.10", on=date(2026, 5, 1))
    filmed(mark)
    assert ADDRESS not in text(client, page_of(mark))
    assert ADDRESS in text(logged_in(bob), page_of(mark))
    Athlete.objects.filter(pk=young.pk).update(account=bob)
    young.refresh_from_db()
    give_consent(young, purpose="name", by=bob, at=NOW)
    assert ADDRESS in text(client, page_of(mark))
    assert ADDRESS in text(client, young.get_absolute_url())


def test_a_relay_s_video_shows_only_where_everybody_is_named(client: Client, harbour: Club, bob: User) -> None:
    runner, young = AthleteFactory(family_name="Anchor", club=harbour), minor(harbour)
    one = relay(runner, young)
    filmed(one)
    assert ADDRESS not in text(client, page_of(one))
    assert ADDRESS in text(logged_in(bob), page_of(one))
    assert ADDRESS not in text(logged_in(bob), runner.get_absolute_url())
    outsider = UserFactory()
    Athlete.objects.filter(pk=runner.pk).update(account=outsider)
    # Who runs beside somebody whose name is withheld can't show them either.
    assert logged_in(outsider).post(reverse("add_video", args=[one.pk]), {"address": ADDRESS}).status_code == 404
    Athlete.objects.filter(pk=young.pk).update(birth_date=date(2000, 1, 1))
    assert ADDRESS in text(client, page_of(one))
    assert "Add a video" in text(logged_in(outsider), page_of(one))
    assert logged_in(outsider).post(reverse("add_video", args=[one.pk]), {"address": ADDRESS}).status_code == 302
