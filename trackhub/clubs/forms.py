"""Forms of the ground: one's own account and keys; a club's roles with their dates, links for officials, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.actions.club_settings import FREE_SETTINGS
from trackhub.clubs.actions.memberships import MembershipRefused, check_term
from trackhub.clubs.models import Club, Invitation, Membership, OfficialLink, Scope, User
from trackhub.clubs.queries import clubs_of

if TYPE_CHECKING:
    InvitationShape = forms.ModelForm[Invitation]
    MembershipShape = forms.ModelForm[Membership]
    LinkShape = forms.ModelForm[OfficialLink]
    ClubShape = forms.ModelForm[Club]
else:
    InvitationShape = MembershipShape = LinkShape = ClubShape = forms.ModelForm


class NameForm(forms.Form):
    """The person's name, asked at sign-up (where allauth puts it before its own fields) and changed later."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    account_already_exists = False

    def clean(self) -> dict[str, Any] | None:
        """At sign-up allauth has asked by now whether the address is known: the answer takes as long if it is."""
        if self.account_already_exists:
            make_password("as long as a sign-up")
        return super().clean()

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class TokenForm(forms.Form):
    """A key for a program of the person's own."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scope = forms.ChoiceField(label=_("It may"), choices=Scope.choices)
    club: forms.ModelChoiceField[Club] = forms.ModelChoiceField(
        label=_("Only within"), queryset=None, required=False, empty_label=_("all that I may see and do")
    )
    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["club"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = clubs_of(user)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Dated:
    """From and until, in this order: said in words before the table's constraint says it in its own."""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean()  # type: ignore[misc]
        try:
            check_term(said.get("starts"), said.get("ends"))
        except MembershipRefused as refusal:
            self.add_error(refusal.field, str(refusal))  # type: ignore[attr-defined]
        return said


class InviteForm(_Dated, InvitationShape):
    """An address, and the role it is offered."""

    class Meta:
        model = Invitation
        fields = ("email", "role", "starts", "ends")
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
            "starts": _day(),
            "ends": _day(),
        }
        help_texts = {"starts": _("Empty: at once."), "ends": _("Empty: for good. The last day counts.")}


class TermForm(_Dated, MembershipShape):
    """A member's role and its dates. Who and where are no fields: they stand in the address."""

    class Meta:
        model = Membership
        fields = ("role", "starts", "ends")
        widgets = {"starts": _day(), "ends": _day()}
        help_texts = InviteForm.Meta.help_texts


class LinkForm(LinkShape):
    """A pit or court, and its day."""

    class Meta:
        model = OfficialLink
        fields = ("place", "day")
        widgets = {"place": forms.TextInput(attrs={"placeholder": _("Long jump, pit A")}), "day": _day()}


class ClubForm(ClubShape):
    """A club's settings. Its short address stays: links, books and imports name it."""

    class Meta:
        model = Club
        fields = FREE_SETTINGS
        widgets = {
            "country": forms.TextInput(attrs={"autocapitalize": "characters"}),
            "colour": forms.TextInput(attrs={"placeholder": "#0a5c36", "autocapitalize": "none"}),
        }
