"""Certificates: on paper for the club and the athlete, and a page for whoever scans one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from records.documents.certificates import certificate_pdf
from records.models import RecordClaim
from records.queries.certificates import certificate_of, file_name, printed
from records.queries.claims import certified
from records.queries.voices import acts_for
from trackhub.clubs.rules import require


def _certified(code: str) -> RecordClaim:
    found = certified(code) if code.isascii() and "\0" not in code else None
    if found is None:
        raise Http404
    return found


def _may_print(request: HttpRequest, claim: RecordClaim) -> bool:
    athlete = claim.performance.athlete
    if athlete is not None and acts_for(request.user, athlete, on=timezone.localdate()):
        return True
    return bool(request.user.has_perm("clubs.view_club_private", claim.book.club))


@never_cache
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """What was certified, and whether it still stands."""
    claim = _certified(code)
    prints = claim.state == RecordClaim.State.RATIFIED and _may_print(request, claim)
    context = {"one": certificate_of(claim, request.user), "club": claim.book.club, "prints": prints}
    return render(request, "records/certificate.html", context)


@login_required
@never_cache
@require_safe
def certificate_file(request: HttpRequest, code: str) -> HttpResponse:
    """The PDF, in the language of whoever asks."""
    claim = _certified(code)
    if not _may_print(request, claim):
        require(request.user, "clubs.view_club_private", claim.book.club)
    if claim.state != RecordClaim.State.RATIFIED:
        raise Http404
    address = request.build_absolute_uri(reverse("certificate", args=[code]))
    one, club = certificate_of(claim, request.user), claim.book.club
    content = certificate_pdf(
        printed(one), colour=club.colour if club else "", address=address, language=get_language() or "en"
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(one)}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
