"""News at the desk: written for the own club alone, noted and told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federations.models import DigestSubscription, NewsItem
from tests.factories import NOW
from tests.federations.news import BODY, news
from trackhub.clubs.models import AuditEntry, Club, Event, User

pytestmark = pytest.mark.django_db

ADD = "admin:federations_newsitem_add"


def words(club: Club | None, **said: str) -> dict[str, object]:
    now = timezone.now() - timedelta(minutes=1)
    when = {"published_at_0": f"{now:%Y-%m-%d}", "published_at_1": f"{now:%H:%M:%S}"}
    plain = {"title": "The track is open", "body": BODY, "summary": "", "audience": "public", "language": ""}
    return {"club": club.pk if club else "", **plain, **when, **said}


def test_a_registrar_writes_for_the_own_club(client: Client, bob: User, harbour: Club) -> None:
    client.force_login(bob)
    assert client.post(reverse(ADD), words(harbour)).status_code == 302
    item = NewsItem.objects.get()
    assert (item.club, item.author) == (harbour, bob)
    assert item.told is not None
    assert Event.objects.get(kind="news_published").payload["news"] == item.pk
    assert AuditEntry.objects.get(action="admin_add_newsitem").club == harbour


@pytest.mark.parametrize("whose", ["other", ""])
def test_neither_for_another_nor_for_the_site(client: Client, bob: User, other: Club, whose: str) -> None:
    client.force_login(bob)
    assert client.post(reverse(ADD), words(other if whose else None)).status_code in (200, 403)
    assert not NewsItem.objects.exists()


def test_the_site_administrator_writes_for_the_site(admin_client: Client) -> None:
    assert admin_client.post(reverse(ADD), words(None)).status_code == 302
    assert NewsItem.objects.get().club is None


@pytest.mark.parametrize(("name", "value"), [("title", "Four"), ("body", "too short a text"), ("summary", "x" * 501)])
def test_what_is_too_short_or_too_long_is_refused(admin_client: Client, name: str, value: str) -> None:
    assert admin_client.post(reverse(ADD), words(None, **{name: value})).status_code == 200
    assert not NewsItem.objects.exists()


def test_a_change_keeps_the_author(client: Client, bob: User, alice: User, harbour: Club) -> None:
    item = news(harbour, by=alice)
    client.force_login(bob)
    address = reverse("admin:federations_newsitem_change", args=[item.pk])
    assert client.post(address, words(harbour, title="Open on Monday")).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.author) == ("Open on Monday", alice)
    assert Event.objects.filter(kind="news_published").count() == 1


def test_subscriptions_are_the_administrators_to_end(client: Client, admin_client: Client, alice: User) -> None:
    one = DigestSubscription.objects.create(email="a@example.org", locale="en", asked=NOW)
    client.force_login(alice)
    assert client.get(reverse("admin:federations_digestsubscription_changelist")).status_code == 403
    address = reverse("admin:federations_digestsubscription_delete", args=[one.pk])
    assert admin_client.get(reverse("admin:federations_digestsubscription_add")).status_code == 403
    assert admin_client.post(address, {"post": "yes"}).status_code == 302
    assert not DigestSubscription.objects.exists()
    assert "a@example.org" not in str(AuditEntry.objects.get(action="admin_delete_digestsubscription").before)
