"""Who is who: possible duplicates, two persons told apart, merges and taking them back, athletes changing clubs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.foreseeing import Foreseen, foresee_merge
from records.actions.merging import NotMergeable, merge_athletes, merge_refusal
from records.actions.parting import NotPartable, part_athletes, tell_apart
from records.actions.transferring import TransferRefused, transfer_athlete
from records.api.claims import KEEP, Shape, club_or_404, reference
from records.api.serializers import NamedShape
from records.forms.identity import TransferForm
from records.models import Athlete, AthleteMerge
from records.queries import comparing
from records.queries.athletes import athlete_seen_by
from records.queries.duplicates import likeness_of, merges_of, possible_duplicates
from records.queries.transfers import clubs_to_join
from records.queries.voices import athlete_called, club_of
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.models import Club, User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import likeliest, require

MOST = 100
LATELY = timedelta(days=90)
SAM = {"id": 700_042, "name": "Sam Open"}
TWIN = {"id": 700_999, "name": "Samuel Open"}
MERGE = {"id": 3, "survivor": SAM, "merged": TWIN, "when": "2026-11-20T09:00:00Z", "undone": None}


@example({"one": SAM, "other": TWIN, "score": 82, "reasons": ["born on the same day"], "doubts": ["other given name"]})
class PairShape(Shape):
    one = NamedShape(help_text="The older entry.")
    other = NamedShape()
    score = serializers.IntegerField(help_text="Of 100.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What speaks for one person.")
    doubts = serializers.ListField(child=serializers.CharField(), help_text="What speaks against it.")


@example(MERGE)
class MergeShape(Shape):
    id = serializers.IntegerField()
    survivor = NamedShape()
    merged = NamedShape()
    when = serializers.DateTimeField()
    undone = serializers.DateTimeField(allow_null=True)


@example(MERGE | {"undone": "2026-11-21T09:00:00Z", "stayed": ["1 fact of Sam Open stays as it is, because …"]})
class PartedShape(MergeShape):
    stayed = serializers.ListField(child=serializers.CharField(), help_text="What stays with the survivor, and why.")


@example({"merged": TWIN["id"]}, request=True)
class NewMergeShape(Shape):
    merged = reference(help_text="The athlete who becomes the one of the address.")


@example({"other": TWIN["id"]}, request=True)
class OtherShape(Shape):
    other = reference(help_text="The athlete who is somebody else than the one of the address.")


@example({"one": SAM, "other": TWIN})
class TwoShape(Shape):
    one = NamedShape()
    other = NamedShape()


class BesideShape(Shape):
    about = serializers.CharField()
    survivor = serializers.ListField(child=serializers.CharField())
    merged = serializers.ListField(child=serializers.CharField())


class TakenOverShape(Shape):
    about = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class MovedShape(Shape):
    what = serializers.CharField()
    number = serializers.IntegerField()


class BestBesideShape(Shape):
    discipline = serializers.CharField()
    survivor = serializers.CharField(allow_blank=True)
    merged = serializers.CharField(allow_blank=True)
    both = serializers.CharField(allow_blank=True)


class RecordMoveShape(Shape):
    book = serializers.CharField()
    mark = serializers.CharField()
    holder = serializers.CharField(allow_blank=True)
    groups = serializers.ListField(child=serializers.CharField())
    comes = serializers.BooleanField(help_text="Whether it would stand as a record, or stand no longer.")


@example(
    {
        "survivor": SAM,
        "merged": TWIN,
        "refusal": "",
        "two": False,
        "score": 82,
        "reasons": ["born on the same day"],
        "doubts": ["other given name"],
        "facts": [{"about": "Given name", "survivor": ["Sam"], "merged": ["Samuel"]}],
        "moves": [{"what": "Performances", "number": 3}],
        "doubles": ["100 m 10.52, 1 Jun 2026"],
        "takes_over": [{"about": "Country", "before": "", "after": "GBR"}],
        "remarks": [],
        "bests": [{"discipline": "100 m", "survivor": "10.52", "merged": "10.60", "both": "10.52"}],
        "records": [
            {"book": "Harbour AC", "mark": "100 m 10.52", "holder": "Sam Open", "groups": ["all ages"], "comes": True}
        ],
    }
)
class MergePreviewShape(Shape):
    survivor = NamedShape()
    merged = NamedShape()
    refusal = serializers.CharField(allow_blank=True, help_text="Why they can't be merged; then nothing is foreseen.")
    two = serializers.BooleanField(help_text="Somebody has said that they are two persons.")
    score = serializers.IntegerField(help_text="How much they look like one person, of 100.")
    reasons = serializers.ListField(child=serializers.CharField())
    doubts = serializers.ListField(child=serializers.CharField())
    facts = BesideShape(many=True, help_text="What is entered of each.")
    moves = MovedShape(many=True)
    doubles = serializers.ListField(child=serializers.CharField(), help_text="Results that both have: one is annulled.")
    takes_over = TakenOverShape(many=True, help_text="What the survivor takes over.")
    remarks = serializers.ListField(child=serializers.CharField())
    bests = BestBesideShape(many=True)
    records = RecordMoveShape(many=True)


@example({"to": "", "day": "2026-10-01", "results": []}, request=True)
class NewTransferShape(Shape):
    to = serializers.SlugField(allow_blank=True, help_text="A club whose records you keep; blank: none.")
    day = serializers.DateField(help_text="The first in the new club.")
    results = serializers.ListField(
        child=reference(), required=False, default=list, max_length=10_000,
        help_text="Performances since that day that go along; others go on counting for the former club.",
    )  # fmt: skip


@example({"athlete": SAM, "to": "", "day": "2026-10-01", "moved": 0})
class TransferShape(Shape):
    athlete = NamedShape()
    to = serializers.CharField(allow_blank=True)
    day = serializers.DateField()
    moved = serializers.IntegerField(help_text="How many results went along.")


def _named(athlete: Athlete) -> dict[str, Any]:
    return {"id": athlete.pk, "name": str(athlete)}


def _merge(one: AthleteMerge) -> dict[str, Any]:
    both = {"survivor": _named(one.survivor), "merged": _named(one.merged)}
    return {"id": one.pk, **both, "when": one.at, "undone": one.undone}


@extend_schema(responses=PairShape(many=True))
class Duplicates(ApiView):
    """Athletes of the club who may be one person, the likeliest first, a hundred pairs at most."""

    private = True

    def get(self, request: Request, slug: str) -> Response:
        user, club = person(request), club_or_404(slug)
        require(user, KEEP, club)
        return Response(
            [
                {"one": _named(pair.one), "other": _named(pair.other), "score": pair.score, "reasons": pair.reasons,
                 "doubts": pair.doubts}
                for pair in possible_duplicates(club)[:MOST]
            ]
        )  # fmt: skip


@extend_schema(responses=MergeShape(many=True))
class Merges(ApiView):
    """Merges of the club's athletes that stand, those of the last three months, the newest first."""

    private = True

    def get(self, request: Request, slug: str) -> Response:
        user, club = person(request), club_or_404(slug)
        require(user, KEEP, club)
        return Response([_merge(one) for one in merges_of(club, since=timezone.now() - LATELY)])


def _pair(request: Request, pk: int, shape: type[Shape], name: str) -> tuple[User, Club, tuple[Athlete, Athlete]]:
    """Who asks, for which club, about which two athletes: the one of the address, and the one whom ``name`` of the
    order names."""
    by, found = person(request), athlete_called(pk)
    club = likeliest(by, KEEP, comparing.clubs_ever(found)) if found else None
    require(by, KEEP, club)
    order = shape(data=request.data)
    order.is_valid(raise_exception=True)
    pair = comparing.pair_known_to(by, club, pk, order.validated_data[name]) if club else None
    if club is None or pair is None:
        raise Http404
    return by, club, pair


@extend_schema(request=NewMergeShape, responses=MergePreviewShape)
class PreviewMerge(ApiView):
    """See two athletes side by side, and what merging the second into the first would do. Nothing is changed."""

    def post(self, request: Request, pk: int) -> Response:
        by, club, pair = _pair(request, pk, NewMergeShape, "merged")
        refusal, foreign = merge_refusal(*pair, by=by), comparing.foreign_club(by, *pair)
        for athlete in pair:
            note_reading(f"athlete {athlete.pk}", by=by, at=timezone.now(), club=club)
        alike = likeness_of(*pair)
        return Response(
            {
                "survivor": _named(pair[0]),
                "merged": _named(pair[1]),
                "refusal": refusal,
                "two": comparing.said_to_be_two(*pair) is not None,
                "score": alike.score,
                "reasons": alike.reasons,
                "doubts": alike.doubts,
                "facts": [
                    {"about": one.label, "survivor": one.one, "merged": one.other}
                    for one in comparing.facts_beside(*pair, whole=not foreign)
                ],
                **_foreseen(NOTHING if refusal else foresee_merge(*pair, by)),
            }
        )


NOTHING = Foreseen([], [], [], [], [], [])


def _foreseen(found: Foreseen) -> dict[str, Any]:
    return {
        "moves": [{"what": what, "number": number} for what, number in found.moves],
        "doubles": found.doubles,
        "takes_over": [{"about": about, "before": was, "after": now} for about, was, now in found.facts],
        "remarks": found.remarks,
        "bests": [asdict(one) for one in found.bests],
        "records": [asdict(one) for one in found.records],
    }


@extend_schema(request=OtherShape, responses=TwoShape)
class TellApart(ApiView):
    """Say that two athletes are two persons. They are no possible duplicates any more."""

    def post(self, request: Request, pk: int) -> Response:
        by, _club, pair = _pair(request, pk, OtherShape, "other")
        if pair[0].merged_into_id or pair[1].merged_into_id:
            raise Conflict(merge_refusal(*pair, by=by), "merged")
        tell_apart(*pair, by=by, at=timezone.now())
        return Response({"one": _named(pair[0]), "other": _named(pair[1])})


@extend_schema(request=NewMergeShape, responses={201: MergeShape})
class Merge(ApiView):
    """Merge another athlete into this one, who keeps everything of both. It can be taken back."""

    def post(self, request: Request, pk: int) -> Response:
        by, _club, pair = _pair(request, pk, NewMergeShape, "merged")
        try:
            made = merge_athletes(pair[0], merged=pair[1], by=by, at=timezone.now())
        except NotMergeable as refused:
            raise Unprocessable(str(refused), "refused") from refused
        return Response(_merge(made), status.HTTP_201_CREATED)


@extend_schema(request=None, responses=PartedShape)
class UndoMerge(ApiView):
    """Take a merge back: two athletes again, as far as nothing has been changed since."""

    def post(self, request: Request, pk: int) -> Response:
        by, merge = person(request), comparing.merge_called(pk)
        if merge is None:
            raise Http404
        require(by, KEEP, likeliest(by, KEEP, comparing.clubs_ever(merge.survivor)))
        try:
            parted = part_athletes(merge, by=by, at=timezone.now())
        except NotPartable as refused:
            raise Unprocessable(str(refused), "refused") from refused
        stayed = [sentence.replace("{name}", str(merge.survivor)) for sentence in parted.sentences]
        return Response({**_merge(merge), "stayed": stayed})


@extend_schema(request=NewTransferShape, responses=TransferShape)
class Transfer(ApiView):
    """Let an athlete belong to another club from a day on; the spell in the former club ends the day before."""

    def post(self, request: Request, pk: int) -> Response:
        by, today = person(request), timezone.localdate()
        athlete = athlete_seen_by(by, pk)
        if athlete is None or athlete.erased:
            raise Http404
        if not clubs_to_join(by):
            require(by, KEEP, club_of(athlete, on=today))
        order = NewTransferShape(data=request.data)
        order.is_valid(raise_exception=True)
        form = TransferForm(order.validated_data, athlete=athlete, user=by, today=today)
        if not form.is_valid():
            raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
        said = form.cleaned_data
        to, ids = form.clubs.get(said["to"]), {int(one) for one in said["results"]}
        try:
            moved = transfer_athlete(athlete, to=to, on=said["day"], by=by, at=timezone.now(), results=ids)
        except TransferRefused as refusal:
            raise Unprocessable(str(refusal), "refused") from refusal
        where = {"to": to.slug if to else "", "day": said["day"]}
        return Response({"athlete": _named(athlete), **where, "moved": moved})
