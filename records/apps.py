"""The app of records."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        from records import rules  # noqa: F401, PLC0415  # registers permissions once the models exist
