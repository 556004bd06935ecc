"""A club's ceremonies, as its registrars prepare them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.actions import ceremonies as actions
from records.documents.ceremony import ceremony_certificates
from records.forms.ceremonies import CeremonyForm
from records.models import Ceremony
from records.queries import ceremonies as queries
from records.queries.lines import page_of
from records.queries.printed import honours_printed
from records.views.addresses import page_number, text_said
from trackhub.clubs.models import Club, User
from trackhub.clubs.views.clubs import club_for

RIGHT = "clubs.import_into_club"


def ceremony_for(request: HttpRequest, slug: str, pk: int) -> tuple[Ceremony, User]:
    """The ceremony of the address, and the registrar who asks; else 404 or 403."""
    club, by = club_for(request, slug, RIGHT)
    ceremony = queries.ceremony_of(club, pk)
    if ceremony is None:
        raise Http404
    return ceremony, by


def _context(ceremony: Ceremony, **more: object) -> dict[str, object]:
    return {"club": ceremony.club, "ceremony": ceremony, "begun": ceremony.starts <= timezone.now(), **more}


@login_required
@never_cache
@require_safe
def ceremonies(request: HttpRequest, slug: str) -> HttpResponse:
    """All ceremonies, the latest first."""
    club, _by = club_for(request, slug, RIGHT)
    found = queries.ceremonies_of(club, page=page_number(request))
    context = {"club": club, "ceremonies": found, "now": timezone.now()}
    return render(request, "records/ceremonies.html", context)


@login_required
@never_cache
@require_safe
def unrecognised(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a ceremony, and how long."""
    club, by = club_for(request, slug, RIGHT)
    name = text_said(request, "q", 80)
    feats = queries.unrecognised(club, by, today=timezone.localdate(), name=name)
    context = {"club": club, "feats": page_of(feats, page_number(request)), "name": name}
    return render(request, "records/ceremony_waiting.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_ceremony(request: HttpRequest, slug: str) -> HttpResponse:
    club, by = club_for(request, slug, RIGHT)
    form = CeremonyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect(actions.plan_ceremony(club, by=by, at=timezone.now(), **form.cleaned_data))
    return _form_page(request, club, form)


def _form_page(request: HttpRequest, club: Club, form: CeremonyForm, ceremony: Ceremony | None = None) -> HttpResponse:
    context = {"club": club, "form": form, "ceremony": ceremony, "zone": timezone.get_current_timezone_name()}
    return render(request, "records/ceremony_edit.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit_ceremony(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    ceremony, by = ceremony_for(request, slug, pk)
    first = {name: getattr(ceremony, name) for name in CeremonyForm.Meta.fields}
    form = CeremonyForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        actions.change_ceremony(ceremony, by=by, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The ceremony is changed."))
        return redirect(ceremony)
    return _form_page(request, ceremony.club, form, ceremony)


@login_required
@require_POST
def cancel_ceremony(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    ceremony, by = ceremony_for(request, slug, pk)
    try:
        actions.cancel_ceremony(ceremony, by=by, at=timezone.now())
    except actions.CeremonyRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(ceremony)
    messages.success(request, _("The ceremony is cancelled. What it was to honour waits again."))
    return redirect("ceremonies", slug)


@login_required
@never_cache
@require_safe
def ceremony(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One ceremony: what is honoured, and the way to guests, certificates and programme."""
    shown, by = ceremony_for(request, slug, pk)
    context = _context(shown, honours=queries.honours_of(shown, by), guests=queries.guests_of(shown))
    return render(request, "records/ceremony.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def choose_honours(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Pick from what waits; what was honoured before isn't offered."""
    shown, by = ceremony_for(request, slug, pk)
    chosen = request.POST.getlist("honour")
    if chosen and _choose(request, shown, chosen, by):
        return redirect(shown)
    name = text_said(request, "q", 80)
    feats = queries.unrecognised(shown.club, by, today=timezone.localdate(), name=name)
    context = _context(shown, feats=feats, chosen=chosen, name=name, nothing=request.method == "POST" and not chosen)
    return render(request, "records/ceremony_choose.html", context, status=422 if request.method == "POST" else 200)


def _choose(request: HttpRequest, ceremony: Ceremony, chosen: list[str], by: User) -> bool:
    try:
        number = actions.choose_honours(ceremony, chosen, by=by, at=timezone.now())
    except actions.CeremonyRefused as refusal:
        messages.error(request, str(refusal))
        return False
    words = ngettext("{number} honour is added.", "{number} honours are added.", number)
    messages.success(request, words.format(number=number))
    return True


@login_required
@require_POST
def drop_honour(request: HttpRequest, slug: str, pk: int, honour: int) -> HttpResponse:
    shown, by = ceremony_for(request, slug, pk)
    found = queries.honour_of(shown, honour)
    if found is not None:
        actions.drop_honour(found, by=by, at=timezone.now())
    messages.success(request, _("It is taken off the ceremony and waits for another."))
    return redirect(shown)


@login_required
@never_cache
@require_safe
def certificates(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All certificates in one PDF, a page each."""
    shown, by = ceremony_for(request, slug, pk)
    pages = queries.certificate_pages(shown, by)
    if not pages:
        messages.error(request, _("There is nothing to print yet: choose what is honoured first."))
        return redirect(shown)
    printed = ceremony_certificates(*honours_printed(shown, pages), colour=shown.club.colour)
    response = HttpResponse(printed, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificates-{shown.pk}.pdf"'
    return response


@login_required
@never_cache
@require_safe
def programme(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What is honoured as plain text, for the programme and the press, with public names alone."""
    shown, _by = ceremony_for(request, slug, pk)
    context = _context(shown, feats=queries.programme_lines(shown))
    return render(request, "records/ceremony_programme.txt", context, content_type="text/plain; charset=utf-8")
