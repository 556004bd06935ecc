"""Our admin site: the menu in a registrar's words, the club's dashboard, and the search that leads everywhere."""

from __future__ import annotations

from typing import Any, cast

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.queries.catalogue import club_called
from trackhub.clubs.models import Club
from trackhub.desk.audit import AuditedDesk
from trackhub.desk.dashboard import notices
from trackhub.desk.fences import ClubDesk, ClubLines
from trackhub.desk.scope import LINES, ForeignClub, open_to_roles
from trackhub.desk.search import find

NOT_OURS = {"view_on_site", "password_change", "password_change_done"}
"""Django's addresses that the site does without: rows have pages of their own, and passwords are allauth's."""


class OwnAutocomplete(AutocompleteJsonView):
    admin_site: admin.AdminSite

    def process_request(self, request: HttpRequest) -> Any:
        """Rows are offered to those alone who may look at the table in which they would be chosen."""
        found = super().process_request(request)
        source = found[2].model
        if not request.user.is_superuser:
            there = self.admin_site.is_registered(source)
            if not there or not self.admin_site.get_model_admin(source).has_view_permission(request):
                raise ForeignClub(request.user, f"choices of {source._meta.label_lower}")
        return found


class ClubsSite(admin.AdminSite):
    site_header = site_title = "TrackHub"
    index_title = gettext_lazy("The desk")

    def get_urls(self) -> list[Any]:
        kept = [one for one in super().get_urls() if getattr(one, "name", None) not in NOT_OURS]
        return [path("search/", self.admin_view(self.search), name="search"), *kept]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, OwnAutocomplete.as_view(admin_site=self)(request))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The tables in the rooms of ``scope.LINES``; of one app as Django has them."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        offered = {
            one["model"]._meta.label_lower: one
            for app in self._build_app_dict(request).values()
            for one in app["models"]
        }
        rooms: dict[str, list[Any]] = {}
        for label, line in LINES.items():
            if label in offered:
                rooms.setdefault(str(line.room), []).append(offered[label])
        return [
            {"name": name, "app_label": f"room-{number}", "app_url": "", "has_module_perms": True, "models": models}
            for number, (name, models) in enumerate(rooms.items())
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        club = self._club_at_hand(request)
        said = {"club": club, "notices": notices(self, request, club, timezone.localdate()) if club else ()}
        return super().index(request, {**said, **(extra_context or {})})

    def _club_at_hand(self, request: HttpRequest) -> Club | None:
        """The active club; a superuser, who is of none, may name any as ``?club=slug``."""
        asked = request.GET.get("club", "")
        own: Club | None = getattr(request, "club", None)
        if not asked or (own and asked == own.slug):
            return own or None
        if not request.user.is_superuser:
            raise ForeignClub(request.user, f"the desk of {asked}")
        if (found := club_called(asked)) is None:
            raise Http404
        return found

    def search(self, request: HttpRequest) -> HttpResponse:
        """Pages, athletes and competitions by name; to a script only the list."""
        text = request.GET.get("q", "").strip()[:100]
        said = {"text": text, "found": find(self, request, text) if text else (), "title": _("Search")}
        if getattr(request, "htmx", False):
            return render(request, "admin/found.html", said)
        return render(request, "admin/search.html", {**self.each_context(request), **said})


def open_desk(site: admin.AdminSite) -> None:
    """Put every desk that the apps have registered behind the club's fence and under audit, inlines included.

    Raises LookupError for a model of which ``scope.LINES`` doesn't say whose its rows are.
    """
    for model in apps.get_models():
        if not site.is_registered(model):
            continue
        if model._meta.label_lower not in LINES:
            raise LookupError(f"{model._meta.label_lower} has no line in trackhub.desk.scope.LINES")
        desk = type(site.get_model_admin(model))
        if issubclass(desk, ClubDesk):  # the addresses were read before
            continue
        fenced = [type(one.__name__, (ClubLines, one), {}) for one in desk.inlines]
        site.unregister(model)
        site.register(model, type(desk.__name__, (AuditedDesk, ClubDesk, desk), {"inlines": fenced}))
    open_to_roles()
