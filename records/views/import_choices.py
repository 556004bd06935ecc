"""What only a registrar knows of a file: what its columns say, and whom its names mean."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from records.actions.applying import NotStaged
from records.actions.remapping import NoCandidate, choose_columns, settle_people
from records.domain.refusals import FileRefused
from records.forms.imports import MappingForm, PeopleForm
from records.models import ImportBatch
from records.queries import doubts
from records.queries.originals import columns_shown
from records.sentences import say
from records.views.importing import batch_of, queue, registrar, row_number


@login_required
@never_cache
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Each column of the file with its first rows, and what it is taken for."""
    batch = batch_of(request, pk)
    try:
        shown = columns_shown(batch)
    except FileRefused as refusal:
        messages.error(request, say(refusal.code, refusal.values))
        return redirect(batch)
    form = MappingForm(request.POST if request.method == "POST" else None, batch=batch, shown=shown)
    if request.method == "POST" and form.is_valid():
        try:
            choose_columns(batch, form.columns, form.left_out)
        except NotStaged as refused:
            messages.error(request, str(refused))
        else:
            queue("stage_import", batch, request)
        return redirect(batch)
    context = {"batch": batch, "club": batch.club, "form": form}
    return render(request, "records/import_columns.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def import_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Persons in doubt beside those who may be meant."""
    batch = batch_of(request, pk)
    found, more = doubts.doubts_after(batch, row_number(request))
    comparisons = doubts.compared(batch, found, registrar(request))
    form = PeopleForm(request.POST if request.method == "POST" else None, comparisons=comparisons)
    if request.method == "POST" and form.is_valid():
        return _settle(request, batch, form)
    context = {
        "batch": batch, "club": batch.club, "form": form, "decisions": doubts.decisions_of(batch),
        "last": found[-1].row if more else None,
    }  # fmt: skip
    return render(request, "records/import_people.html", context, status=422 if form.errors else 200)


def _settle(request: HttpRequest, batch: ImportBatch, form: PeopleForm) -> HttpResponse:
    undecided = request.POST.getlist("undecided")
    if not (form.people or undecided):
        return redirect(request.get_full_path())
    try:
        settle_people(batch, form.people, undecided, by=registrar(request), at=timezone.now())
    except (NoCandidate, NotStaged) as refusal:
        messages.error(request, str(refusal))
    else:
        queue("stage_import", batch, request)
    return redirect(batch)
