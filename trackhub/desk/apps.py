"""Puts our site in the place of Django's own, so that ``@admin.register`` leads to it."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "trackhub.desk.site.ClubsSite"
