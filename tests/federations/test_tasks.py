"""The clock's work: news announced each minute, the digest sent each Monday, and by hand."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from federations.models import DigestSubscription, NewsItem
from federations.tasks import announce, send_weekly
from tests.federations.news import news
from trackhub.celery import app
from trackhub.clubs.models import Event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("entry", "task"), [("announce-news", announce), ("send-digests", send_weekly)])
def test_beat_knows_them(entry: str, task: object) -> None:
    assert settings.CELERY_BEAT_SCHEDULE[entry]["task"] == task.name  # type: ignore[attr-defined]
    assert task.name in app.tasks  # type: ignore[attr-defined]


def test_news_whose_hour_has_come_is_announced() -> None:
    item = news(at=timezone.now() + timedelta(hours=1))
    NewsItem.objects.filter(pk=item.pk).update(published_at=timezone.now())
    announce()
    assert Event.objects.filter(kind="news_published").count() == 1


def test_the_week_is_sent_by_the_clock_and_by_hand() -> None:
    news(title="Fixtures are out")
    now = timezone.now()
    DigestSubscription.objects.create(email="a@example.org", locale="en", asked=now, confirmed=now)
    send_weekly()
    assert "http://localhost:8000/news/" in mail.outbox[0].body
    out = io.StringIO()
    call_command("send_digests", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"sent": 0, "failed": 0, "quiet": 0}
    call_command("send_digests", stdout=out)
    assert "Sent: 0." in out.getvalue()
