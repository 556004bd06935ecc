"""One performance: everybody reads it; the club's registrars enter, correct, annul and reinstate it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from records.actions.correcting import AlreadySuperseded, annul_performance, reinstate_performance
from records.actions.looking import note_look
from records.actions.weighing import Effect, effect_of, effect_of_annulment
from records.forms.changes import AnnulmentForm, CorrectionForm, EntryForm
from records.forms.profiles import VideoForm
from records.models import Performance
from records.queries import performances as queries
from records.queries.catalogue import performance_seen_by
from records.queries.voices import acts_for, acts_for_any
from records.views.addresses import text_said, whole_number
from trackhub.clubs.models import Club, User
from trackhub.clubs.pages import public_page
from trackhub.clubs.rules import require

RIGHT = "clubs.import_into_club"
INSIDE = "clubs.view_club_private"


@public_page
def performance(request: HttpRequest, pk: int) -> HttpResponse:
    """A version with all that is known of it; two versions beside each other where the address names them."""
    one = performance_seen_by(request.user, pk)
    if one is None:
        raise Http404
    return performance_page(request, one)


def performance_page(request: HttpRequest, one: Performance, video: VideoForm | None = None) -> HttpResponse:
    """The page of ``one``, with the link to a ``video`` that was refused."""
    note_look(one.athlete, by=request.user, at=timezone.now())
    detail = queries.detail_of(one, request.user, insider=request.user.has_perm(INSIDE, one.club))
    versions = {version.performance.pk: version for version in detail.versions}
    old, new = (versions.get(whole_number(request.GET.get(name, "")) or 0) for name in ("old", "new"))
    context = {
        "one": one,
        "club": one.club,
        "detail": detail,
        "newest": detail.versions[0],
        "speaks": bool(one.athlete and acts_for(request.user, one.athlete, on=timezone.localdate())),
        "old": old,
        "new": new,
        "compared": queries.compared(old.performance, new.performance) if old and new else None,
        "video": video or VideoForm(),
        "may_film": detail.videos is not None and one.superseded_by_id is None and _may_film(request, one, detail),
    }
    return render(request, "records/performance.html", context, status=422 if video else 200)


def _may_film(request: HttpRequest, one: Performance, detail: queries.Detail) -> bool:
    """Whether the visitor may say where it can be watched: as one of those whose performance it is, as a guardian, or
    as a registrar of the club."""
    if request.user.has_perm(RIGHT, one.club):
        return True
    return acts_for_any(request.user, detail.athletes, on=timezone.localdate())


def _kept(request: HttpRequest, pk: int) -> tuple[Performance, User]:
    """The version and the registrar who may change it: 404 for those who may not see it, 403 for the club's others."""
    one = performance_seen_by(request.user, pk)
    if one is None:
        raise Http404
    return one, require(request.user, RIGHT, one.club)


@login_required
@never_cache
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; then what the correction would do; then, when the registrar is sure, the new version."""
    one, by = _kept(request, pk)
    now = timezone.now()
    if one.superseded_by_id is not None and request.method == "GET":
        return redirect("correct_performance", queries.newest_of(one).pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None, performance=one, by=by)
    if request.method == "POST" and one.superseded_by_id is not None:
        return _overtaken(request, form, by)
    draft = form.draft(at=now) if form.is_bound and "back" not in request.POST and form.is_valid() else None
    if draft is None:
        return _correction_page(request, form)
    if "sure" not in request.POST:
        return _check_correction(request, form, draft)
    try:
        new = form.correct(by=by, at=now)
    except AlreadySuperseded:
        return _overtaken(request, form, by)
    messages.success(request, " ".join([_("Corrected. Both versions stay readable."), *queries.what_came_of(new)]))
    return redirect("performance", new.pk)


def _correction_page(request: HttpRequest, form: CorrectionForm, **more: object) -> HttpResponse:
    one = form.performance
    wrong = form.is_bound and bool(form.errors)
    context = {"one": one, "club": one.club, "form": form, "line": _line(one, request), **more}
    return render(request, "records/performance_correct.html", context, status=422 if wrong else 200)


def _overtaken(request: HttpRequest, form: CorrectionForm, by: User) -> HttpResponse:
    """Somebody corrected it meanwhile: their version beside what was sent, which goes on from there."""
    newest = queries.newest_of(form.performance)
    theirs = queries.compared(form.performance, newest)
    made = queries.history_of(queries.versions_of(newest), insider=True)[0]
    context: dict[str, object] = {"one": newest, "club": newest.club, "theirs": theirs, "made": made}
    context |= {"form": form.onto(newest, by=by), "line": _line(newest, request)}
    return render(request, "records/performance_correct.html", context, status=409)


def _check_correction(request: HttpRequest, form: CorrectionForm, draft: Performance) -> HttpResponse:
    one = form.performance
    effect = effect_of(draft, old=one, user=request.user)
    changed = queries.compared(one, draft)
    context = {"one": one, "club": one.club, "form": form, "effect": effect, "changed": changed}
    return render(request, "records/performance_check.html", context | {"line": _line(one, request)})


def _line(one: Performance, request: HttpRequest) -> object:
    return queries.line_of(one, request.user)


@login_required
@never_cache
def annul(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would do and the question why; then it counts nowhere."""
    one, by = _kept(request, pk)
    form = AnnulmentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            annul_performance(one, by=by, at=timezone.now(), because=form.cleaned_data["because"])
        except AlreadySuperseded as refusal:
            messages.error(request, str(refusal))
            return redirect("performance", queries.newest_of(one).pk)
        messages.success(request, _("Annulled. The mark stays readable and counts nowhere."))
        return redirect("performance", one.pk)
    effect = effect_of_annulment(one, user=request.user, because="?")
    return _annulment_page(request, one, effect, form)


@login_required
@never_cache
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would do; then the annulment is taken back."""
    one, by = _kept(request, pk)
    if request.method == "POST":
        try:
            reinstate_performance(one, by=by, at=timezone.now())
        except AlreadySuperseded as refusal:
            messages.error(request, str(refusal))
            return redirect("performance", queries.newest_of(one).pk)
        messages.success(request, " ".join([_("The mark counts again."), *queries.what_came_of(one)]))
        return redirect("performance", one.pk)
    return _annulment_page(request, one, effect_of_annulment(one, user=request.user, because=""), None)


def _annulment_page(request: HttpRequest, one: Performance, effect: Effect, form: AnnulmentForm | None) -> HttpResponse:
    context = {"one": one, "club": one.club, "form": form, "effect": effect, "line": _line(one, request)}
    wrong = form is not None and bool(form.errors)
    return render(request, "records/performance_annul.html", context, status=422 if wrong else 200)


@login_required
@never_cache
def new_performance(request: HttpRequest, slug: str) -> HttpResponse:
    """Whose; then the form; then what it would set; then it is there."""
    club = get_object_or_404(Club, slug=slug)
    by, now = require(request.user, RIGHT, club), timezone.now()
    athlete = queries.member_of(club, whole_number((request.POST or request.GET).get("athlete", "")))
    if athlete is None:
        return _choose_athlete(request, club)
    sent = request.POST if request.method == "POST" else None
    form = EntryForm(sent, club=club, athlete=athlete, last=queries.entered_last(by, club, athlete))
    draft = form.draft(at=now) if form.is_bound and "back" not in request.POST and form.is_valid() else None
    context = {"club": club, "athlete": athlete, "form": form}
    if draft is None:
        wrong = form.is_bound and bool(form.errors)
        return render(request, "records/performance_new.html", context, status=422 if wrong else 200)
    if "sure" not in request.POST:
        context |= {"draft": draft, "line": _line(draft, request), "there": queries.same_day(draft)}
        effect = effect_of(draft, old=None, user=request.user)
        return render(request, "records/performance_new_check.html", context | {"effect": effect})
    return _entered(request, club, form.enter(by=by, at=now))


def _choose_athlete(request: HttpRequest, club: Club) -> HttpResponse:
    text = text_said(request, "q", 80)
    found = queries.members_called(club, text) if text else []
    context = {"club": club, "text": text, "found": found}
    return render(request, "records/performance_whose.html", context)


def _entered(request: HttpRequest, club: Club, one: Performance) -> HttpResponse:
    saved = _("Saved: {mark}, {discipline}.").format(mark=one.mark, discipline=one.discipline)
    messages.success(request, " ".join([saved, *queries.what_came_of(one)]))
    if "another" in request.POST:
        return redirect(reverse("new_performance", args=[club.slug]))
    return redirect("performance", one.pk)
