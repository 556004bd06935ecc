"""An import looked into: its rows, its effects, what stayed when it was taken back, and files to take along."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.api.claims import KEEP, Shape, club_or_404
from records.api.exports import FILES, KIND
from records.api.imports import batch_of
from records.api.policy import DifferenceShape
from records.api.rankings import choice
from records.api.serializers import NamedShape
from records.documents.sheets import table_response
from records.domain.columns import targets
from records.domain.refusals import FileRefused
from records.domain.samples import SAMPLES
from records.models import ImportEffect, ImportRow
from records.queries import import_impact, import_rows, kept
from records.queries.annotating import annotated_rows
from records.sentences import say
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.renderers import FileOrRefusal
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require

NUMBER = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1, "default": 0}
AFTER = OpenApiParameter("after", NUMBER, description="The ``next`` of the page before.")
NEXT: dict[str, Any] = {"allow_null": True, "help_text": "Where the next page begins: ask with ``after``."}


class SaidShape(Shape):
    column = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class RowShape(Shape):
    row = serializers.IntegerField()
    who = serializers.CharField(allow_blank=True)
    discipline = serializers.CharField(allow_blank=True, help_text="In words.")
    mark = serializers.CharField(allow_blank=True)
    date = serializers.DateField(allow_null=True)
    date_precision = serializers.CharField()
    verdict = serializers.ChoiceField(ImportRow.Verdict.values)
    doubtful = serializers.BooleanField()
    messages = SaidShape(many=True)
    differences = DifferenceShape(many=True, help_text="What a changed row says otherwise than it is known.")


@example(
    {
        "rows": [
            {
                "row": 2,
                "who": "Sam Open",
                "discipline": "100 m",
                "mark": "10.52",
                "date": "2026-06-01",
                "date_precision": "day",
                "verdict": "changed",
                "doubtful": False,
                "messages": [{"column": "wind", "message": "…"}],
                "differences": [{"about": "wind", "before": "+1.4", "after": "+1.1"}],
            }
        ],
        "next": None,
    }
)
class RowsShape(Shape):
    rows = RowShape(many=True)
    next = serializers.IntegerField(**NEXT)


class FormerShape(Shape):
    who = serializers.CharField(allow_blank=True)
    mark = serializers.CharField(allow_blank=True)
    date = serializers.DateField(allow_null=True)


class ImportEffectShape(Shape):
    row = serializers.IntegerField(allow_null=True, help_text="Null for a record that only stands again.")
    who = serializers.CharField(allow_blank=True)
    discipline = serializers.CharField(allow_blank=True, help_text="In words.")
    sex = serializers.CharField(help_text="In words.")
    mark = serializers.CharField(allow_blank=True)
    date = serializers.DateField(allow_null=True)
    book = serializers.CharField(allow_blank=True, help_text="Its name; blank for a best.")
    age_group = serializers.CharField(allow_blank=True)
    facility = serializers.CharField(allow_blank=True)
    equal = serializers.BooleanField()
    stands = serializers.BooleanField(help_text="Whether nothing in the file or before betters it.")
    former = FormerShape(many=True, help_text="The records that would stand no longer.")


@example(
    {
        "effects": [
            {
                "row": 2,
                "who": "Sam Open",
                "discipline": "100 m",
                "sex": "men",
                "mark": "10.52",
                "date": "2026-06-01",
                "book": "Harbour AC",
                "age_group": "",
                "facility": "outdoor",
                "equal": False,
                "stands": True,
                "former": [{"who": "Kim Elder", "mark": "10.61", "date": "1998-07-12"}],
            }
        ],
        "next": None,
    }
)
class EffectsShape(Shape):
    effects = ImportEffectShape(many=True)
    next = serializers.IntegerField(**NEXT)


class KeptShape(Shape):
    performance = serializers.IntegerField()
    text = serializers.CharField()
    why = serializers.CharField()
    who = serializers.CharField(allow_blank=True)
    when = serializers.DateTimeField(allow_null=True)


@example(
    {
        "performances": [
            {
                "performance": 9001,
                "text": "Sam Open, 100 m 10.52, 2026-06-01",
                "why": "the mark was corrected",
                "who": "Alice",
                "when": "2026-11-20T09:00:00Z",
            }
        ],
        "athletes": [{"id": 700_042, "name": "Sam Open"}],
        "next": None,
    }
)
class KeptPageShape(Shape):
    performances = KeptShape(many=True)
    athletes = NamedShape(many=True, help_text="The first of those who stayed.")
    next = serializers.IntegerField(**NEXT)


def after_asked(request: Request) -> int:
    text = request.query_params.get("after", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise ValidationError({"after": [_("The number that the page before gave as next.")]})
    return int(text)


@extend_schema(
    parameters=[OpenApiParameter("show", enum=[*import_rows.SHOWN], default="all"), AFTER], responses=RowsShape
)
class Rows(ApiView):
    """Every row of the file as it was read: who, what, the verdict, and what a changed row changes. Fifty a page."""

    private = True

    def get(self, request: Request, pk: int) -> Response:
        batch = batch_of(request, pk)
        show = choice(request, "show", [*import_rows.SHOWN]) or "all"
        page = import_rows.row_page(batch, show, after_asked(request), request.user)
        return Response({"rows": [_row(one) for one in page.items], "next": page.last})


def _row(one: import_rows.RowLine) -> dict[str, Any]:
    return {
        "row": one.number,
        "who": one.who.name,
        "discipline": one.what,
        "mark": one.mark,
        "date": one.day,
        "date_precision": one.precision,
        "verdict": one.verdict,
        "doubtful": one.doubtful,
        "messages": [{"column": column, "message": message} for column, message in one.messages],
        "differences": [{"about": d.name, "before": d.before, "after": d.after} for d in one.differences],
    }


@extend_schema(
    parameters=[OpenApiParameter("kind", enum=ImportEffect.Kind.values, default="record"), AFTER],
    responses=EffectsShape,
)
class Effects(ApiView):
    """What a staged import would do to bests and records, mark by mark, and whose record would go. Fifty a page."""

    private = True

    def get(self, request: Request, pk: int) -> Response:
        batch = batch_of(request, pk)
        kind = choice(request, "kind", ImportEffect.Kind.values) or ImportEffect.Kind.RECORD
        found, last = import_impact.effect_page(batch, kind, after_asked(request), request.user)
        return Response({"effects": [_effect(one) for one in found], "next": last})


def _effect(one: import_impact.Effect) -> dict[str, Any]:
    plain = ("row", "sex", "mark", "book", "age_group", "facility", "equal", "stands")
    former = [{"who": gone.who, "mark": gone.mark, "date": gone.day} for gone in one.former]
    said = {"who": one.who.name, "discipline": one.what, "date": one.day, "former": former}
    return {name: getattr(one, name) for name in plain} | said


@extend_schema(parameters=[AFTER], responses=KeptPageShape)
class KeptRows(ApiView):
    """What taking the import back left in place, and why. Fifty a page."""

    private = True

    def get(self, request: Request, pk: int) -> Response:
        batch = batch_of(request, pk)
        if "undo" not in batch.result:
            raise NotFound(_("This import hasn't been taken back."))
        found, more = kept.kept_of(batch, person(request), after_asked(request))
        return Response(
            {
                "performances": [
                    {"performance": one.pk, "text": one.text, "why": one.why, "who": one.by, "when": one.at}
                    for one in found
                ],
                "athletes": [{"id": one.pk, "name": str(one)} for one in kept.athletes_kept(batch, person(request))],
                "next": found[-1].pk if more else None,
            }
        )


@extend_schema(responses=FILES)
class AnnotatedCopy(ApiView):
    """The file as it came, CSV or XLSX, with what became of each row beside it."""

    private = True
    limit = "export"
    content_negotiation_class = FileOrRefusal

    def get(self, request: Request, pk: int) -> FileResponse | StreamingHttpResponse:
        batch = batch_of(request, pk)
        try:
            delimiter, header, lines = annotated_rows(batch)
        except FileRefused as refusal:
            raise NotFound(say(refusal.code, refusal.values)) from refusal
        return table_response(f"import-{batch.pk}", "csv" if delimiter else "xlsx", header, lines, delimiter or ",")


@extend_schema(parameters=[OpenApiParameter("what", required=True, enum=[*SAMPLES]), KIND], responses=FILES)
class Template(ApiView):
    """A file to begin with: the columns that an import understands, and two rows as they are written."""

    private = True
    limit = "export"
    content_negotiation_class = FileOrRefusal
    examples = {"what": "performances"}

    def get(self, request: Request, slug: str) -> FileResponse | StreamingHttpResponse:
        require(person(request), KEEP, club_or_404(slug))
        what, kind = choice(request, "what", [*SAMPLES]), choice(request, "kind", ["csv", "xlsx"])
        if not what:
            raise ValidationError({"what": [_("Choose among: {all}.").format(all=", ".join(SAMPLES))]})
        header = targets(what)
        lines = ([row.get(name, "") for name in header] for row in SAMPLES[what])
        return table_response(f"trackhub-{what}", kind, header, lines)
