"""The rules of a club's record book: everybody in the club reads them, the chief registrar changes them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from records.actions.policies import PolicyOvertaken, PolicyRefused, change_policy, policy_effect, propose_policy
from records.forms.policy import TEMPLATES, PolicyForm, filled
from records.models import RecordBook
from records.queries import policies
from records.views.addresses import page_number, text_said, whole_number
from trackhub.clubs.models import User
from trackhub.clubs.rules import require


def _book(request: HttpRequest, slug: str, book: str, permission: str) -> tuple[RecordBook, User]:
    found = policies.book_of_club(slug, book)
    if found is None:
        raise Http404
    return found, require(request.user, permission, found.club)


@login_required
@never_cache
@require_safe
def policy(request: HttpRequest, slug: str, book: str) -> HttpResponse:
    """The rules in force, and every version before them."""
    kept, _user = _book(request, slug, book, "clubs.view_club_private")
    rules = policies.options_of(kept.policy) if kept.policy else []
    context = {"club": kept.club, "book": kept, "rules": rules, "versions": policies.versions_of(kept)}
    return render(request, "records/policy_versions.html", context)


@login_required
@never_cache
@require_safe
def policy_version(request: HttpRequest, slug: str, book: str, number: int) -> HttpResponse:
    """One version: its rules, when it was in force, and the records of today that were set under it."""
    kept, user = _book(request, slug, book, "clubs.view_club_private")
    version = next((one for one in policies.versions_of(kept) if one.policy.version == number), None)
    if version is None:
        raise Http404
    records = policies.records_under(kept, version, user, page=page_number(request))
    context = {"club": kept.club, "book": kept, "version": version, "records": records}
    return render(request, "records/policy_version.html", context | {"rules": policies.options_of(version.policy)})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def change_rules(request: HttpRequest, slug: str, book: str) -> HttpResponse:
    """Choose other rules, see what they would do, then save them as the next version."""
    kept, by = _book(request, slug, book, "clubs.change_club")
    if request.method == "POST":
        form = PolicyForm(request.POST)
        if form.is_valid() and request.POST.get("do") != "back":
            return _decide(request, kept, form, by)
        # Whoever goes back to the form has made no mistake yet.
        return _form(request, kept, form, 422 if form.errors else 200)
    number = whole_number(text_said(request, "version"))
    older = kept.policies.filter(version=number).first() if number else None
    return _form(request, kept, PolicyForm(initial=filled(kept.policy, text_said(request, "rules"), older)))


def _form(request: HttpRequest, book: RecordBook, form: PolicyForm, status: int = 200) -> HttpResponse:
    context = {"club": book.club, "book": book, "form": form, "templates": TEMPLATES}
    return render(request, "records/policy_form.html", context, status=status)


def _decide(request: HttpRequest, book: RecordBook, form: PolicyForm, by: User) -> HttpResponse:
    """What was chosen comes into force, or is shown first."""
    try:
        if request.POST.get("do") == "save":
            new = change_policy(book, by=by, at=timezone.now(), **form.options)
            messages.success(request, _("Version %(n)s is in force.") % {"n": new.version})
            return redirect("../")
        new = propose_policy(book, **form.options)
    except PolicyRefused as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, PolicyOvertaken):
            book.refresh_from_db()
            form.see(book.policy.version if book.policy else 0)
        return _form(request, book, form, 409 if isinstance(refusal, PolicyOvertaken) else 422)
    changes = policies.differences(book.policy, new) if book.policy else ()
    context = {
        "club": book.club, "book": book, "form": form, "changes": changes,
        "begins_to_ratify": new.ratification and not (book.policy and book.policy.ratification),
        "effect": policy_effect(book, new, by),
    }  # fmt: skip
    return render(request, "records/policy_effect.html", context)
