"""A club's lists as files: what its own people may take along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from records.api.claims import KEEP, club_or_404
from records.api.lists import YEAR, whole
from records.api.rankings import choice
from records.documents.sheets import XLSX, table_response
from records.queries import changes, imports, tables
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.models import Club, User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.renderers import FileOrRefusal
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require

RIGHTS = {
    "performances": "clubs.export_club",
    "athletes": "clubs.export_club",
    "bests": "clubs.export_club",
    "imports": KEEP,
    "changes": KEEP,
}
"""By what is taken along, who may."""
FILES = {(200, kind): OpenApiTypes.BINARY for kind in ("text/csv", XLSX)}
KIND = OpenApiParameter("kind", enum=["csv", "xlsx"], default="csv")


@extend_schema(
    parameters=[
        OpenApiParameter("what", required=True, enum=[*RIGHTS]),
        KIND,
        OpenApiParameter("season", YEAR, description="Of the bests; the latest without it."),
    ],
    responses=FILES,
)
class Export(ApiView):
    """Take a list of the club along, all of it. Performances and athletes are as an import takes them back; whole
    birth dates are for those who keep the records."""

    private = True
    limit = "export"
    content_negotiation_class = FileOrRefusal
    examples = {"what": "athletes"}

    def get(self, request: Request, slug: str) -> FileResponse | StreamingHttpResponse:
        user, club = person(request), club_or_404(slug)
        what = choice(request, "what", [*RIGHTS])
        require(user, RIGHTS.get(what, "clubs.export_club"), club)
        if not what:
            raise ValidationError({"what": [_("Choose among: {all}.").format(all=", ".join(RIGHTS))]})
        kind, season = choice(request, "kind", ["csv", "xlsx"]), whole(request, "season")
        note_reading(f"club {club.slug}", by=user, at=timezone.now(), club=club)
        header, rows = _sheet(what, club, user, season)
        return table_response(f"{club.slug}-{what}", kind, [str(name) for name in header], rows)


def _sheet(what: str, club: Club, user: User, season: int | None) -> tuple[Sequence[Any], Iterable[Sequence[str]]]:
    births = user.has_perm(KEEP, club)
    if what == "performances":
        return tables.PERFORMANCES_HEADER, tables.performance_rows(club, births=births)
    if what == "athletes":
        return tables.SQUAD_HEADER, tables.squad_rows(club, births=births)
    if what == "bests":
        season = season or tables.seasons_of(club, today=timezone.localdate())[0]
        return tables.BESTS_HEADER, tables.squad_bests(club, season)
    if what == "imports":
        return tables.IMPORTS_HEADER, tables.import_rows(imports.imports_of(club).iterator())
    chief = user.has_perm("clubs.change_club", club)
    found = changes.log_of(club, changes.ChangeFilters(), chief=chief)
    return changes.CHANGE_HEADER, changes.change_rows(found, club)
