"""The yearbook of a club's season, made while one waits."""

from __future__ import annotations

from math import ceil

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from records.documents.yearbook import yearbook_pdf
from records.queries.yearbook import FIRST_SEASON, LAST_SEASON, printed
from trackhub.clubs.models import Club
from trackhub.clubs.rest.limits import seconds_to_wait


@require_safe
def yearbook(request: HttpRequest, slug: str, season: int) -> HttpResponse:
    """A PDF with the names that the visitor may see, in the visitor's language."""
    club = get_object_or_404(Club, slug=slug)
    if not FIRST_SEASON <= season <= LAST_SEASON:
        raise Http404
    if wait := ceil(seconds_to_wait("export", request)):
        sentence = _("Too many downloads. Come again in %(n)s seconds.") % {"n": wait}
        headers = {"Retry-After": str(wait)}
        return HttpResponse(sentence, status=429, content_type="text/plain; charset=utf-8", headers=headers)
    content = yearbook_pdf(printed(club, season, request.user, today=timezone.localdate()))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{club.slug}-{season}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
