"""Claims of records: what may be claimed, one claim with its evidence, and the decision."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from records.actions.claiming import NothingToClaim, submit_claims
from records.actions.proving import ProofRefused, add_evidence, remove_evidence
from records.actions.ratifying import DecisionRefused, decide_claims
from records.domain.claiming import STEPS
from records.domain.refusals import FileRefused
from records.forms.claims import DecisionForm, EvidenceForm, pieces
from records.models import RecordClaim
from records.queries import claims as queries
from records.queries.voices import acts_for
from records.sentences import say
from records.views.addresses import page_number, text_said, whole_number
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.models import Club
from trackhub.clubs.rules import require, somebody

KEEP = "clubs.import_into_club"
RATIFY = "clubs.ratify_records"


def _claim(request: HttpRequest, pk: int, right: str = KEEP) -> RecordClaim:
    found = queries.claim_called(pk)
    if found is None:
        raise Http404
    require(request.user, right, found.book.club)
    return found


@login_required
@never_cache
def claims(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for being claimed and decided, and what was decided; claims what is chosen."""
    club = get_object_or_404(Club, slug=slug)
    by = require(request.user, KEEP, club)
    if request.method == "POST":
        return _submit(request, club)
    today, page = timezone.localdate(), page_number(request)
    state = text_said(request, "state")
    if state not in RecordClaim.State.values:
        state = ""
    shown: dict[str, object] = {"club": club, "state": state, "states": RecordClaim.State.choices, "today": today}
    if state:
        shown["claims"] = queries.claims_in(club, by, state=state, page=page)
    else:
        shown["candidates"] = queries.candidates(club, by, today=today, page=page)
        shown["claims"] = queries.claims_in(club, by, state=RecordClaim.State.PENDING)
        shown["ticked"] = text_said(request, "tick") != "none"
        shown["ratifies"] = queries.books_that_ratify(club).exists()
    return render(request, "records/claims.html", shown)


def _submit(request: HttpRequest, club: Club) -> HttpResponse:
    book = queries.book_to_claim_in(club, request.POST.get("book", "").replace("\0", ""))
    if book is None:
        raise Http404
    chosen = [pk for text in request.POST.getlist("mark") if (pk := whole_number(text)) is not None]
    try:
        made = submit_claims(book, performances=chosen, by=somebody(request.user), at=timezone.now())
    except NothingToClaim as refusal:
        messages.error(request, str(refusal) if chosen else _("Tick at least one mark to claim."))
        return redirect("claims", club.slug)
    text = ngettext("%(n)s record claimed.", "%(n)s records claimed.", len(made)) % {"n": len(made)}
    messages.success(request, text)
    return redirect(made[0]) if len(chosen) == 1 else redirect("claims", club.slug)


@login_required
@never_cache
@require_safe
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who keep the records; the athlete reads what became of it, and why."""
    found = queries.claim_called(pk)
    if found is None:
        raise Http404
    athlete = found.performance.athlete
    if athlete is not None and acts_for(request.user, athlete, on=timezone.localdate()):
        keeps = request.user.has_perm(KEEP, found.book.club)
    else:
        require(request.user, KEEP, found.book.club)
        keeps = True
    return _page(request, found, keeps=keeps)


def _page(
    request: HttpRequest,
    claim: RecordClaim,
    *,
    keeps: bool = True,
    evidence: EvidenceForm | None = None,
    decision: DecisionForm | None = None,
) -> HttpResponse:
    shown = queries.claim_page(claim, request.user)
    context = {
        "page": shown,
        "claim": claim,
        "club": claim.book.club,
        "keeps": keeps,
        "ratifies": keeps and request.user.has_perm(RATIFY, claim.book.club),
        "evidence": evidence or EvidenceForm(shown=shown),
        "decision": decision or DecisionForm(shown=shown),
        "wrong": decision.data.get("step") if decision else "",
    }
    return render(request, "records/claim.html", context, status=422 if evidence or decision else 200)


@login_required
@never_cache
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of evidence more."""
    found, now = _claim(request, pk), timezone.now()
    form = EvidenceForm(request.POST, request.FILES, shown=queries.claim_page(found, request.user))
    if form.is_valid():
        said = dict(form.cleaned_data)
        file = pieces(said.pop("file"))
        try:
            add_evidence(found, file=file, by=somebody(request.user), at=now, **said)
        except FileRefused as refusal:
            form.add_error("file", say(refusal.code, refusal.values))
        except ProofRefused as refusal:
            form.add_error("note", str(refusal))
        else:
            messages.success(request, _("Kept with the claim."))
            return redirect(found)
    return _page(request, found, evidence=form)


@login_required
@never_cache
@require_POST
def remove(request: HttpRequest, pk: int, evidence: int) -> HttpResponse:
    found = _claim(request, pk)
    line = queries.evidence_called(found, evidence)
    try:
        if line is not None:  # or somebody was faster
            remove_evidence(line, by=somebody(request.user), at=timezone.now())
    except ProofRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken out of the claim."))
    return redirect(found)


@login_required
@never_cache
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Ratify, reject, rescind, retire or open again."""
    found = _claim(request, pk, RATIFY)
    form = DecisionForm(request.POST, shown=queries.claim_page(found, request.user))
    if not form.is_valid():
        return _page(request, found, decision=form)
    said, by, now = form.cleaned_data, somebody(request.user), timezone.now()
    if said["step"] not in STEPS:
        raise Http404
    words = {"because": said["because"], "despite": said.get("despite", False)}
    try:
        decide_claims(form.chosen, step=said["step"], by=by, at=now, **words)
    except DecisionRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, found, decision=form)
    messages.success(request, _("Decided. The record book shows it at once."))
    return redirect(found)


@login_required
@require_safe
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, to keep: never shown as a page of the site."""
    found = queries.proof_called(pk)
    if found is None:
        raise Http404
    if not queries.reported_with(found, somebody(request.user)):
        require(request.user, KEEP, found.club)
        note_reading(f"prooffile {found.pk}", by=request.user, at=timezone.now(), club=found.club)
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
