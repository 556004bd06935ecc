"""The app of federations."""

from __future__ import annotations

from django.apps import AppConfig


class FederationsConfig(AppConfig):
    name = "federations"

    def ready(self) -> None:
        from federations.queries.held import SECTIONS  # noqa: PLC0415  # models exist from here on
        from records.queries.subjects import hang_in  # noqa: PLC0415

        hang_in(*SECTIONS)
