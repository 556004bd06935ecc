"""Consents: given in certain words by somebody who may, and withdrawn as easily."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from records.models import Athlete, Consent
from records.queries.voices import acts_for, club_of
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import User

VERSION = "2026-11"
"""Of the words below: whoever changes them changes this too. What somebody agreed to is kept word for word."""

WORDS = {
    Consent.Purpose.NAME: _(
        "My full name may stand beside my marks on pages that everybody can read. Until I am 18, without this my "
        "initials stand there, or nothing where the club says so."
    ),
    Consent.Purpose.PHOTO: _("The club may publish photos and videos of me in competition on its pages."),
    Consent.Purpose.RESEARCH: _("My marks and my year of birth, without my name, may be used in research on training."),
}


ON_PAPER = _("Agreed to on paper, which the club keeps.")


class ConsentRefused(ValueError):
    """Why somebody can't agree or withdraw, in a sentence."""


def _require_voice(athlete: Athlete, by: User, at: datetime) -> None:
    if athlete.erased or not acts_for(by, athlete, on=at.date()):
        raise ConsentRefused(
            str(_("Only the athlete decides on this, or a guardian until the athlete's eighteenth birthday."))
        )


def give_consent(athlete: Athlete, *, purpose: str, by: User, at: datetime) -> Consent:
    """The receipt, in the words of the reader's language. One that stands already is returned. Raises
    ConsentRefused."""
    _require_voice(athlete, by, at)
    if purpose not in Consent.Purpose.values:
        raise ConsentRefused(str(_("There is no such purpose.")))
    words = str(WORDS[Consent.Purpose(purpose)])
    try:
        with transaction.atomic():
            receipt = Consent.objects.create(
                athlete=athlete, purpose=purpose, version=VERSION, words=words, by=by, given=at
            )
            record_deed(
                "give_consent",
                target=f"consent {receipt.pk}",
                by=by,
                at=at,
                after={"purpose": purpose, "version": VERSION, "athlete": athlete.pk},
            )
    except IntegrityError:
        return Consent.objects.standing().get(athlete=athlete, purpose=purpose)
    return receipt


def withdraw_consent(receipt: Consent, *, by: User, at: datetime) -> None:
    """From now on; the receipt stays with both days. Raises ConsentRefused, also when it was withdrawn before."""
    _require_voice(receipt.athlete, by, at)
    with transaction.atomic():
        if not Consent.objects.standing().filter(pk=receipt.pk).update(withdrawn=at):
            raise ConsentRefused(str(_("This consent was withdrawn already.")))
        record_deed(
            "withdraw_consent",
            target=f"consent {receipt.pk}",
            by=by,
            at=at,
            after={"purpose": receipt.purpose, "athlete": receipt.athlete_id},
        )


def note_paper_consents(athletes: Iterable[Athlete], *, by: User | None, at: datetime) -> int:
    """Receipts of what a club has on paper: the full name of each of ``athletes`` may be shown. How many are new."""
    words = f"{WORDS[Consent.Purpose.NAME]} {ON_PAPER}"
    with transaction.atomic():
        agreed = Consent.objects.standing().filter(purpose=Consent.Purpose.NAME).values("athlete")
        new = [one for one in athletes if not one.erased and not agreed.filter(athlete=one).exists()]
        for one in new:
            Consent.objects.create(
                athlete=one, purpose=Consent.Purpose.NAME, version=VERSION, words=words, by=by, given=at
            )
            _note("note_paper_consent", one, by=by, at=at)
    return len(new)


def end_name_consents(athletes: Iterable[Athlete], *, by: User | None, at: datetime) -> int:
    """Whoever told the club that the full name may be shown no longer is taken at their word; how many."""
    ended = 0
    with transaction.atomic():
        for one in athletes:
            standing = Consent.objects.standing().filter(athlete=one, purpose=Consent.Purpose.NAME)
            if standing.update(withdrawn=at):
                _note("end_name_consent", one, by=by, at=at)
                ended += 1
    return ended


def _note(deed: str, athlete: Athlete, *, by: User | None, at: datetime) -> None:
    record_deed(deed, target=f"athlete {athlete.pk}", by=by, at=at, club=club_of(athlete, on=at.date()))
