"""Marks that an athlete misses or finds wrong, and the club's answers."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.actions import reporting
from records.actions.correcting import AlreadySuperseded, PerformanceRefused
from records.domain.refusals import FileRefused
from records.forms.claims import AcceptForm, DeclineForm, ReportForm, initial_of, initial_of_report, pieces
from records.models import Athlete, MarkReport, Performance
from records.queries import reports as queries
from records.queries.claims import claims_of
from records.queries.voices import voiced_by, voices_of
from records.sentences import say
from records.views.addresses import page_number
from trackhub.clubs.models import Club
from trackhub.clubs.rules import likeliest, require, somebody

KEEP = "clubs.import_into_club"


@login_required
@never_cache
@require_safe
def my_reports(request: HttpRequest) -> HttpResponse:
    """What one has reported, with the club's answers; and for whom one may report."""
    user, today = somebody(request.user), timezone.localdate()
    voices = voices_of(user, on=today)
    context = {"reports": queries.reports_by(user, on=today), "voices": voices, "claims": claims_of(voices, user)}
    return render(request, "records/reports_own.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def report_missing(request: HttpRequest, pk: int) -> HttpResponse:
    athlete = voiced_by(somebody(request.user), pk, on=timezone.localdate())
    if athlete is None:
        raise Http404
    return _report(request, athlete, None)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def report_wrong(request: HttpRequest, pk: int) -> HttpResponse:
    voices = voices_of(somebody(request.user), on=timezone.localdate())
    performance = queries.own_performance(voices, pk)
    if performance is None or performance.athlete is None:
        raise Http404
    return _report(request, performance.athlete, performance)


def _report(request: HttpRequest, athlete: Athlete, wrong: Performance | None) -> HttpResponse:
    sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    initial = initial_of(wrong) if wrong else {}
    form = ReportForm(**sent, wrong=wrong, disciplines=queries.disciplines_for(athlete), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _hand_in(request, form, athlete, wrong)
            messages.success(request, _("Reported. The answer comes here and by mail."))
            return redirect("my_reports")
        except reporting.ReportRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except FileRefused as refusal:
            form.add_error("file", say(refusal.code, refusal.values))
    waiting = queries.open_report_of(wrong) if wrong else None
    context = {"form": form, "athlete": athlete, "wrong": wrong, "waiting": waiting}
    return render(request, "records/report_new.html", context, status=422 if form.errors else 200)


def _hand_in(request: HttpRequest, form: ReportForm, athlete: Athlete, wrong: Performance | None) -> None:
    said, file, by, now = form.said, pieces(form.cleaned_data["file"]), somebody(request.user), timezone.now()
    if wrong:
        reporting.report_wrong(wrong, said=said, file=file, by=by, at=now)
    else:
        discipline = form.cleaned_data["discipline"]
        reporting.report_missing(athlete, discipline=discipline, said=said, file=file, by=by, at=now)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.own_report(somebody(request.user), pk, on=timezone.localdate())
    if found is None:
        raise Http404
    try:
        reporting.withdraw_report(found, by=somebody(request.user), at=timezone.now())
        messages.success(request, _("Withdrawn."))
    except reporting.AlreadyAnswered as refusal:
        messages.error(request, str(refusal))
    return redirect("my_reports")


@login_required
@never_cache
@require_safe
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """What the club has to answer, the oldest first; ``?answered=1`` what it has answered."""
    club = get_object_or_404(Club, slug=slug)
    require(request.user, KEEP, club)
    answered = request.GET.get("answered") == "1"
    found = queries.reports_to(club, on=timezone.localdate(), answered=answered, page=page_number(request))
    return render(request, "records/reports.html", {"club": club, "reports": found, "answered": answered})


def _report_and_club(request: HttpRequest, pk: int) -> tuple[MarkReport, Club]:
    """The report with the club for which the visitor answers. Its other people learn which right they lack."""
    found = queries.report_called(pk)
    clubs = queries.clubs_to_answer(found, on=timezone.localdate()) if found else []
    if found is None or not clubs:
        raise Http404
    club = likeliest(request.user, KEEP, clubs) or clubs[0]
    require(request.user, KEEP, club)
    return found, club


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with what stands there now; accepting it enters or corrects the mark."""
    found, club = _report_and_club(request, pk)
    disciplines = queries.disciplines_for(found.athlete)
    sent = request.POST if request.method == "POST" else None
    form = AcceptForm(sent, disciplines=disciplines, initial=initial_of_report(found))
    if form.is_valid():
        said = {"said": form.said, "answer": form.cleaned_data["answer"], "address": _address(request)}
        try:
            reporting.accept_report(found, club=club, by=somebody(request.user), at=timezone.now(), **said)
            messages.success(request, _("Accepted: the mark counts from now on, and the athlete gets a mail."))
            return redirect("reports", club.slug)
        except reporting.ReportRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except (PerformanceRefused, AlreadySuperseded) as refusal:
            form.add_error(None, str(refusal))
    return _page(request, found, club, form, DeclineForm())


def _page(request: HttpRequest, report: MarkReport, club: Club, form: AcceptForm, decline: DeclineForm) -> HttpResponse:
    context = {
        "report": report,
        "club": club,
        "form": form,
        "decline": decline,
        "others": queries.marks_of_that_day(report, request.user),
    }
    return render(request, "records/report.html", context, status=422 if form.errors or decline.errors else 200)


@login_required
@never_cache
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    found, club = _report_and_club(request, pk)
    form = DeclineForm(request.POST)
    if form.is_valid():
        by, because = somebody(request.user), form.cleaned_data["because"]
        try:
            reporting.decline_report(
                found, club=club, because=because, by=by, at=timezone.now(), address=_address(request)
            )
            messages.success(request, _("Declined, and the athlete is told why."))
            return redirect("reports", club.slug)
        except reporting.ReportRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
    accept = AcceptForm(disciplines=queries.disciplines_for(found.athlete), initial=initial_of_report(found))
    return _page(request, found, club, accept, form)


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("my_reports"))
