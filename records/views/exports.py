"""Lists as CSV and XLSX: to whom the page is visible, filtered as the page is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from records.forms.boards import AthleteSearch, BoardForm
from records.models import RecordClaim
from records.queries import athletes as people
from records.queries import boards, imports, tables
from records.queries.stories import story_of
from records.views.addresses import day_said, text_said, whole_number
from records.views.downloads import Sheet, download
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.models import Club
from trackhub.clubs.rules import require

RIGHT = "clubs.export_club"
KEEPING = "clubs.import_into_club"


@download
def export_board(request: HttpRequest, slug: str) -> Sheet:
    """The club's record board."""
    club = get_object_or_404(Club, slug=slug)
    book = boards.book_of(club)
    if book is None:
        raise Http404
    form = BoardForm(request.GET, choices=boards.choices_of(book))
    rows = tables.board_rows(book, request.user, form.filters, today=timezone.localdate())
    return Sheet(f"{club.slug}-records", _texts(tables.BOARD_HEADER), rows)


def _texts(header: tuple[object, ...]) -> list[str]:
    return [str(name) for name in header]


@download
def export_story(request: HttpRequest, book: str, code: str, sex: str) -> Sheet:
    kept = None if "\0" in code + sex else boards.book_called(book)
    asked: dict[str, Any] = {name: text_said(request, name) for name in ("age_group", "facility", "timing")}
    story = kept and story_of(kept, code, sex, request.user, on=day_said(request), **asked)
    if not kept or not story:
        raise Http404
    return Sheet(f"{kept.slug}-{story.discipline.code}-{sex}", _texts(tables.STORY_HEADER), tables.story_rows(story))


@download
def export_athletes(request: HttpRequest) -> Sheet:
    form = AthleteSearch(request.GET, clubs=people.club_names())
    form.is_valid()
    said = {name: form.cleaned_data.get(field, "") for name, field in (("name", "q"), ("sex", "sex"), ("club", "club"))}
    rows = tables.athlete_rows(request.user, today=timezone.localdate(), **said)
    return Sheet("athletes", _texts(tables.ATHLETES_HEADER), rows)


@download
def export_athlete(request: HttpRequest, pk: int) -> Sheet:
    """One athlete's performances."""
    athlete = people.athlete_seen_by(request.user, pk)
    if athlete is None:
        raise Http404
    discipline, season = text_said(request, "discipline"), whole_number(request.GET.get("season", ""))
    legal = text_said(request, "legal") == "1"
    rows = tables.career_rows(athlete, request.user, discipline=discipline, season=season, legal=legal)
    return Sheet(f"athlete-{athlete.pk}", _texts(tables.CAREER_HEADER), rows)


def _club(request: HttpRequest, slug: str, right: str = RIGHT) -> tuple[Club, bool]:
    """The club whose lists the visitor may take along, and whether with birth dates; that they do is noted."""
    club = get_object_or_404(Club, slug=slug)
    user = require(request.user, right, club)
    note_reading(f"club {club.slug}", by=user, at=timezone.now(), club=club)
    return club, user.has_perm(KEEPING, club)


@login_required
@never_cache
def exports(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything of the club that can be taken along."""
    club, keeps = _club(request, slug)
    seasons = tables.seasons_of(club, today=timezone.localdate())
    asked = whole_number(request.GET.get("season", ""))
    season = asked if asked in seasons else seasons[0]
    return render(request, "records/exports.html", {"club": club, "seasons": seasons, "season": season, "keeps": keeps})


@login_required
@download
def export_bests(request: HttpRequest, slug: str, season: int) -> Sheet:
    club, _keeps = _club(request, slug)
    if not 1850 <= season <= 2200:
        raise Http404
    return Sheet(f"{club.slug}-bests-{season}", _texts(tables.BESTS_HEADER), tables.squad_bests(club, season))


@login_required
@download
def export_performances(request: HttpRequest, slug: str) -> Sheet:
    """All performances of the club, as our own importer takes them back."""
    club, keeps = _club(request, slug)
    return Sheet(f"{club.slug}-performances", tables.PERFORMANCES_HEADER, tables.performance_rows(club, births=keeps))


@login_required
@download
def export_squad(request: HttpRequest, slug: str) -> Sheet:
    """All athletes of the club, as our own importer takes them back."""
    club, keeps = _club(request, slug)
    return Sheet(f"{club.slug}-athletes", tables.SQUAD_HEADER, tables.squad_rows(club, births=keeps))


@login_required
@download
def export_imports(request: HttpRequest, slug: str) -> Sheet:
    club, _keeps = _club(request, slug, KEEPING)
    rows = tables.import_rows(imports.imports_of(club).iterator())
    return Sheet(f"{club.slug}-imports", _texts(tables.IMPORTS_HEADER), rows)


@login_required
@download
def export_claims(request: HttpRequest, slug: str) -> Sheet:
    """Claims as their page shows them: of one state, every one, or what there is to do."""
    club, _keeps = _club(request, slug, KEEPING)
    asked = text_said(request, "state")
    state = asked if asked == tables.EVERY or asked in RecordClaim.State.values else ""
    rows = tables.claim_rows(club, request.user, state, today=timezone.localdate())
    return Sheet(f"{club.slug}-claims", _texts(tables.CLAIMS_HEADER), rows)
