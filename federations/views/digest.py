"""The weekly mail: asking for it, saying yes by the mailed link, and ending it."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from federations.actions import subscribing
from federations.forms import DigestForm
from records.views.addresses import text_said


@never_cache
@require_http_methods(["GET", "POST"])
def digest(request: HttpRequest) -> HttpResponse:
    """The form. Whatever becomes of the address, the next page says the same."""
    first = {"email": getattr(request.user, "email", ""), "club": text_said(request, "club", 60)}
    form = DigestForm(request.POST if request.method == "POST" else None, initial=first)
    status = 200
    if request.method == "POST":
        status = _ask(request, form) if form.is_valid() else 422
        if status == 200:
            return redirect("digest_asked")
    return render(request, "federations/digest.html", {"form": form}, status=status)


def _ask(request: HttpRequest, form: DigestForm) -> int:
    """200, or the status of a refusal, whose sentence stands at the form."""
    visitor, site = get_adapter().get_client_ip(request), f"{request.scheme}://{request.get_host()}"
    said = {"locale": get_language() or "en", "visitor": visitor, "site": site}
    try:
        subscribing.ask_for_digest(at=timezone.now(), **said, **form.cleaned_data)
    except subscribing.DigestRefused as refusal:
        form.add_error(None, str(refusal))
        return 429 if refusal.wait else 503
    return 200


@never_cache
@require_safe
def digest_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "federations/digest_asked.html")


@never_cache
@require_http_methods(["GET", "POST"])
def digest_link(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the mailed link. Only the button says yes: programs that look into mail open links by themselves."""
    if subscribing.number_behind(token) is None:
        raise Http404
    subscription = subscribing.subscription_behind(token)
    if subscription is None:
        reason = _("This link has run out, or the mail was ended. Ask for it anew.")
        return render(request, "clubs/closed.html", {"reason": reason}, status=410)
    if request.method == "POST":
        subscribing.confirm_digest(subscription, at=timezone.now())
        return redirect("digest_link", token)
    return render(request, "federations/digest_link.html", {"subscription": subscription, "token": token})


# A mail program posts here by itself, without a page before (RFC 8058); what proves it is the signed address.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def digest_end(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link at the foot of each mail: one press, or one order, and it is over. Twice is as good as once."""
    if subscribing.number_behind(token) is None:
        raise Http404
    subscription = subscribing.subscription_behind(token)
    if request.method == "POST" and subscription is not None:
        subscribing.end_digest(subscription)
        subscription = None
    return render(request, "federations/digest_end.html", {"subscription": subscription})
