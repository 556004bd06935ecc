"""A registrar's pages: hand a file in, see what it would do, confirm it, take it back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from records.actions.applying import NotStaged
from records.actions.receiving import receive_file
from records.actions.remapping import choose_columns
from records.domain.refusals import FileRefused
from records.forms import MappingForm, UploadForm
from records.models import ImportBatch
from records.queries import imports as queries
from records.queries.exports import guarded
from records.queries.lines import page_of
from records.sentences import say
from records.views.addresses import page_number
from trackhub.clubs.actions.jobs import queue_job
from trackhub.clubs.models import Club, User

RIGHT = "clubs.import_into_club"
View = Callable[[HttpRequest, int], HttpResponse]


def _from_its_page(view: View) -> View:
    """For addresses that nobody opens by themselves: who logs in on the way there comes to the import's page."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, pk)
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        return redirect_to_login(reverse("import", args=[pk]))

    return guarded


def _require_right(request: HttpRequest, club: Club | None) -> None:
    """403 for the club's people without the right, 404 for everybody else."""
    if request.user.has_perm(RIGHT, club):
        return
    if club is not None and request.user.has_perm("clubs.view_club_private", club):
        raise PermissionDenied
    raise Http404


def _club(request: HttpRequest, slug: str) -> Club:
    club = get_object_or_404(Club, slug=slug)
    _require_right(request, club)
    return club


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    batch = queries.import_known_to(request.user, pk)
    if batch is None:
        raise Http404
    _require_right(request, batch.club)
    return batch


def _queue(task: str, batch: ImportBatch, request: HttpRequest) -> None:
    by = request.user if isinstance(request.user, User) else None
    queue_job(f"records.{task}", subject=batch.pk, by=by, club=batch.club, at=timezone.now())


@login_required
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    club = _club(request, slug)
    return render(
        request,
        "records/imports.html",
        {"club": club, "imports": page_of(queries.imports_of(club), page_number(request))},
    )


@login_required
def new_import(request: HttpRequest, slug: str) -> HttpResponse:
    club = _club(request, slug)
    sources = queries.sources_of(club)
    first: dict[str, object] = {"kind": ImportBatch.Kind.PERFORMANCES, "date_order": "iso"}
    first["source"] = sources[0] if sources else club.slug[:40]
    sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = UploadForm(**sent, club=club, initial=first | request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_receive(request, club, form))
        except FileRefused as refusal:
            form.add_error("file", say(refusal.code, refusal.values))
    context = {"club": club, "form": form, "sources": sources}
    return render(request, "records/import_new.html", context, status=422 if form.errors else 200)


def _receive(request: HttpRequest, club: Club, form: UploadForm) -> ImportBatch:
    said = form.cleaned_data
    by = request.user if isinstance(request.user, User) else None
    batch = receive_file(
        said["kind"],
        content=said["file"].chunks(),
        filename=said["file"].name,
        source=said["source"],
        by=by,
        at=timezone.now(),
        club=club,
        book=said["book"],
        date_order=said["date_order"],
    )
    _queue("stage_import", batch, request)
    return batch


@login_required
@never_cache
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the import is; then what it would do; then what it did."""
    batch = _batch(request, pk)
    reading = queries.reading_of(batch)
    form = MappingForm(request.POST if request.method == "POST" else None, reading=reading, chosen=batch.mapping)
    if request.method == "POST" and form.is_valid():
        return _read_again(request, batch, form)
    context = {
        "batch": batch,
        "club": batch.club,
        "job": queries.latest_job(batch),
        "reading": reading,
        "refusal": queries.refusal_of(batch),
        "issues": queries.issue_page(batch, page_number(request)),
        "form": form,
    }
    return render(request, "records/import.html", context)


def _read_again(request: HttpRequest, batch: ImportBatch, form: MappingForm) -> HttpResponse:
    try:
        choose_columns(batch, form.columns)
    except NotStaged as refusal:
        messages.error(request, str(refusal))
    else:
        _queue("stage_import", batch, request)
    return redirect(batch)


@_from_its_page
@never_cache
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress alone, asked for every second; once the work is over the page is asked for anew."""
    batch = _batch(request, pk)
    job = queries.latest_job(batch)
    if job is None or not job.is_open:
        return HttpResponseClientRefresh()
    return render(request, "records/import_progress.html", {"batch": batch, "job": job})


@_from_its_page
@require_POST
def confirm_import(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    if batch.state == ImportBatch.State.STAGED:
        _queue("apply_import", batch, request)
    else:
        messages.error(request, str(NotStaged()))
    return redirect(batch)


@_from_its_page
@require_POST
def take_back_import(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    if batch.state == ImportBatch.State.APPLIED:
        _queue("undo_import", batch, request)
    else:
        messages.error(request, _("Only an import that was applied can be taken back."))
    return redirect(batch)


class _Echo:
    """A file that hands back what the CSV writer writes."""

    def write(self, text: str) -> str:
        return text


@login_required
def refused_rows(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The refused rows as CSV, for the person who keeps the sheet."""
    batch = _batch(request, pk)
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow([_("row"), _("column"), _("what is wrong")])
        for texts in queries.refused_lines(batch):
            yield writer.writerow([guarded(text) for text in texts])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{batch.pk}-refused.csv"'
    return response
