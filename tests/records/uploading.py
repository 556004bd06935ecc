"""Files handed in on the registrar's pages, and the work that follows."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from records.models import ImportBatch
from records.tasks import apply, stage, undo
from trackhub.clubs.models import Job

MARKS = "family name,given name,sex,discipline,mark,wind,date\n"
GOOD = MARKS + "Swift,Sam,M,100,10.52,+1.4,2026-06-01\n"
MIXED = GOOD + "Slow,Sid,M,100,abc,+1.4,2026-06-01\n"


def upload(client: Client, content: str | bytes, name: str = "marks.csv", **said: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    form = {"kind": "performances", "source": "test", "date_order": "iso", "file": SimpleUploadedFile(name, data)}
    return client.post("/clubs/harbour/imports/new/", form | said)


def work() -> None:
    """Do what is queued."""
    for job in Job.objects.filter(state="queued").order_by("pk"):
        {"records.stage_import": stage, "records.apply_import": apply, "records.undo_import": undo}[job.task](job.pk)


def page(client: Client, batch: ImportBatch, **said: object) -> str:
    response = client.get(batch.get_absolute_url(), said or None)
    assert response.status_code == 200
    return response.content.decode()


def address(route: str, batch: ImportBatch) -> str:
    return reverse(route, args=[batch.pk])
