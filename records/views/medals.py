"""A club's medals: what everybody sees, the table, and places entered for one contest."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.actions.medals import AwardRefused, remove_award, set_medal_table
from records.forms.medals import MedalEntry, MedalSearch, MedalTableForm, with_more_rows
from records.queries import medals as queries
from records.queries.placings import competitions_offered, names_offered
from records.views.addresses import page_number
from records.views.downloads import Sheet, download
from trackhub.clubs.models import Club, User
from trackhub.clubs.pages import public_page
from trackhub.clubs.views.clubs import club_for

RIGHT = "clubs.import_into_club"


@require_safe
@public_page
def medals(request: HttpRequest, slug: str) -> HttpResponse:
    """All medals, or counted by competition or by athlete; the filters live in the address."""
    club = get_object_or_404(Club, slug=slug)
    form = MedalSearch(request.GET, seasons=queries.seasons_of_awards(club))
    filters, page = form.filters, page_number(request)
    context = {"club": club, "form": form, "filters": filters, "tally": queries.tally_of(club, filters)}
    if form.view == "competition":
        context["tallies"] = queries.tallies_by_competition(club, filters, page=page)
    elif form.view == "athlete":
        context["tallies"] = queries.tallies_by_athlete(club, request.user, filters, page=page)
    else:
        context["awards"] = queries.award_page(club, request.user, filters, page=page)
    return render(request, "records/medals.html", context)


@download
def medals_file(request: HttpRequest, slug: str) -> Sheet:
    """The same as a file that the importer reads."""
    club = get_object_or_404(Club, slug=slug)
    form = MedalSearch(request.GET, seasons=queries.seasons_of_awards(club))
    return Sheet(f"{club.slug}-medals", queries.SHEET, queries.award_rows(club, request.user, form.filters))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def medal_table(request: HttpRequest, slug: str) -> HttpResponse:
    """What each place is worth in this club."""
    club, by = club_for(request, slug, "clubs.change_club")
    form = MedalTableForm(request.POST if request.method == "POST" else None, club=club)
    usual = "usual" in request.POST
    if request.method == "POST" and (usual or form.is_valid()):
        set_medal_table(club, [] if usual else form.worths, by=by, at=timezone.now())
        messages.success(request, _("The medal table is kept."))
        return redirect("medal_table", club.slug)
    context = {"club": club, "form": form}
    return render(request, "records/medals_table.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def enter_medals(request: HttpRequest, slug: str) -> HttpResponse:
    """Several places of one contest: filled in, checked, confirmed. What was typed stays all the way."""
    club, by = club_for(request, slug, RIGHT)
    do, today = request.POST.get("do", ""), timezone.localdate()
    sent = with_more_rows(request.POST) if do == "more" else request.POST
    entry = MedalEntry(club, sent if request.method == "POST" else None, today=today)
    context = {"club": club, "entry": entry}
    if do in ("check", "confirm") and entry.is_valid():
        if do == "check" or not _enter(request, entry, by):
            return render(request, "records/medals_check.html", context, status=200 if do == "check" else 422)
        return redirect("medals", club.slug)
    context["quiet"] = do in ("", "more", "back")
    context |= {"names": names_offered(club), "competitions": competitions_offered(club)}
    return render(request, "records/medals_new.html", context, status=200 if context["quiet"] else 422)


def _enter(request: HttpRequest, entry: MedalEntry, by: User) -> bool:
    try:
        entered = entry.enter(by=by, at=timezone.now())
    except AwardRefused as refusal:
        messages.error(request, str(refusal))
        return False
    words = ngettext("{number} medal is entered.", "{number} medals are entered.", len(entered))
    messages.success(request, words.format(number=len(entered)))
    return True


@login_required
@require_POST
def remove_medal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    club, by = club_for(request, slug, RIGHT)
    award = queries.award_of(club, pk)
    if award is None:
        raise Http404
    try:
        remove_award(award, by=by, at=timezone.now())
    except AwardRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The medal of {name} is removed.").format(name=award.athlete))
    return redirect("medals", club.slug)
