"""The site administrator's desk for events: to be looked at, and deliveries to be sent again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import NOW
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import AuditEntry, Club, Delivery, Webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(harbour: Club) -> Webhook:
    return Webhook.objects.create(club=harbour, url="https://example.org/hook", created=NOW)


def told(club: Club, state: str) -> Delivery:
    tell(Kind.IMPORT_APPLIED, club=club, payload={"import": 7}, at=NOW)
    made = Delivery.objects.latest("pk")
    Delivery.objects.filter(pk=made.pk).update(state=state, delivered=NOW if state == "delivered" else None)
    return made


def send_again(admin_client: Client, *deliveries: Delivery) -> str:
    said = {"action": "send_again", "_selected_action": [one.pk for one in deliveries]}
    return admin_client.post(reverse("admin:clubs_delivery_changelist"), said, follow=True).content.decode()


def test_given_up_deliveries_are_sent_again(admin_client: Client, harbour: Club, webhook: Webhook) -> None:
    first, second, third = told(harbour, "dead"), told(harbour, "dead"), told(harbour, "dead")
    page = send_again(admin_client, first, second)
    assert "2 deliveries are sent again." in page
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["waiting", "waiting", "dead"]
    deed = AuditEntry.objects.filter(action="replay_delivery").latest("pk")
    assert deed.by is not None and deed.by.is_superuser
    Webhook.objects.update(active=False)
    page = send_again(admin_client, third)
    assert "This webhook is switched off." in page and "0 deliveries are sent again." in page


def test_the_list_of_webhooks_says_when_each_delivered_last(
    admin_client: Client, harbour: Club, webhook: Webhook
) -> None:
    page = reverse("admin:clubs_webhook_changelist")
    assert "20 Nov 2026, 09:00" in admin_client.get(page).content.decode()  # when it was made
    Webhook.objects.update(created="2025-01-01T00:00Z")
    assert "20 Nov 2026, 09:00" not in admin_client.get(page).content.decode()
    told(harbour, "delivered")
    assert "20 Nov 2026, 09:00" in admin_client.get(page).content.decode()


def test_the_log_is_filtered_by_state(admin_client: Client, harbour: Club, webhook: Webhook) -> None:
    dead, delivered = told(harbour, "dead"), told(harbour, "delivered")
    page = admin_client.get(reverse("admin:clubs_delivery_changelist"), {"state__exact": "dead"}).content.decode()
    assert reverse("admin:clubs_delivery_change", args=[dead.pk]) in page
    assert reverse("admin:clubs_delivery_change", args=[delivered.pk]) not in page


@pytest.mark.parametrize("model", ["event", "webhook", "delivery"])
def test_nothing_is_written_there(admin_client: Client, harbour: Club, webhook: Webhook, model: str) -> None:
    one = told(harbour, "dead")
    pk = {"event": one.event_id, "webhook": webhook.pk, "delivery": one.pk}[model]
    assert admin_client.get(reverse(f"admin:clubs_{model}_change", args=[pk])).status_code == 200
    assert admin_client.post(reverse(f"admin:clubs_{model}_change", args=[pk]), {}).status_code == 403
    assert admin_client.get(reverse(f"admin:clubs_{model}_add")).status_code == 403
    assert admin_client.post(reverse(f"admin:clubs_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403
