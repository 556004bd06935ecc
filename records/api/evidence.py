"""What a claim is decided by, line by line with the files that show it; and the certificate of what was decided."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.proving import ProofRefused, add_evidence, remove_evidence
from records.api import examples
from records.api.claims import COLUMNS, KEEP, ListedClaim, Shape, claim_or_404, shaped
from records.api.own import OwnView
from records.api.serializers import PerformanceShape
from records.documents.certificates import certificate_pdf
from records.domain.refusals import FileRefused
from records.forms.claims import pieces
from records.models import Evidence, RecordClaim
from records.queries import claims as queries
from records.queries.certificates import certificate_of, printed
from records.queries.voices import acts_for, voices_of
from records.sentences import say
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.models import User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.renderers import FileOrRefusal
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require

KINDS = Evidence.Kind.values
PROOFS = ("application/pdf", "image/jpeg", "image/png", "image/webp")
SHOWN = {
    "id": 7,
    "kind": "results",
    "note": "Page 3 of the results",
    "file": {"id": 4, "name": "proof-4.png", "bytes": 70_120, "type": "image/png"},
    "who": "Alice",
    "when": "2026-11-20T09:00:00Z",
}


class ProofShape(Shape):
    id = serializers.IntegerField(help_text="Its file is at /api/v1/proofs/ID/.")
    name = serializers.CharField()
    bytes = serializers.IntegerField()
    type = serializers.ChoiceField(PROOFS)


@example(SHOWN)
class EvidenceShape(Shape):
    id = serializers.IntegerField()
    kind = serializers.CharField(help_text=", ".join(KINDS))
    note = serializers.CharField(allow_blank=True)
    file = ProofShape(allow_null=True)
    who = serializers.CharField(allow_blank=True)
    when = serializers.DateTimeField()


@example({"kind": "results", "about": "full results", "asked": True, "shown": [SHOWN]})
class CheckedShape(Shape):
    kind = serializers.CharField(help_text=", ".join(KINDS))
    about = serializers.CharField(help_text="The kind in words.")
    asked = serializers.BooleanField(help_text="By the rules of the book.")
    shown = EvidenceShape(many=True, help_text="In whichever of the book's lists the mark is claimed.")


@example({"kind": "results", "note": "Page 3 of the results"}, request=True, media="multipart/form-data")
class NewEvidenceShape(Shape):
    kind = serializers.ChoiceField(KINDS)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    file = serializers.FileField(required=False, help_text="A JPEG, PNG, GIF, WebP or PDF of at most 10 MB.")


@example(
    {
        "book": "harbour",
        "age_group": "",
        "state": "ratified",
        "reason": "",
        "decided": "2026-11-21T09:00:00Z",
        "changed": False,
        "performance": examples.PERFORMANCE,
    }
)
class CertificateShape(Shape):
    book = serializers.CharField()
    age_group = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(RecordClaim.State.values, help_text="What is said of the record today.")
    reason = serializers.CharField(allow_blank=True)
    decided = serializers.DateTimeField()
    changed = serializers.BooleanField(help_text="Whether the mark was corrected or annulled after that.")
    performance = PerformanceShape()


def line_shaped(one: Evidence) -> dict[str, Any]:
    file = one.file and {
        "id": one.file.pk,
        "name": one.file.name,
        "bytes": one.file.size,
        "type": one.file.media_type,
    }
    who = str(one.by) if one.by else ""
    return {"id": one.pk, "kind": one.kind, "note": one.note, "file": file, "who": who, "when": one.at}


class EvidenceView(ApiView):
    def claim(self, request: Request, pk: int) -> tuple[RecordClaim, User]:
        """The claim, and who keeps its club's records."""
        found = claim_or_404(pk)
        return found, require(person(request), KEEP, found.book.club)


class Checklist(EvidenceView):
    private = True
    parser_classes = (MultiPartParser,)

    @extend_schema(responses=CheckedShape(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """The checklist of a claim: what the rules of the book ask for, and what was shown."""
        claim, user = self.claim(request, pk)
        lines = queries.claim_page(claim, user).checklist
        return Response(
            [
                {"kind": one.kind, "about": one.label, "asked": one.asked, "shown": [*map(line_shaped, one.shown)]}
                for one in lines
            ]
        )

    @extend_schema(request=NewEvidenceShape, responses={201: EvidenceShape})
    def post(self, request: Request, pk: int) -> Response:
        """Add a line of evidence: a note, a file or both. What is hidden in a picture goes: where, when and with which
        camera it was taken."""
        (claim, by), order = self.claim(request, pk), NewEvidenceShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = dict(order.validated_data)
        file = pieces(said.pop("file", None))
        try:
            made = add_evidence(claim, file=file, by=by, at=timezone.now(), **said)
        except FileRefused as refusal:
            raise Unprocessable(say(refusal.code, refusal.values), refusal.code) from refusal
        except ProofRefused as refusal:
            raise ValidationError({"note": [str(refusal)]}) from refusal
        return Response(line_shaped(made), status.HTTP_201_CREATED)


class OneEvidence(EvidenceView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int, evidence: int) -> Response:
        """Take a line of evidence out again, with its file. What a decision was made by stays."""
        claim, by = self.claim(request, pk)
        line = queries.evidence_called(claim, evidence)
        if line is None:
            raise Http404
        try:
            remove_evidence(line, by=by, at=timezone.now())
        except ProofRefused as refusal:
            raise Conflict(str(refusal), "already_decided") from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


class Proof(ApiView):
    private = True
    limit = "export"
    content_negotiation_class = FileOrRefusal

    @extend_schema(responses={(200, kind): OpenApiTypes.BINARY for kind in PROOFS})
    def get(self, request: Request, pk: int) -> FileResponse:
        """A file that shows something, for the keepers of the club's records and whoever reported with it."""
        user, found = person(request), queries.proof_called(pk)
        if found is None:
            raise Http404
        if not queries.reported_with(found, user):
            require(user, KEEP, found.club)
            note_reading(f"prooffile {found.pk}", by=user, at=timezone.now(), club=found.club)
        return to_keep(bytes(found.content), found.media_type, found.name)


def to_keep(content: bytes, media_type: str, name: str) -> FileResponse:
    """A file to download, never shown as a page of the site."""
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=media_type)


class MyClaims(OwnView):
    @extend_schema(responses=ListedClaim(many=True))
    def get(self, request: Request) -> Response:
        """Claims of your own and your wards' marks, the newest first, and what became of them."""
        user = person(request)
        mine = queries.claims_of(voices_of(user, on=timezone.localdate()), user)
        ids = [one.pk for entry in mine for one in entry.claims]
        return Response(shaped(queries.claims_numbered(ids).order_by("-opened", "-pk").values(*COLUMNS), user))


def certified_or_404(code: str) -> RecordClaim:
    found = queries.certified(code)
    if found is None:
        raise Http404
    return found


@extend_schema(responses=CertificateShape)
class Certificate(ApiView):
    """What a certificate of record certifies, and whether it still stands, for whoever holds one."""

    conditional = True

    def get(self, request: Request, code: str) -> Response:
        claim = certified_or_404(code)
        row = shaped(queries.claims_numbered([claim.pk]).values(*COLUMNS), request.user)[0]
        kept = {name: row[name] for name in ("book", "age_group", "state", "decided", "performance")}
        one = certificate_of(claim, request.user)
        return Response(kept | {"reason": one.reason, "changed": one.changed})


class CertificateFile(ApiView):
    private = True
    limit = "export"
    content_negotiation_class = FileOrRefusal

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str) -> FileResponse:
        """The certificate of a ratified record on paper, for the club's people and the athlete. In the language of
        whoever asks."""
        user, claim = person(request), certified_or_404(code)
        athlete, club = claim.performance.athlete, claim.book.club
        if athlete is None or not acts_for(user, athlete, on=timezone.localdate()):
            require(user, "clubs.view_club_private", club)
        if claim.state != RecordClaim.State.RATIFIED:
            raise Http404
        address = request.build_absolute_uri(reverse("certificate", args=[code]))
        words, language = printed(certificate_of(claim, user)), get_language() or "en"
        content = certificate_pdf(words, colour=club.colour if club else "", address=address, language=language)
        return to_keep(content, "application/pdf", f"record-{claim.pk}.pdf")
