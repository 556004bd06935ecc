"""A registrar's pages on who is who: possible duplicates, two athletes side by side, merges, transfers."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from records.actions.foreseeing import foresee_merge
from records.actions.merging import NotMergeable, merge_athletes, merge_refusal
from records.actions.parting import NotPartable, part_athletes, tell_apart
from records.actions.transferring import TransferRefused, transfer_athlete
from records.forms.identity import TransferForm, VerdictForm
from records.models import Athlete
from records.queries import comparing
from records.queries.athletes import athlete_seen_by
from records.queries.duplicates import likeness_of, merges_of, possible_duplicates
from records.queries.lines import page_of
from records.queries.transfers import clubs_to_join
from records.queries.voices import club_of
from records.views.addresses import page_number
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.models import Club
from trackhub.clubs.rules import require, somebody

RIGHT = "clubs.import_into_club"
LATELY = timedelta(days=90)
Both = tuple[Athlete, Athlete]


def _club(request: HttpRequest, slug: str) -> Club:
    club = get_object_or_404(Club, slug=slug)
    require(request.user, RIGHT, club)
    return club


@login_required
@never_cache
def duplicates(request: HttpRequest, slug: str) -> HttpResponse:
    """Pairs who may be one person, and the merges of the last three months."""
    club = _club(request, slug)
    context = {
        "club": club,
        "pairs": page_of(possible_duplicates(club), page_number(request), 25),
        "merges": merges_of(club, since=timezone.now() - LATELY),
    }
    return render(request, "records/duplicates.html", context)


@login_required
@never_cache
def compare(request: HttpRequest, slug: str, one: int, other: int) -> HttpResponse:
    """Two athletes side by side, what merging them would do, and the decision."""
    club, user = _club(request, slug), somebody(request.user)
    pair = comparing.pair_known_to(user, club, one, other)
    if pair is None:
        raise Http404
    if pair[0].merged_into_id or pair[1].merged_into_id:
        messages.error(request, merge_refusal(*pair, by=user))
        return redirect("duplicates", club.slug)
    refusal = merge_refusal(*pair, by=user)
    form = VerdictForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _decide(request, club, pair, form)
        except NotMergeable as refused:
            form.add_error(None, str(refused))
    for athlete in pair:
        note_reading(f"athlete {athlete.pk}", by=user, at=timezone.now(), club=club)
    return _compared(request, club, pair, form, refusal)


def _decide(request: HttpRequest, club: Club, pair: Both, form: VerdictForm) -> HttpResponse:
    user, now = somebody(request.user), timezone.now()
    if form.cleaned_data["do"] == "two":
        tell_apart(*pair, by=user, at=now)
        messages.success(request, _("Noted: they are two persons, and won't be shown as one again."))
        return redirect("duplicates", club.slug)
    stays, goes = pair if form.cleaned_data["stays"] != "other" else pair[::-1]
    merge_athletes(stays, merged=goes, by=user, at=now)
    messages.success(request, _("Merged: all is %(name)s's now. You can take it back below.") % {"name": stays})
    return redirect("duplicates", club.slug)


def _compared(request: HttpRequest, club: Club, pair: Both, form: VerdictForm, refusal: str) -> HttpResponse:
    turned = (request.POST if form.is_bound else request.GET).get("stays") == "other"
    stays, goes = pair[::-1] if turned else pair
    context = {
        "club": club,
        "pair": pair,
        "stays": stays,
        "goes": goes,
        "turned": turned,
        "form": form,
        "refusal": refusal,
        "alike": likeness_of(*pair),
        "facts": comparing.facts_beside(*pair, whole=not comparing.foreign_club(somebody(request.user), *pair)),
        "two": comparing.said_to_be_two(*pair),
        "foreseen": None if refusal else foresee_merge(stays, goes, request.user),
    }
    return render(request, "records/compare.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def part(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a merge back, and say what stayed."""
    club, user = _club(request, slug), somebody(request.user)
    merge = comparing.merge_of(club, pk)
    if merge is None:
        raise Http404
    try:
        parted = part_athletes(merge, by=user, at=timezone.now())
    except NotPartable as refused:
        messages.error(request, str(refused))
        return redirect("duplicates", club.slug)
    messages.success(request, _("Taken back: %(one)s and %(other)s are two athletes again.")
                     % {"one": merge.survivor, "other": merge.merged})  # fmt: skip
    for sentence in parted.sentences:
        messages.warning(request, sentence.replace("{name}", str(merge.survivor)))
    return redirect("duplicates", club.slug)


@login_required
@never_cache
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """From a day on the athlete belongs to another club; a look at the results since comes first."""
    user, today = somebody(request.user), timezone.localdate()
    athlete = athlete_seen_by(user, pk)
    if athlete is None or athlete.erased:
        raise Http404
    if not clubs_to_join(user):
        require(user, RIGHT, club_of(athlete, on=today))
    data = request.POST if request.method == "POST" else None
    form = TransferForm(data, athlete=athlete, user=user, today=today, initial={"day": today})
    if form.is_bound and form.is_valid() and form.is_decided:
        try:
            return _transfer(request, athlete, form)
        except TransferRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"athlete": athlete, "form": form, "club": club_of(athlete, on=today)}
    return render(request, "records/transfer.html", context, status=422 if form.errors else 200)


def _transfer(request: HttpRequest, athlete: Athlete, form: TransferForm) -> HttpResponse:
    said, user = form.cleaned_data, somebody(request.user)
    to = form.clubs.get(said["to"])
    ids = {int(pk) for pk in said["results"]}
    moved = transfer_athlete(athlete, to=to, on=said["day"], by=user, at=timezone.now(), results=ids)
    where = to.name if to else _("no club")
    text = _("%(name)s belongs to %(club)s from that day. Results that count there now: %(n)s.")
    messages.success(request, text % {"name": athlete, "club": where, "n": moved})
    return redirect(athlete)
