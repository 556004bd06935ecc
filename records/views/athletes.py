"""Public pages on athletes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from records.actions.looking import note_look
from records.forms.boards import AthleteSearch
from records.models import Athlete
from records.queries import athletes as queries
from records.queries.ceremonies import shelf_of
from records.queries.comparing import registrars_view
from records.queries.rivals import rivalry_of
from records.queries.standards import standards_reached
from records.queries.voices import acts_for
from records.views.addresses import text_said, whole_number
from trackhub.clubs.pages import public_page


@public_page
def athletes(request: HttpRequest) -> HttpResponse:
    form = AthleteSearch(request.GET, clubs=queries.club_names())
    form.is_valid()
    said = form.cleaned_data
    found = queries.athlete_list(
        request.user,
        today=timezone.localdate(),
        name=said.get("q", ""),
        sex=said.get("sex", ""),
        club=said.get("club", ""),
        after=whole_number(text_said(request, "after")),
        before=whole_number(text_said(request, "before")),
    )
    return render(request, "records/athletes.html", {"form": form, "athletes": found})


@public_page
def athlete(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """An athlete's bests, records and performances. The address corrects itself; a merged one leads on."""
    shown = queries.athlete_seen_by(request.user, pk)
    if shown is None:
        raise Http404
    if shown.get_absolute_url() != request.path:
        asked = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(shown.get_absolute_url() + asked, permanent=shown.pk != pk)
    note_look(shown, by=request.user, at=timezone.now())
    wanted = _wanted(request)
    profile = queries.profile_of(shown, today=timezone.localdate(), wanted=wanted)
    context = {
        "athlete": shown,
        "profile": profile,
        "club": profile.club,
        "wanted": wanted,
        "standards": standards_reached(shown, request.user, today=timezone.localdate()),
        "shelf": shelf_of(shown, request.user, at=timezone.now()),
        "identity": registrars_view(request.user, shown, on=timezone.localdate()),
        "speaks": acts_for(request.user, shown, on=timezone.localdate()),
    }
    return render(request, "records/athlete.html", context)


def _wanted(request: HttpRequest) -> queries.Wanted:
    """Which performances the address asks for."""
    return queries.Wanted(
        text_said(request, "discipline"),
        whole_number(request.GET.get("season", "")),
        text_said(request, "legal") == "1",
        queries.place_said(text_said(request, "before", 40)),
    )


@public_page
def compare_athletes(request: HttpRequest) -> HttpResponse:
    """Two athletes side by side; where one of them isn't chosen yet, a search for them."""
    pair = [_asked_for(request, name) for name in ("a", "b")]
    people = [queries.face_of(one) if one else None for one in pair]
    context: dict[str, object] = {"pair": pair, "people": people}
    one, two = pair
    if one and two and one != two:
        for shown in (one, two):
            note_look(shown, by=request.user, at=timezone.now())
        names = (queries.face_of(one).name, queries.face_of(two).name)
        context["rivalry"] = rivalry_of(one, two, names, discipline=text_said(request, "discipline"))
    else:
        context |= _opponents(request, one or two)
    return render(request, "records/compare_athletes.html", context)


def _opponents(request: HttpRequest, chosen: Athlete | None) -> dict[str, object]:
    """Whom a search finds to be compared, ``chosen`` aside."""
    text = text_said(request, "q", 80)
    found = queries.athlete_list(request.user, today=timezone.localdate(), name=text, size=20).items if text else []
    unknown = any(request.GET.get(name) and not _asked_for(request, name) for name in ("a", "b"))
    mine = queries.face_of(chosen) if chosen else None
    others = [one for one in found if mine is None or one.url != mine.url]
    return {"text": text, "chosen": chosen, "face": mine, "found": others, "unknown": unknown}


def _asked_for(request: HttpRequest, name: str) -> Athlete | None:
    pk = whole_number(request.GET.get(name, ""))
    return queries.athlete_seen_by(request.user, pk) if pk else None
