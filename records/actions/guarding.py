"""Guardians of minors: appointed by the club, until the eighteenth birthday and not a day longer."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from records.models import Athlete, Guardianship
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import User


class GuardianRefused(ValueError):
    """Why somebody can't act for an athlete, in a sentence."""


def appoint_guardian(athlete: Athlete, *, email: str, by: User | None, at: datetime) -> Guardianship:
    """Let the account ``email`` act for ``athlete``. Raises GuardianRefused."""
    guardian = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if guardian is None:
        # The same sentence for every address, as far as it goes: who has an account is nobody's business.
        raise GuardianRefused(str(_("No account has this e-mail address. The guardian signs up first.")))
    if athlete.account_id == guardian.pk:
        raise GuardianRefused(str(_("This is the athlete's own account.")))
    appointed = Guardianship(athlete=athlete, guardian=guardian, created=at)
    if athlete.erased or not appointed.stands(at.date()):
        raise GuardianRefused(
            str(_("Only a minor has a guardian, and the birth date must be known: from 18 on the athlete decides."))
        )
    try:
        with transaction.atomic():
            appointed.save()
            record_deed(
                "appoint_guardian", target=f"athlete {athlete.pk}", by=by, at=at, after={"guardian": guardian.pk}
            )
    except IntegrityError as error:
        raise GuardianRefused(str(_("This guardian is appointed already."))) from error
    return appointed


def dismiss_guardian(guardianship: Guardianship, *, by: User | None, at: datetime) -> None:
    """End what was appointed; twice does no harm."""
    with transaction.atomic():
        gone, _by_model = Guardianship.objects.filter(pk=guardianship.pk).delete()
        if gone:
            record_deed(
                "dismiss_guardian",
                target=f"athlete {guardianship.athlete_id}",
                by=by,
                at=at,
                before={"guardian": guardianship.guardian_id},
            )
