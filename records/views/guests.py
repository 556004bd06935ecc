"""Guests of a ceremony: invited by the registrar, answering by their link, ticked off at the door."""

from __future__ import annotations

from math import ceil

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from records.actions import ceremonies as actions
from records.forms.ceremonies import AnswerForm, GuestForm
from records.models import Ceremony, CeremonyGuest
from records.queries import ceremonies as queries
from records.views.ceremonies import ceremony_for
from trackhub.clubs.models import User


def _guest(ceremony: Ceremony, pk: int) -> CeremonyGuest:
    guest = queries.guest_of(ceremony, pk)
    if guest is None:
        raise Http404
    return guest


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def ceremony_guests(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who is invited and what they answered, and the form for one more."""
    ceremony, by = ceremony_for(request, slug, pk)
    form = GuestForm(request.POST if request.method == "POST" else None, ceremony=ceremony)
    if request.method == "POST" and form.is_valid() and _add(form, ceremony, by):
        return redirect("ceremony_guests", slug, pk)
    context = {"club": ceremony.club, "ceremony": ceremony, "form": form, "guests": queries.guests_of(ceremony)}
    return render(request, "records/ceremony_guests.html", context, status=422 if form.errors else 200)


def _add(form: GuestForm, ceremony: Ceremony, by: User) -> bool:
    said = dict(form.cleaned_data)
    try:
        actions.add_guest(ceremony, athlete=said.pop("family_of"), by=by, at=timezone.now(), **said)
    except actions.CeremonyRefused as refusal:
        form.add_error("email", str(refusal))
        return False
    return True


@login_required
@require_POST
def add_honoured(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All honoured athletes onto the list of guests."""
    ceremony, by = ceremony_for(request, slug, pk)
    number = actions.add_honoured(ceremony, by=by, at=timezone.now())
    words = ngettext("{number} athlete is added to the guests.", "{number} athletes are added to the guests.", number)
    messages.success(request, words.format(number=number))
    return redirect("ceremony_guests", slug, pk)


@login_required
@require_POST
def remove_guest(request: HttpRequest, slug: str, pk: int, guest: int) -> HttpResponse:
    ceremony, by = ceremony_for(request, slug, pk)
    actions.remove_guest(_guest(ceremony, guest), by=by, at=timezone.now())
    messages.success(request, _("The guest is removed; their link opens nothing any more."))
    return redirect("ceremony_guests", slug, pk)


@login_required
@require_POST
def invite_guests(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Mail whoever wasn't mailed yet, or the one guest whom the form names once more."""
    ceremony, by = ceremony_for(request, slug, pk)
    said = request.POST.get("guest", "")
    again = _guest(ceremony, int(said)) if said.isdecimal() and len(said) < 10 else None
    site = f"{request.scheme}://{request.get_host()}"
    try:
        sent = actions.send_invitations(ceremony, by=by, at=timezone.now(), site=site, again=again)
    except actions.AnswerClosed as refusal:
        messages.error(request, str(refusal))
    else:
        _say_sent(request, sent)
    return redirect("ceremony_guests", slug, pk)


def _say_sent(request: HttpRequest, sent: actions.Sent) -> None:
    if sent.sent or not (sent.failed or sent.waiting):
        words = ngettext("{number} invitation is on its way.", "{number} invitations are on their way.", sent.sent)
        messages.success(request, words.format(number=sent.sent))
    if sent.failed:
        words = ngettext(
            "{number} invitation could not be mailed. Try again in a while.",
            "{number} invitations could not be mailed. Try again in a while.",
            sent.failed,
        )
        messages.error(request, words.format(number=sent.failed))
    if sent.waiting and sent.wait:
        words = _("{number} still wait: so many mails went out that the next may go in {minutes} minutes.")
        messages.warning(request, words.format(number=sent.waiting, minutes=ceil(sent.wait / 60)))
    elif sent.waiting:
        messages.warning(request, _("{number} still wait: send again for the next.").format(number=sent.waiting))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def attendance(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The list at the door: one tick is one guest, kept at once, whoever else ticks beside."""
    ceremony, by = ceremony_for(request, slug, pk)
    if request.method == "POST":
        said = request.POST.get("guest", "")
        guest = _guest(ceremony, int(said) if said.isdecimal() and len(said) < 10 else 0)
        actions.note_attendance(guest, came="came" in request.POST, by=by, at=timezone.now())
        if not request.headers.get("HX-Request"):
            return redirect("attendance", slug, pk)
    context = {"club": ceremony.club, "ceremony": ceremony, "guests": queries.guests_of(ceremony)}
    return render(request, "records/ceremony_attendance.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def rsvp(request: HttpRequest, token: str) -> HttpResponse:
    """Behind an invitation's link: one guest's own answer, without an account, until the day."""
    guest = actions.guest_behind(token)
    if guest is None:
        raise Http404
    first = {"answer": guest.answer, "persons": guest.persons}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=first)
    try:
        actions.check_open(guest.ceremony, timezone.localdate())
        if request.method == "POST" and form.is_valid():
            actions.answer_invitation(guest, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Thank you. Your answer is kept; you can change it until the day."))
            return redirect("rsvp", token)
    except actions.AnswerClosed as refusal:
        return render(request, "clubs/closed.html", {"reason": str(refusal)}, status=410)
    context = {"guest": guest, "ceremony": guest.ceremony, "club": guest.ceremony.club, "form": form}
    return render(request, "records/ceremony_rsvp.html", context, status=422 if form.errors else 200)
