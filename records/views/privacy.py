"""A person's own pages: what the site holds about them, what they agreed to, and how to be erased."""

from __future__ import annotations

from math import ceil

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from records.actions.consenting import WORDS, ConsentRefused, give_consent, withdraw_consent
from records.actions.erasing import AlreadyErased, erase_athlete
from records.actions.exporting import export_person
from records.models import Athlete, Consent
from records.queries.personal import subject_of
from records.queries.voices import asked_by, athlete_called, club_of, consents_of, voiced_by, voices_of
from records.views.addresses import whole_number
from trackhub.clubs.models import User
from trackhub.clubs.rest.limits import seconds_to_wait
from trackhub.clubs.rules import require


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _voiced(request: HttpRequest) -> Athlete | None:
    """The athlete whom the form names, if the visitor speaks for them; None where it names nobody. Else 404."""
    said = request.POST.get("athlete", "")
    if not said:
        return None
    found = voiced_by(_user(request), whole_number(said), on=timezone.localdate())
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    """What can be taken along, for oneself and for one's wards."""
    user = _user(request)
    return render(
        request, "records/privacy.html", {"voices": voices_of(user, on=timezone.localdate()), "own": subject_of(user)}
    )


@login_required(redirect_field_name=None)
@require_POST
def export_my_data(request: HttpRequest) -> HttpResponse | FileResponse:
    """One zip: of the account and its athlete, or of the ward whom the form names."""
    who, now = subject_of(_user(request), _voiced(request)), timezone.now()
    if wait := seconds_to_wait("export", request):
        messages.error(request, _("Too many downloads. Come again in %(n)s seconds.") % {"n": ceil(wait)})
        return redirect("my_data")
    name = f"trackhub-{now:%Y-%m-%d}.zip"
    response = FileResponse(export_person(who, by=_user(request), at=now), as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@never_cache
def my_consents(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _decide(request)
    voices = voices_of(_user(request), on=timezone.localdate())
    purposes = [(value, Consent.Purpose(value).label, WORDS[Consent.Purpose(value)]) for value in Consent.Purpose]
    people = [(athlete, consents_of(athlete)) for athlete in voices]
    shown = [
        (athlete, [(value, label, words, receipts.standing(value)) for value, label, words in purposes], receipts)
        for athlete, receipts in people
    ]
    return render(request, "records/privacy_consents.html", {"people": shown})


def _decide(request: HttpRequest) -> HttpResponse:
    """Give or withdraw one consent, for an athlete for whom the visitor speaks."""
    athlete, user, now = _voiced(request), _user(request), timezone.now()
    if athlete is None:
        raise Http404
    purpose = request.POST.get("purpose", "")
    try:
        if request.POST.get("do") == "give":
            give_consent(athlete, purpose=purpose, by=user, at=now)
            messages.success(request, _("Noted. You can withdraw it here at any time."))
        elif receipt := consents_of(athlete).standing(purpose):
            withdraw_consent(receipt, by=user, at=now)
            messages.success(request, _("Withdrawn."))
    except ConsentRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("my_consents")


@login_required
@never_cache
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes and what stays; then, after the password once more, it goes."""
    user, today = _user(request), timezone.localdate()
    athlete = athlete_called(pk)
    if athlete is None:
        raise Http404
    who = asked_by(user, athlete, on=today)
    if not who:
        require(user, "clubs.change_club", club_of(athlete, on=today))
    if request.method == "POST" and not athlete.erased:
        response: HttpResponse = _erase(request, athlete, who)
        return response
    return render(request, "records/privacy_erase.html", {"athlete": athlete, "asked_by": who})


@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def _erase(request: HttpRequest, athlete: Athlete, who: str) -> HttpResponse:
    try:
        done = erase_athlete(athlete, by=_user(request), at=timezone.now(), asked_by=who)
    except AlreadyErased as refusal:
        messages.error(request, str(refusal))
        return redirect("home")
    messages.success(request, _("Erased. The marks stay under the name %(name)s.") % {"name": done.name})
    if done.doubtful:
        text = _("These rows say the name but may mean somebody else: %(rows)s. Please look at them.")
        messages.warning(request, text % {"rows": ", ".join(done.doubtful[:20])})
    return redirect("my_data")
