"""Whose account an athlete's is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.models import User

if TYPE_CHECKING:
    UserChoice = forms.ModelChoiceField[User]
else:
    UserChoice = forms.ModelChoiceField


class MemberChoice(UserChoice):
    """By name and address: two members may be called alike."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})" if obj.name else obj.email


class AccountForm(forms.Form):
    account = MemberChoice(
        None,  # of the athlete's club
        label=_("Account"),
        required=False,
        empty_label=_("nobody's"),
        help_text=_(
            "Members of the club who are no other athlete. Whoever is linked reports marks, agrees to what is shown "
            "of them, sees everything the site holds about them and may have it erased. So be sure that it is they."
        ),
    )

    def __init__(self, data: object, *, members: QuerySet[User], chosen: User | None) -> None:
        super().__init__(data, initial={"account": chosen})  # type: ignore[arg-type]
        self.fields["account"].queryset = members  # type: ignore[attr-defined]
