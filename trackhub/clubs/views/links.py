"""Links for officials: made by those who run competitions, opened at the pit without an account."""

from __future__ import annotations

from io import BytesIO

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trackhub.clubs.actions import official_links as links
from trackhub.clubs.forms import LinkForm
from trackhub.clubs.models import OfficialLink
from trackhub.clubs.queries import links_of
from trackhub.clubs.views.clubs import club_for

PAGE_SIZE = 50
RIGHT = "clubs.run_competitions"


def _address(request: HttpRequest, link: OfficialLink) -> str:
    return request.build_absolute_uri(reverse("desk", args=[links.desk_token(link)]))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def official_links(request: HttpRequest, slug: str) -> HttpResponse:
    """The club's links, and the form for another."""
    club, by = club_for(request, slug, RIGHT)
    today = timezone.localdate()
    form = LinkForm(request.POST if request.method == "POST" else None, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        try:
            link = links.make_official_link(club, by=by, at=timezone.now(), **form.cleaned_data)
        except links.LinkRefused as refusal:
            form.add_error("day", str(refusal))
        else:
            return redirect("official_link", club.slug, link.pk)
    page = Paginator(links_of(club), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"club": club, "form": form, "page": page, "today": today}
    return render(request, "clubs/links.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_safe
def official_link(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One link with its QR code, to be printed or shown on a phone."""
    club, _by = club_for(request, slug, RIGHT)
    link = get_object_or_404(links_of(club), pk=pk)
    context = {"club": club, "link": link, "address": _address(request, link), "today": timezone.localdate()}
    return render(request, "clubs/link.html", context)


@login_required
@never_cache
@require_safe
def official_link_qr(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The QR code alone, black on white whatever the page's colours: cameras want that."""
    club, _by = club_for(request, slug, RIGHT)
    link = get_object_or_404(links_of(club), pk=pk)
    image = BytesIO()
    segno.make(_address(request, link), error="m", micro=False).save(
        image, kind="svg", omitsize=True, dark="#000", light="#fff", title=str(link)
    )
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


@login_required
@require_POST
def revoke_link(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    club, by = club_for(request, slug, RIGHT)
    links.revoke_official_link(get_object_or_404(links_of(club), pk=pk), by=by, at=timezone.now())
    messages.success(request, _("The link is revoked: it opens nothing any more."))
    return redirect("official_links", club.slug)


@never_cache
@require_safe
def desk(request: HttpRequest, token: str) -> HttpResponse:
    """Where the QR code leads. The session keeps the link's number and nothing else; no other page opens by it."""
    link = links.official_link_behind(token)
    if link is None:
        raise Http404
    try:
        links.check_standing(link, timezone.localdate())
    except links.LinkClosed as refusal:
        return render(request, "clubs/closed.html", {"reason": str(refusal)}, status=410)
    if not request.user.is_authenticated and "official_link" not in request.session:
        request.session.cycle_key()  # nobody else may hold the key of the session that opens the desk
    request.session["official_link"] = link.pk
    return render(request, "clubs/desk.html", {"link": link})
