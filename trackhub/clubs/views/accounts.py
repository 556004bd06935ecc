"""A person's own account, and the doors for phones where the house adds a lock."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.headless.mfa.inputs import AuthenticateInput, ReauthenticateInput
from allauth.headless.mfa.views import AuthenticateView, ReauthenticateView
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from trackhub.clubs.actions.accounts import LastChiefRegistrar, delete_account
from trackhub.clubs.actions.profiles import rename_person
from trackhub.clubs.adapters import Locking
from trackhub.clubs.forms import NameForm
from trackhub.clubs.rules import somebody


@require_http_methods(["GET", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Everything about one's account in one place; the name is changed right here."""
    user = somebody(request.user)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        rename_person(user, name=form.cleaned_data["name"], by=user, at=timezone.now())
        messages.success(request, _("Your name is changed."))
        return redirect("account")
    said = {"form": form, "has_factor": is_mfa_enabled(user)}
    return render(request, "account/account.html", said, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
@reauthentication_required
def close_account(request: HttpRequest) -> HttpResponse:
    """Delete one's account. The password, or a second factor, is asked for anew."""
    refusal = ""
    if request.method == "POST":
        try:
            delete_account(somebody(request.user), at=timezone.now())
        except LastChiefRegistrar as error:
            refusal = str(error)
        else:
            logout(request)
            messages.success(request, _("Your account is deleted."))
            return redirect("home")
    return render(request, "account/close.html", {"refusal": refusal}, status=409 if refusal else 200)


class CodeInput(Locking, AuthenticateInput):
    """allauth's phone doors take no form of ours by settings, so they are built on here."""


class ConfirmingCodeInput(Locking, ReauthenticateInput):
    pass


class EnterCode(AuthenticateView):
    input_class = CodeInput


class ConfirmByCode(ReauthenticateView):
    input_class = ConfirmingCodeInput


enter_code = EnterCode.as_api_view(client="app")
confirm_by_code = ConfirmByCode.as_api_view(client="app")
