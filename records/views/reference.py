"""What disciplines, age groups and seasons are, and their best."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from records.models.disciplines import Sex
from records.queries import reference
from records.queries import seasons as queries
from records.views.addresses import page_number, text_said
from trackhub.clubs.pages import public_page

FIRST_YEAR, LAST_YEAR = 1850, 2200


@public_page
def disciplines(request: HttpRequest) -> HttpResponse:
    return render(request, "records/disciplines.html", {"families": reference.disciplines_by_family()})


@public_page
def discipline(request: HttpRequest, code: str) -> HttpResponse:
    """One discipline: its specification, its rules, its records, this season's best."""
    today = timezone.localdate()
    page = None
    if "\0" not in code:
        page = reference.discipline_page(code, text_said(request, "sex"), request.user, today=today)
    if page is None:
        return render(request, "records/discipline_unknown.html", {"code": code[:40]}, status=404)
    return render(request, "records/discipline.html", {"page": page})


@public_page
def age_groups(request: HttpRequest) -> HttpResponse:
    return render(request, "records/age_groups.html", {"schemes": reference.schemes()})


@public_page
def age_group(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """One age group and the records in it."""
    said = text_said(request, "sex")
    sex = said if said in Sex.values else Sex.WOMEN.value
    page = None
    if "\0" not in code:
        page = reference.age_group_page(scheme, code, sex, request.user, page=page_number(request))
    if page is None:
        raise Http404
    return render(request, "records/age_group.html", {"page": page, "sex": sex, "sexes": ("F", "M", "X")})


@public_page
def seasons(request: HttpRequest) -> HttpResponse:
    return render(request, "records/seasons.html", {"seasons": queries.seasons()})


@public_page
def season(request: HttpRequest, year: int) -> HttpResponse:
    """One season in numbers, and the best of each discipline."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return render(request, "records/season.html", {"year": year, "page": queries.season_page(year, request.user)})
