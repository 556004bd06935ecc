"""Who belongs to a club: the chief registrar's list, invitations, and the page behind an invitation's link."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from trackhub.clubs.actions import inviting
from trackhub.clubs.actions.memberships import MembershipRefused, change_membership, end_membership
from trackhub.clubs.forms import InviteForm, TermForm
from trackhub.clubs.models import Club, Invitation, Membership, User
from trackhub.clubs.queries import lapsed_invitations, members_of, open_invitations
from trackhub.clubs.views.clubs import club_for

PAGE_SIZE = 100
RIGHT = "clubs.change_club"


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody with a role here, open invitations, and the form for another."""
    club, by = club_for(request, slug, RIGHT)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _invite(request, club, by, form):
        return redirect("members", club.slug)
    now = timezone.now()
    context = {
        "club": club,
        "form": form,
        "page": Paginator(members_of(club), PAGE_SIZE).get_page(request.GET.get("page")),
        "invitations": open_invitations(club, now),
        "lapsed": lapsed_invitations(club, now),
        "today": timezone.localdate(),
    }
    return render(request, "clubs/members.html", context, status=422 if form.errors else 200)


def _invite(request: HttpRequest, club: Club, by: User, form: InviteForm) -> bool:
    said = form.cleaned_data
    try:
        inviting.invite_person(club, by=by, at=timezone.now(), site=_site(request), **said)
    except MembershipRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    except inviting.TooManyMails as refusal:
        form.add_error(None, str(refusal))
        return False
    except inviting.MailNotSent as failure:
        messages.error(request, str(failure))
    else:
        messages.success(request, _("The invitation is on its way to {email}.").format(email=said["email"]))
    return True


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One member's role and dates."""
    club, by = club_for(request, slug, RIGHT)
    membership = get_object_or_404(members_of(club), pk=pk)
    form = TermForm(request.POST if request.method == "POST" else None, instance=membership)
    if request.method == "POST" and form.is_valid():
        try:
            change_membership(membership, by=by, at=timezone.now(), **form.cleaned_data)
        except MembershipRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The role of {name} is changed.").format(name=membership.user))
            return redirect("members", club.slug)
    context = {"club": club, "form": form, "member": membership.user, "pk": pk, "oneself": membership.user_id == by.pk}
    return render(request, "clubs/member.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end_member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    club, by = club_for(request, slug, RIGHT)
    membership: Membership = get_object_or_404(members_of(club), pk=pk)
    done = _("The membership of {name} has ended.").format(name=membership.user)
    return _settle(request, club, done, lambda: end_membership(membership, by=by, at=timezone.now()))


@login_required
@require_POST
def withdraw_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    club, by = club_for(request, slug, RIGHT)
    invitation = get_object_or_404(club.invitations, pk=pk)
    done = _("The invitation is withdrawn: its link opens nothing any more.")
    return _settle(request, club, done, lambda: inviting.withdraw_invitation(invitation, by=by, at=timezone.now()))


@login_required
@require_POST
def resend_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    club, by = club_for(request, slug, RIGHT)
    invitation = get_object_or_404(club.invitations, pk=pk)
    done = _("The invitation is on its way to {email}.").format(email=invitation.email)
    at, site = timezone.now(), _site(request)
    return _settle(request, club, done, lambda: inviting.send_again(invitation, by=by, at=at, site=site))


def _settle(request: HttpRequest, club: Club, done: str, act: Callable[[], None]) -> HttpResponse:
    """Back to the list, which says ``done`` or why not."""
    try:
        act()
    except (MembershipRefused, inviting.InvitationClosed, inviting.TooManyMails, inviting.MailNotSent) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("members", club.slug)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link: what is offered, for the invited person alone. Accepting is a POST."""
    offer = inviting.invitation_behind(token)
    if offer is None:
        raise Http404
    try:
        inviting.check_open(offer, timezone.now())
        if not isinstance(request.user, User):
            return render(request, "clubs/invitation_login.html")
        inviting.check_invited(offer, request.user)
        if request.method == "POST":
            return _accept(request, offer, request.user)
    except inviting.InvitationClosed as refusal:
        return render(request, "clubs/closed.html", {"reason": str(refusal)}, status=410)
    except (inviting.NotInvited, MembershipRefused) as refusal:
        return render(request, "clubs/not_invited.html", {"reason": str(refusal)}, status=403)
    present = next((one for one in request.user.active_memberships if one.club_id == offer.club_id), None)
    return render(request, "clubs/invitation.html", {"invitation": offer, "present": present})


def _accept(request: HttpRequest, offer: Invitation, by: User) -> HttpResponse:
    taken = inviting.accept_invitation(offer, by=by, at=timezone.now())
    request.session["club"] = taken.club.slug
    words = _("You are {role} of {club} now.").format(role=taken.get_role_display(), club=taken.club.name)
    messages.success(request, words)
    return redirect(taken.club)
