"""Work of federations by the clock."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from federations.actions.news import announce_news
from federations.actions.sending import send_digests


@shared_task(name="federations.announce_news")
def announce() -> None:
    announce_news(at=timezone.now())


@shared_task(name="federations.send_digests")
def send_weekly() -> None:
    send_digests(at=timezone.now(), site=settings.SITE_ADDRESS)
