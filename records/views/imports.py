"""A registrar's pages: hand a file in, see what it would do, confirm it, take it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from records.actions.applying import NotStaged
from records.actions.confirming import NeedsSecondWord, UnderWay, confirm_import, take_back
from records.actions.undoing import NotApplied
from records.domain.refusals import FileRefused
from records.domain.samples import SAMPLES
from records.forms.imports import UploadForm
from records.models import ImportBatch
from records.queries import imports as queries
from records.queries.alarms import alarm_of
from records.queries.doubts import count_doubts
from records.queries.import_impact import effect_tabs
from records.queries.import_rows import verdict_tabs
from records.queries.lines import page_of
from records.sentences import say
from records.views.addresses import page_number
from records.views.importing import batch_of, club_of, from_its_page, queue, registrar


@login_required
@never_cache
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    club = club_of(request, slug)
    return render(
        request,
        "records/imports.html",
        {"club": club, "imports": page_of(queries.imports_of(club), page_number(request)), "samples": list(SAMPLES)},
    )


@login_required
@never_cache
def new_import(request: HttpRequest, slug: str) -> HttpResponse:
    club = club_of(request, slug)
    sources = queries.sources_of(club)
    first: dict[str, object] = {"kind": ImportBatch.Kind.PERFORMANCES, "date_order": "iso"}
    first["source"] = sources[0] if sources else club.slug[:40]
    sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = UploadForm(**sent, club=club, initial=first | request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_receive(request, form))
        except FileRefused as refusal:
            form.add_error("file", say(refusal.code, refusal.values))
    context = {"club": club, "form": form, "sources": sources, "samples": list(SAMPLES)}
    return render(request, "records/import_new.html", context, status=422 if form.errors else 200)


def _receive(request: HttpRequest, form: UploadForm) -> ImportBatch:
    batch = form.receive(by=registrar(request), at=timezone.now())
    queue("stage_import", batch, request)
    return batch


@login_required
@never_cache
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the import is; then what it would do; then what it did."""
    batch = batch_of(request, pk)
    context = {
        "batch": batch,
        "club": batch.club,
        "progress": queries.progress_of(batch, at=timezone.now()),
        "reading": queries.reading_of(batch),
        "refusal": queries.refusal_of(batch),
        "issues": queries.issue_page(batch, page_number(request)),
        "tabs": verdict_tabs(batch),
        "effects": effect_tabs(batch),
        "doubts": count_doubts(batch) if batch.state == ImportBatch.State.STAGED else 0,
        "alarm": alarm_of(batch),
    }
    return render(request, "records/import.html", context)


@from_its_page
@never_cache
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress alone, asked for every second; once the work is over the page is asked for anew."""
    batch = batch_of(request, pk)
    progress = queries.progress_of(batch, at=timezone.now())
    if progress is None or not progress.job.is_open:
        return HttpResponseClientRefresh()
    return render(request, "records/import_progress.html", {"batch": batch, "progress": progress})


@from_its_page
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Have all of it applied, or the clean part; a large share of the club is asked about twice."""
    batch, clean, sure = batch_of(request, pk), request.POST.get("part") == "clean", "sure" in request.POST
    try:
        confirm_import(batch, by=registrar(request), at=timezone.now(), clean_only=clean, sure=sure)
    except NeedsSecondWord as question:
        return _ask_again(request, batch, question)
    except (NotStaged, UnderWay) as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


@from_its_page
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    try:
        take_back(batch, by=registrar(request), at=timezone.now(), sure="sure" in request.POST)
    except NeedsSecondWord as question:
        return _ask_again(request, batch, question)
    except (NotApplied, UnderWay) as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


def _ask_again(request: HttpRequest, batch: ImportBatch, question: NeedsSecondWord) -> HttpResponse:
    context = {"batch": batch, "club": batch.club, "question": question, "part": request.POST.get("part", "")}
    return render(request, "records/import_sure.html", {**context, "asked": "asked" in request.POST}, status=422)
