"""Qualifying standards: the championships, and who has reached what."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from records.forms.standards import StandardFilter
from records.models import StandardSet
from records.queries import standards as queries
from records.queries import tables
from records.queries.athletes import club_names
from records.views.addresses import page_number, text_said
from records.views.downloads import Sheet, download
from trackhub.clubs.pages import public_page


@public_page
def standard_sets(request: HttpRequest) -> HttpResponse:
    """All championships with standards, the latest first."""
    return render(request, "records/standard_sets.html", {"sets": queries.sets_of_standards(page_number(request))})


@public_page
def standards(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The standards of one championship with those who have them. The address corrects itself."""
    one = _set_called(pk)
    if one.get_absolute_url() != request.path:
        asked = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(one.get_absolute_url() + asked, permanent=True)
    said = _said(request)
    page = queries.standards_page(one, request.user, queries.Asked(**said), page=page_number(request))
    form = StandardFilter(said, disciplines=page.disciplines, sexes=page.sexes, clubs=club_names())
    return render(request, "records/standards.html", {"set": one, "page": page, "form": form, "club": one.club})


@download
def export_standards(request: HttpRequest, pk: int) -> Sheet:
    """Everybody who has a standard and the next ones, filtered as the page is."""
    one = _set_called(pk)
    header = [str(name) for name in tables.STANDARDS_HEADER]
    rows = tables.standard_rows(one, request.user, queries.Asked(**_said(request)))
    return Sheet(f"standards-{one.pk}-{one.held_on.year}", header, rows)


def _set_called(pk: int) -> StandardSet:
    one = queries.set_called(pk)
    if one is None:
        raise Http404
    return one


def _said(request: HttpRequest) -> dict[str, str]:
    """What the address narrows by."""
    return {name: text_said(request, name, 60) for name in ("discipline", "sex", "club")}
