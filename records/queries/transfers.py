"""What a transfer starts from: the club on the day before, and the results since."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F, Max, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from records.models import Athlete, ClubSpell, Performance
from records.models.claims import KEEPERS
from trackhub.clubs.models import Club, User


def club_before(athlete: Athlete, on: date) -> Club | None:
    """The club to which the athlete belongs with first claim on ``on``, before a transfer of that day."""
    spells = ClubSpell.objects.filter(athlete=athlete, claim=ClubSpell.Claim.FIRST).on(on)
    spell = spells.select_related("club").order_by(F("starts").asc(nulls_first=True), "pk").last()
    return spell.club if spell else None


def results_since(athlete: Athlete, club: Club | None, on: date) -> list[Performance]:
    """The athlete's own results from ``on`` that count for ``club``, the oldest first.

    Whether the club was taken from the spell or stated beside the mark is nowhere kept, so a person decides.
    """
    if club is None:
        return []
    found = Performance.objects.current().filter(athlete=athlete, club=club, date__gte=on)
    return list(found.select_related("discipline").order_by("date", "seq", "pk"))


LONGEST_BACK = timedelta(days=366)
"""So far back another club may say that somebody left a club that hasn't said so itself."""


def claim_reached(athlete: Athlete, starts: date | None, ends: date | None, *, but: QuerySet[Club]) -> ClubSpell | None:
    """A spell with first claim in another club than those of ``but`` into which these days reach."""
    first = ClubSpell.objects.filter(athlete=athlete, claim=ClubSpell.Claim.FIRST).exclude(club__in=but)
    before = Q(ends=None) | Q(ends__gte=starts or date.min)
    return first.filter(before, Q(starts=None) | Q(starts__lte=ends or date.max)).select_related("club").first()


def too_early(athlete: Athlete, former: Club | None, on: date, user: User, today: date) -> str:
    """Why ``user`` can't let the athlete leave ``former`` before ``on``, '' where they can."""
    if former is None or keeps(user, former) or on >= (earliest := earliest_leave(athlete.pk, former.pk, today)):
        return ""
    return _("Only {club} itself can say that {name} left it before {day}: until then results count for it.").format(
        club=former, name=athlete, day=date_format(earliest, "SHORT_DATE_FORMAT")
    )


def earliest_leave(athlete: int, club: int, today: date) -> date:
    """The first day from which another club may take the athlete over without asking ``club``: nothing that counts
    for it may lie behind that day, and it isn't long past."""
    ran = Performance.objects.current().filter(Q(athlete=athlete) | Q(legs__athlete=athlete), club=club)
    last = ran.aggregate(last=Max("date"))["last"]
    return max(today - LONGEST_BACK, last + timedelta(days=1) if last else date.min)


def clubs_to_join(user: User) -> dict[str, Club]:
    """Clubs into which ``user`` may take athletes, by slug: those whose records they keep."""
    kept = Club.objects.order_by("name")
    if not user.is_superuser:
        kept = kept.filter(pk__in=user.clubs_as(*KEEPERS))
    return {club.slug: club for club in kept}


def keeps(user: User, club: Club | None) -> bool:
    """Whether ``user`` keeps the records of ``club``; of no club everybody does."""
    return club is None or user.is_superuser or club.pk in user.clubs_as(*KEEPERS)
