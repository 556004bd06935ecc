"""The search of the desk: a few letters lead to a page, an athlete, a competition or, for a superuser, a club."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.domain.names import fold
from records.models import Athlete, Performance
from records.queries.desk import competitions_called
from trackhub.clubs.models import Club
from trackhub.desk.dashboard import address_of

AT_MOST = 8
"""Of each kind."""

# (what, address, the right it takes) of the site's own pages of a club.
PAGES: tuple[tuple[str | Promise, str, str], ...] = (
    (gettext_lazy("Import a file"), "new_import", "clubs.import_into_club"),
    (gettext_lazy("Imports and their progress"), "imports", "clubs.import_into_club"),
    (gettext_lazy("Enter a performance"), "new_performance", "clubs.import_into_club"),
    (gettext_lazy("Possible duplicates"), "duplicates", "clubs.import_into_club"),
    (gettext_lazy("Claims and candidates"), "claims", "clubs.import_into_club"),
    (gettext_lazy("Reports of marks"), "reports", "clubs.import_into_club"),
    (gettext_lazy("Medals of the club"), "medals", "clubs.import_into_club"),
    (gettext_lazy("Ceremonies and invitations"), "ceremonies", "clubs.import_into_club"),
    (gettext_lazy("Log of changes"), "changes", "clubs.import_into_club"),
    (gettext_lazy("Downloads"), "exports", "clubs.export_club"),
    (gettext_lazy("The club's public page"), "club", "clubs.view_club_private"),
    (gettext_lazy("Members and invitations"), "members", "clubs.change_club"),
    (gettext_lazy("Links for officials"), "official_links", "clubs.run_competitions"),
    (gettext_lazy("The club's settings"), "club_settings", "clubs.change_club"),
)


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    name: str
    address: str


def find(site: AdminSite, request: HttpRequest, text: str) -> list[Found]:
    """At most eight of each kind: pages first, for whoever types a command; then people and competitions."""
    return [*_pages(site, request, text), *_clubs(site, request, text), *_rows(site, request, text)]


def _pages(site: AdminSite, request: HttpRequest, text: str) -> list[Found]:
    offered = [(str(one["name"]), one["admin_url"]) for room in site.get_app_list(request) for one in room["models"]]
    if club := getattr(request, "club", None):
        for what, route, right in PAGES:
            if request.user.has_perm(right, club):
                offered.append((str(what), reverse(route, args=[club.slug])))
    words = fold(text).split()
    named = [one for one in offered if words and all(word in fold(one[0]) for word in words)]
    return [Found(_("page"), name, address) for name, address in named[:AT_MOST]]


def _clubs(site: AdminSite, request: HttpRequest, text: str) -> list[Found]:
    if not request.user.is_superuser:
        return []
    found = site.get_model_admin(Club).get_queryset(request).filter(name__icontains=text).order_by("name")
    start = reverse("admin:index")
    return [Found(_("club"), one.name, f"{start}?{urlencode({'club': one.slug})}") for one in found[:AT_MOST]]


def _rows(site: AdminSite, request: HttpRequest, text: str) -> list[Found]:
    athletes: Any = site.get_model_admin(Athlete)
    marks: Any = site.get_model_admin(Performance)
    found = []
    if athletes.has_view_permission(request):
        people, _distinct = athletes.get_search_results(request, athletes.get_queryset(request), text)
        for one in people.filter(merged_into=None).order_by("name_key")[:AT_MOST]:
            address = reverse("admin:records_athlete_change", args=[one.pk])
            found.append(Found(_("athlete"), f"{one} {one.born[:4]}".strip(), address))
    if marks.has_view_permission(request) and len(text) > 2:
        for name in competitions_called(marks.get_queryset(request), text, limit=AT_MOST):
            found.append(Found(_("competition"), name, f"{address_of(Performance)}?{urlencode({'competition': name})}"))
    return found
