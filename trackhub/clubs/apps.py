"""The app of the ground."""

from __future__ import annotations

from django.apps import AppConfig


class ClubsConfig(AppConfig):
    name = "trackhub.clubs"
    label = "clubs"

    def ready(self) -> None:
        from trackhub.clubs import rules  # noqa: F401, PLC0415  # registers permissions once the models exist
