"""Rankings, as a page and as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import push_url

from records.domain.grading import EDITION
from records.forms.rankings import RankingForm
from records.models import Discipline
from records.queries import rankings as queries
from records.queries import tables
from records.queries.athletes import club_names
from records.queries.catalogue import discipline_called
from records.queries.graded import graded_page
from records.views.addresses import page_number, plain_query, text_said
from records.views.downloads import Sheet, download
from trackhub.clubs.pages import public_page


@public_page
def rankings(request: HttpRequest) -> HttpResponse:
    """The best marks of one discipline; the filters live in the address."""
    form = RankingForm(request.GET, choices=queries.choices(), clubs=club_names())
    asked = form.asked
    discipline = discipline_called(form.code, asked.sex)
    context: dict[str, object] = {"form": form, "asked": asked, "discipline": discipline}
    if discipline:
        context |= _by_grade(request, discipline, asked) if form.by_grade else _by_mark(request, discipline, asked)
    response = render(request, "records/rankings.html", context)
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        push_url(response, plain_query(request))
    return response


def _by_mark(request: HttpRequest, discipline: Discipline, asked: queries.Asked) -> dict[str, object]:
    after, before = (queries.spot_said(text_said(request, name, 30)) for name in ("after", "before"))
    page = queries.ranking_page(request.user, discipline, asked, after=after, before=before)
    return {"page": page, "deep": bool(after or before), "edition": EDITION}


def _by_grade(request: HttpRequest, discipline: Discipline, asked: queries.Asked) -> dict[str, object]:
    page = graded_page(request.user, discipline, asked, page=page_number(request))
    return {"page": page, "deep": page.number > 1, "by_grade": True, "edition": EDITION}


@download
def export_rankings(request: HttpRequest) -> Sheet:
    """The whole ranking, filtered as the page is."""
    form = RankingForm(request.GET, choices=queries.choices(), clubs=club_names())
    asked = form.asked
    discipline = discipline_called(form.code, asked.sex)
    if discipline is None:
        raise Http404
    header = [str(name) for name in tables.RANKING_HEADER]
    rows = tables.ranking_rows(request.user, discipline, asked, by_grade=form.by_grade)
    return Sheet(f"ranking-{discipline.code}-{asked.sex}-{asked.season or 'all-time'}", header, rows)
