"""Reports of marks that are missing or wrong: one's own, and the club's answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.forms import Form
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions import reporting
from records.api.changes import translated
from records.api.claims import KEEP, Shape, club_or_404, reference, refused
from records.api.own import OwnView, voice
from records.api.serializers import NamedShape
from records.domain.refusals import FileRefused
from records.forms.claims import AcceptForm, ReportForm, initial_of, initial_of_report, pieces
from records.models import Athlete, MarkReport, Performance
from records.models.performances import Facility
from records.queries import reports as queries
from records.queries.voices import voices_of
from records.sentences import say
from trackhub.clubs.models import Club
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.parsers import BoundedJSONParser
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView, ListView
from trackhub.clubs.rules import likeliest, require

WORDS = ("mark", "wind", "competition", "venue", "text", "state", "answer")


@example(
    {
        "id": 5,
        "athlete": {"id": 700_042, "name": "Sam Open"},
        "kind": "missing",
        "performance": None,
        "discipline": "400",
        "mark": "51.20",
        "date": "2026-06-01",
        "wind": "",
        "competition": "Harbour Open",
        "venue": "Portsmouth",
        "text": "It stands on page 3 of the results.",
        "state": "open",
        "answer": "",
        "reported": "2026-11-20T09:00:00Z",
        "answered": None,
        "outcome": None,
        "file": None,
    }
)
class ReportShape(Shape):
    id = serializers.IntegerField()
    athlete = NamedShape()
    kind = serializers.CharField(help_text=", ".join(MarkReport.Kind.values))
    performance = serializers.IntegerField(allow_null=True, help_text="The one that is wrong.")
    discipline = serializers.CharField()
    mark = serializers.CharField(allow_blank=True, help_text="As it should read.")
    date = serializers.DateField(allow_null=True)
    wind = serializers.CharField(allow_blank=True)
    competition = serializers.CharField(allow_blank=True)
    venue = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    state = serializers.CharField(help_text=", ".join(MarkReport.State.values))
    answer = serializers.CharField(allow_blank=True)
    reported = serializers.DateTimeField()
    answered = serializers.DateTimeField(allow_null=True)
    outcome = serializers.IntegerField(allow_null=True, help_text="The performance that came of it.")
    file = serializers.IntegerField(allow_null=True, help_text="The proof handed in: /api/v1/proofs/ID/.")


class SaidShape(Shape):
    discipline = serializers.CharField(required=False, max_length=40, help_text="A code of /api/v1/disciplines/.")
    mark = serializers.CharField(required=False, max_length=60)
    date = serializers.DateField(required=False)
    wind = serializers.CharField(required=False, allow_blank=True, max_length=10)
    competition = serializers.CharField(required=False, allow_blank=True, max_length=160)
    venue = serializers.CharField(required=False, allow_blank=True, max_length=120)


@example(
    {"athlete": 700_042, "discipline": "400", "mark": "51.20", "date": "2026-06-01", "text": "Page 3 of the results."},
    request=True,
)
class NewReportShape(SaidShape):
    """A mark that is missing (``athlete`` with discipline, mark and date), or wrong (``performance`` with what should
    read otherwise)."""

    athlete = reference(required=False, help_text="Yourself or a ward.")
    performance = reference(required=False)
    text = serializers.CharField(required=False, allow_blank=True, max_length=1000)


@example(
    {"athlete": 700_042, "discipline": "400", "mark": "51.20", "date": "2026-06-01"},
    request=True,
    media="multipart/form-data",
)
class ProvenReportShape(NewReportShape):
    """The same as a form, with a proof."""

    file = serializers.FileField(required=False, help_text="A JPEG, PNG, GIF, WebP or PDF of at most 10 MB.")


@example({"decision": "accept", "answer": "Seen in the results, thank you.", "place": "3"}, request=True)
class AnswerShape(SaidShape):
    """The club's answer. To accept, say what should read otherwise than it was reported."""

    decision = serializers.ChoiceField(["accept", "decline"])
    answer = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=300,
        help_text="The athlete gets it by mail. To decline, it says why.",
    )  # fmt: skip
    facility = serializers.ChoiceField(["", *Facility.values], required=False)
    round = serializers.CharField(required=False, allow_blank=True, max_length=40)
    place = serializers.CharField(required=False, allow_blank=True, max_length=10)


def shaped(one: MarkReport) -> dict[str, Any]:
    return {
        "id": one.pk,
        "athlete": {"id": one.athlete_id, "name": str(one.athlete)},
        "kind": one.kind,
        "performance": one.performance_id,
        "discipline": one.discipline.code if one.discipline else "",
        "date": one.date,
        **{name: getattr(one, name) for name in WORDS},
        "reported": one.at,
        "answered": one.decided,
        "outcome": one.outcome_id,
        "file": one.file_id,
    }


def checked(form: Form) -> None:
    """By the form of the page, which knows what may be said."""
    if not form.is_valid():
        raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})


class MyReports(OwnView):
    parser_classes = (BoundedJSONParser, MultiPartParser)

    @extend_schema(responses=ReportShape(many=True))
    def get(self, request: Request) -> Response:
        """What you have reported, and what was reported about you and your wards, with the club's answers."""
        return Response([shaped(one) for one in queries.reports_by(person(request), on=timezone.localdate())])

    @extend_schema(
        request={"application/json": NewReportShape, "multipart/form-data": ProvenReportShape},
        responses={201: ReportShape},
    )
    def post(self, request: Request) -> Response:
        """Report a mark of yours or of a ward that is missing or wrong; as a form with a file that shows it."""
        order = ProvenReportShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = dict(order.validated_data)
        pk, wrong = said.pop("athlete", None), said.pop("performance", None)
        if (pk is None) == (wrong is None):
            raise ValidationError({"athlete": [_("Name the athlete of a missing mark, or the performance.")]})
        if pk is not None:
            report = _hand_in(_missing, request, voice(request, pk), said)
        else:
            report = _hand_in(_wrong, request, _own_performance(request, wrong), said)
        return Response(shaped(report), status.HTTP_201_CREATED)


def _own_performance(request: Request, pk: int) -> Performance:
    found = queries.own_performance(voices_of(person(request), on=timezone.localdate()), pk)
    if found is None:
        raise Http404
    return found


def _hand_in(report: Callable[..., MarkReport], request: Request, what: Any, said: dict[str, Any]) -> MarkReport:
    try:
        return report(what, said, pieces(said.pop("file", None)), by=person(request), at=timezone.now())
    except reporting.ReportRefused as refusal:
        raise refused(refusal) from refusal
    except FileRefused as refusal:
        raise Unprocessable(say(refusal.code, refusal.values), refusal.code) from refusal


def _missing(athlete: Athlete, said: dict[str, Any], file: Iterable[bytes] | None, **by: Any) -> MarkReport:
    form = ReportForm(said, disciplines=queries.disciplines_for(athlete))
    checked(form)
    return reporting.report_missing(
        athlete, discipline=form.cleaned_data["discipline"], said=form.said, file=file, **by
    )


def _wrong(wrong: Performance, said: dict[str, Any], file: Iterable[bytes] | None, **by: Any) -> MarkReport:
    assert wrong.athlete is not None  # noqa: S101  # it is the visitor's, or a ward's
    form = ReportForm(initial_of(wrong) | said, wrong=wrong, disciplines=queries.disciplines_for(wrong.athlete))
    checked(form)
    return reporting.report_wrong(wrong, said=form.said, file=file, **by)


class WithdrawReport(OwnView):
    @extend_schema(request=None, responses=ReportShape)
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw a report that isn't answered yet."""
        by = person(request)
        found = queries.own_report(by, pk, on=timezone.localdate())
        if found is None:
            raise Http404
        try:
            reporting.withdraw_report(found, by=by, at=timezone.now())
        except reporting.AlreadyAnswered as refusal:
            raise Conflict(str(refusal), "already_answered") from refusal
        return Response(shaped(found))


@extend_schema(parameters=[OpenApiParameter("state", enum=MarkReport.State.values)])
class Reports(ListView):
    """Reports of marks that the club has to answer or has answered, the newest first."""

    conditional = False
    private = True
    serializer_class = ReportShape

    def get_queryset(self) -> Any:
        user, club = person(self.request), club_or_404(self.kwargs["slug"])
        require(user, KEEP, club)
        state = self.request.query_params.get("state", "")
        if state and state not in MarkReport.State.values:
            states = ", ".join(MarkReport.State.values)
            raise ValidationError({"state": [_("Choose among: {all}.").format(all=states)]})
        found = queries.all_reports_to(club, on=timezone.localdate())
        return found.filter(state=state) if state else found

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [shaped(one) for one in rows]


@extend_schema(request=AnswerShape, responses=ReportShape)
class AnswerReport(ApiView):
    """Answer a report. Accepting it enters the missing mark or corrects the wrong one; the athlete gets a mail."""

    def post(self, request: Request, pk: int) -> Response:
        by, found = person(request), queries.report_called(pk)
        club = likeliest(by, KEEP, queries.clubs_to_answer(found, on=timezone.localdate())) if found else None
        if found is None or club is None:
            raise Http404
        require(by, KEEP, club)
        order = AnswerShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = dict(order.validated_data)
        try:
            (_accept if said.pop("decision") == "accept" else _decline)(request, found, club, said)
        except reporting.AlreadyAnswered as refusal:
            raise Conflict(str(refusal), "already_answered") from refusal
        except reporting.ReportRefused as refusal:
            raise refused(refusal, because="answer") from refusal
        return Response(shaped(found))


def _accept(request: Request, report: MarkReport, club: Club, said: dict[str, Any]) -> None:
    form = AcceptForm(initial_of_report(report) | said, disciplines=queries.disciplines_for(report.athlete))
    checked(form)
    words = {"said": form.said, "answer": said["answer"], "address": _address(request)}
    with translated():
        reporting.accept_report(report, club=club, by=person(request), at=timezone.now(), **words)


def _decline(request: Request, report: MarkReport, club: Club, said: dict[str, Any]) -> None:
    words = {"because": said["answer"], "address": _address(request)}
    reporting.decline_report(report, club=club, by=person(request), at=timezone.now(), **words)


def _address(request: Request) -> str:
    return request.build_absolute_uri(reverse("my_reports"))
