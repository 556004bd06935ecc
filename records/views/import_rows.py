"""An import looked into: its rows, its effects, what stayed when it was taken back, and files to take along."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from records.documents.sheets import table_response
from records.domain.columns import targets
from records.domain.refusals import FileRefused
from records.domain.samples import SAMPLES
from records.queries import import_impact, import_rows, kept
from records.queries import imports as queries
from records.queries.annotating import annotated_rows
from records.sentences import say
from records.views.importing import batch_of, club_of, row_number


@login_required
@never_cache
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    batch, show = batch_of(request, pk), request.GET.get("show", "all")
    if show not in import_rows.SHOWN:
        raise Http404
    context = {
        "batch": batch,
        "club": batch.club,
        "show": show,
        "tabs": import_rows.verdict_tabs(batch),
        "rows": import_rows.row_page(batch, show, row_number(request), request.user),
    }
    return render(request, "records/import_rows.html", context)


@login_required
@never_cache
def impact(request: HttpRequest, pk: int) -> HttpResponse:
    batch, show = batch_of(request, pk), request.GET.get("show", "record")
    if show not in import_impact.SHOWN:
        raise Http404
    effects, last = import_impact.effect_page(batch, show, row_number(request), request.user)
    context = {
        "batch": batch, "club": batch.club, "show": show, "tabs": import_impact.effect_tabs(batch),
        "effects": effects, "last": last, "after": row_number(request),
    }  # fmt: skip
    return render(request, "records/import_impact.html", context)


@login_required
@never_cache
def kept_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """What taking the import back left in place, and why."""
    batch = batch_of(request, pk)
    if "undo" not in batch.result:
        return redirect(batch)
    found, more = kept.kept_of(batch, request.user, row_number(request))
    context = {
        "batch": batch, "club": batch.club, "kept": found, "last": found[-1].pk if more else None,
        "athletes": kept.athletes_kept(batch, request.user), "after": row_number(request),
    }  # fmt: skip
    return render(request, "records/import_kept.html", context)


@login_required
@never_cache
def annotated_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it came, with what became of each row beside it."""
    batch = batch_of(request, pk)
    try:
        delimiter, header, lines = annotated_rows(batch)
    except FileRefused as refusal:
        messages.error(request, say(refusal.code, refusal.values))
        return redirect(batch)
    return table_response(f"import-{batch.pk}", "csv" if delimiter else "xlsx", header, lines, delimiter or ",")


@login_required
@never_cache
def refused_rows(request: HttpRequest, pk: int) -> FileResponse | StreamingHttpResponse:
    """The refused rows as CSV, for the person who keeps the sheet."""
    batch = batch_of(request, pk)
    header = [_("row"), _("column"), _("what is wrong")]
    return table_response(f"import-{batch.pk}-refused", "csv", header, queries.refused_lines(batch))


@login_required
def import_template(request: HttpRequest, slug: str, kind: str, form: str) -> FileResponse | StreamingHttpResponse:
    """A file to begin with: the columns that an import understands, and two rows as they are written."""
    club_of(request, slug)
    if kind not in SAMPLES or form not in ("csv", "xlsx"):
        raise Http404
    header = targets(kind)
    lines = ([row.get(name, "") for name in header] for row in SAMPLES[kind])
    return table_response(f"trackhub-{kind}", form, header, lines)
