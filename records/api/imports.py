"""A file handed in by a program: upload, look, confirm, take back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.applying import NotStaged
from records.actions.confirming import NeedsSecondWord, UnderWay, confirm_import, take_back
from records.actions.remapping import NoCandidate, choose_columns, settle_people
from records.actions.undoing import NotApplied
from records.api import serializers as shape
from records.domain.refusals import FileRefused
from records.forms.imports import UploadForm
from records.models import ImportBatch
from records.queries import catalogue
from records.queries import imports as queries
from records.queries.doubts import doubts_after
from records.queries.issues import issues_of
from records.sentences import say
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.actions.jobs import queue_job
from trackhub.clubs.models import Club, Job, User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.views import ApiView, ListView
from trackhub.clubs.rules import require

RIGHT = "clubs.import_into_club"


def batch_of(request: Request, pk: int) -> ImportBatch:
    """The import, if the visitor may look at it; that they did is noted."""
    user = person(request)
    batch = queries.import_known_to(user, pk)
    if batch is None:
        raise Http404
    require(user, RIGHT, batch.club)
    note_reading(f"import {batch.pk}", by=user, at=timezone.now(), club=batch.club)
    return batch


def shaped(batch: ImportBatch, job: Job | None) -> dict[str, Any]:
    progress = {"state": job.state, "done": job.done, "total": job.total, "message": job.message} if job else None
    return {
        "id": batch.pk,
        "kind": batch.kind,
        "state": batch.state,
        "club": batch.club.slug if batch.club else None,
        "source": batch.source,
        "filename": batch.filename,
        "received": batch.received,
        "refusal": queries.refusal_of(batch),
        "reading": batch.reading,
        "result": batch.result,
        "job": progress,
    }


def queue(task: str, batch: ImportBatch, by: User) -> Response:
    """The work is queued."""
    queue_job(f"records.{task}", subject=batch.pk, by=by, club=batch.club, at=timezone.now())
    return accepted(batch)


def accepted(batch: ImportBatch) -> Response:
    """202 with the import: look at it again until its job is done."""
    where = reverse("api:import", args=[batch.pk])
    return Response(shaped(batch, queries.latest_job(batch)), status.HTTP_202_ACCEPTED, headers={"Location": where})


class Imports(ListView):
    """Imports into the clubs whose records you keep."""

    conditional = False
    private = True
    serializer_class = shape.ImportShape
    parser_classes = (MultiPartParser,)
    filterset_class = None

    @property
    def limit(self) -> str:
        return "import" if self.request.method == "POST" else "read"

    def get_queryset(self) -> Any:
        return catalogue.imports_seen_by(person(self.request))

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        jobs = catalogue.latest_jobs(rows)
        return [shaped(batch, jobs.get(batch.pk)) for batch in rows]

    def get(self, request: Request, **kwargs: Any) -> Response:
        return super().get(request, **kwargs)

    @extend_schema(request=shape.ImportOrderShape, responses={202: shape.ImportShape})
    def post(self, request: Request) -> Response:
        """Hand a file in. It is read and judged in the background, and nothing is changed before you confirm."""
        by = person(request)
        club = catalogue.club_called(str(_said(request).get("club", "")).replace("\0", ""))
        if club is None:
            raise Http404
        require(by, RIGHT, club)
        return queue("stage_import", _receive(request, club, by), by)


def _said(request: Request) -> QueryDict:
    """A multipart body is a form; anything else was refused by the parser."""
    assert isinstance(request.data, QueryDict)  # noqa: S101
    return request.data


def _receive(request: Request, club: Club, by: User) -> ImportBatch:
    """By the form of the page, which knows what a registrar may send."""
    usual = {"source": club.slug[:40], "date_order": "iso"}
    form = UploadForm({**usual, **_said(request).dict()}, request.FILES, club=club)
    if not form.is_valid():
        raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    try:
        return form.receive(by=by, at=timezone.now())
    except FileRefused as refusal:
        raise Unprocessable(say(refusal.code, refusal.values), refusal.code) from refusal


@extend_schema(responses=shape.ImportShape)
class OneImport(ApiView):
    """How far an import is; what it would do; what it did."""

    private = True

    def get(self, request: Request, pk: int) -> Response:
        batch = batch_of(request, pk)
        return Response(shaped(batch, queries.latest_job(batch)))


@extend_schema(responses=shape.IssueShape(many=True))
class Issues(ApiView):
    """Every row of the file with something to say, in the file's order, the first thousand."""

    private = True

    def get(self, request: Request, pk: int) -> Response:
        found = []
        for issue in issues_of(batch_of(request, pk)):
            found.append({**issue, "row": issue["row"] or 0, "column": issue["column"] or ""})
            if len(found) == 1000:
                break
        return Response(found)


@extend_schema(request=shape.ColumnsShape, responses={202: shape.ImportShape})
class ImportColumns(ApiView):
    """Say which column of the file is which, and read it again."""

    def post(self, request: Request, pk: int) -> Response:
        batch, order = batch_of(request, pk), shape.ColumnsShape(data=request.data)
        order.is_valid(raise_exception=True)
        columns, reading = order.validated_data["columns"], queries.reading_of(batch)
        left_out, header = order.validated_data["left_out"], set(reading.header)
        if not set(columns) <= set(reading.targets) or not {*columns.values(), *left_out} <= header:
            raise ValidationError({"columns": [_("Columns are those of the file, targets those of its kind.")]})
        try:
            choose_columns(batch, columns, left_out)
        except NotStaged as refusal:
            raise Conflict(str(refusal), "not_staged") from refusal
        return queue("stage_import", batch, person(request))


@extend_schema(responses=shape.DoubtShape(many=True))
class People(ApiView):
    """Persons of the file who may be athletes there already, the first ones; say who is meant, and it is read again."""

    private = True

    def get(self, request: Request, pk: int) -> Response:
        found, _more = doubts_after(batch_of(request, pk), 0)
        return Response(
            [
                {"key": one.key, "name": one.name, "born": one.born, "row": one.row, "rows": one.rows,
                 "candidates": list(one.candidates)}
                for one in found
            ]
        )  # fmt: skip

    @extend_schema(request=shape.PeopleShape, responses={202: shape.ImportShape})
    def post(self, request: Request, pk: int) -> Response:
        batch, order, by = batch_of(request, pk), shape.PeopleShape(data=request.data), person(request)
        order.is_valid(raise_exception=True)
        try:
            settle_people(batch, order.validated_data["people"], by=by, at=timezone.now())
        except NoCandidate as refusal:
            raise ValidationError({"people": [str(refusal)]}) from refusal
        except NotStaged as refusal:
            raise Conflict(str(refusal), "not_staged") from refusal
        return queue("stage_import", batch, by)


def _word(request: Request) -> dict[str, bool]:
    order = shape.ImportWordShape(data=request.data or {})
    order.is_valid(raise_exception=True)
    return dict(order.validated_data)


@extend_schema(request=shape.ImportWordShape, responses={202: shape.ImportShape})
class ConfirmImport(ApiView):
    """Apply every row of an import that wasn't refused, or those without a doubt. A file that would change a large
    share of the club is applied only when you say that you are sure."""

    def post(self, request: Request, pk: int) -> Response:
        batch, by = batch_of(request, pk), person(request)
        try:
            confirm_import(batch, by=by, at=timezone.now(), **_word(request))
        except (NotStaged, NeedsSecondWord, UnderWay) as refusal:
            raise _conflict(refusal) from refusal
        return accepted(batch)


@extend_schema(request=shape.ImportWordShape, responses={202: shape.ImportShape})
class UndoImport(ApiView):
    """Take back what an import created, except for what a person has changed since."""

    def post(self, request: Request, pk: int) -> Response:
        batch, by = batch_of(request, pk), person(request)
        try:
            take_back(batch, by=by, at=timezone.now(), sure=_word(request)["sure"])
        except (NotApplied, NeedsSecondWord, UnderWay) as refusal:
            raise _conflict(refusal) from refusal
        return accepted(batch)


_CODES: dict[type[Exception], str] = {
    NotStaged: "not_staged", NotApplied: "not_applied", NeedsSecondWord: "needs_second_word", UnderWay: "under_way",
}  # fmt: skip


def _conflict(refusal: Exception) -> Conflict:
    return Conflict(str(refusal), _CODES[type(refusal)])
