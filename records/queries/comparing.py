"""Two athletes side by side, and who may make them one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Max, Min
from django.utils.translation import gettext as _

from records.models import Athlete, AthleteMerge, ClubSpell, Guardianship, NotTheSame
from records.models.claims import KEEPERS
from records.models.disciplines import Sex
from records.queries.known import ERASED
from records.queries.transfers import keeps
from records.queries.voices import club_of
from records.queries.why import day_text
from trackhub.clubs.models import Club, Role, User


@dataclass(frozen=True, slots=True)
class Fact:
    """What the site holds of one athlete and of the other."""

    label: str
    one: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return self.one != self.other


def pair_known_to(user: User, club: Club, one: int, other: int) -> tuple[Athlete, Athlete] | None:
    """The two athletes, if ``user`` may look at them side by side: each belongs or belonged to a club whose records
    they keep, one of the two to ``club``. Those who were merged stand for who they became."""
    found = Athlete.objects.select_related("merged_into", "account").in_bulk([one, other])
    if len(found) < 2:
        return None
    pair = found[one], found[other]
    ids = [athlete.merged_into_id or athlete.pk for athlete in pair]
    spells = set(ClubSpell.objects.filter(athlete__in=ids).values_list("athlete", "club"))
    if not any((pk, club.pk) in spells for pk in ids):
        return None
    kept = {club.pk, *user.clubs_as(*KEEPERS)}
    known = user.is_superuser or all(any((pk, one) in spells for one in kept) for pk in ids)
    return pair if known else None


def foreign_club(user: User, *athletes: Athlete) -> str:
    """Why these athletes aren't ``user``'s to merge or part: one of them belongs or belonged, with first claim, to a
    club that they don't keep. Whoever was taken over a moment before is nobody's to make somebody else of. '' where
    they are."""
    if user.is_superuser:
        return ""
    kept = user.clubs_as(*KEEPERS)
    first = ClubSpell.objects.filter(athlete__in=athletes, claim=ClubSpell.Claim.FIRST)
    foreign = first.exclude(club__in=kept).select_related("athlete", "club")
    spell = foreign.order_by("starts", "pk").first()
    if spell is None:
        return ""
    sentence = _(
        "{name} belongs or belonged to {club}, and you don't keep that club's records: ask whoever runs this site to"
        " merge them."
    )
    return sentence.format(name=spell.athlete, club=spell.club)


def lent_voice(user: User, one: Athlete, other: Athlete) -> str:
    """Why ``user`` may not merge these two, because somebody would speak for more than they did. '' where they may."""
    if user.is_superuser:
        return ""
    accounts = {athlete.account_id for athlete in (one, other)} - {None}
    guardians = set(Guardianship.objects.filter(athlete__in=(one, other)).values_list("guardian", flat=True))
    if len(accounts) > 1:
        return _("Both have accounts of their own. Whoever runs this site can merge them.")
    if user.pk in accounts | guardians:
        return _(
            "You speak for one of the two yourself. Another chief registrar can merge them, or whoever runs this site."
        )
    chief = user.clubs_as(Role.CHIEF_REGISTRAR)
    if accounts | guardians and ClubSpell.objects.filter(athlete__in=(one, other)).exclude(club__in=chief).exists():
        return _("Somebody speaks for one of the two, by an account or as a guardian: the chief registrar merges them.")
    return ""


def said_to_be_two(one: Athlete, other: Athlete) -> NotTheSame | None:
    low, high = sorted((one.pk, other.pk))
    return NotTheSame.objects.select_related("by").filter(one=low, other=high).first()


def facts_beside(one: Athlete, other: Athlete, *, whole: bool = True) -> list[Fact]:
    """What is entered of each, line by line; lines that are empty on both sides are left out. Not ``whole``, for those
    who may look and not merge: of a birth date the year, and neither accounts nor ids."""
    sides = (_facts(one, whole), _facts(other, whole))
    lines = [Fact(label, sides[0][label], sides[1][label]) for label in sides[0]]
    return [line for line in lines if line.one or line.other]


def _facts(athlete: Athlete, whole: bool) -> dict[str, tuple[str, ...]]:
    results = athlete.performances.filter(superseded_by=None).aggregate(
        n=Count("pk"), first=Min("date"), last=Max("date")
    )
    span = ""
    if results["n"]:
        span = f"{day_text(results['first'])} – {day_text(results['last'])}"
    spells = athlete.spells.select_related("club").order_by("starts", "pk")
    ids = athlete.external_ids.exclude(source=ERASED).order_by("source", "value")
    facts = {
        _("Given name"): [athlete.given_name],
        _("Family name"): [athlete.family_name],
        _("Name in own script"): [athlete.native_name],
        _("Sex"): [_("female") if athlete.sex == Sex.WOMEN else _("male")],
        _("Born"): [day_text(athlete.birth_date, athlete.birth_precision if whole else "year")],
        _("Country"): [athlete.country],
        _("Shown to"): [athlete.get_visibility_display()],
        _("Account"): [athlete.account.name or _("without a name")] if whole and athlete.account else [],
        _("Clubs"): [_spell(spell) for spell in spells],
        _("Other ids"): [f"{one.source}: {one.value}" for one in ids] if whole else [],
        _("Results"): [str(results["n"]), span],
    }
    return {label: tuple(filter(None, said)) for label, said in facts.items()}


def _spell(spell: ClubSpell) -> str:
    days = [day_text(day) for day in (spell.starts, spell.ends)]
    when = f"{days[0]} – {days[1]}".strip() if any(days) else ""
    claim = str(spell.get_claim_display()) if spell.claim == ClubSpell.Claim.SECOND else ""
    more = ", ".join(filter(None, (when, claim)))
    return f"{spell.club.name} ({more})" if more else spell.club.name


def merge_of(club: Club, pk: int) -> AthleteMerge | None:
    """A merge by which an athlete became one of the club's."""
    own = ClubSpell.objects.filter(club=club).values("athlete")
    found = AthleteMerge.objects.select_related("survivor", "merged").filter(pk=pk, survivor__in=own)
    return found.first()


def merge_called(pk: int) -> AthleteMerge | None:
    """The merge, whoever asks: who may take it back is asked after this."""
    return AthleteMerge.objects.select_related("survivor", "merged").filter(pk=pk).first()


def clubs_ever(athlete: Athlete) -> list[Club]:
    """The clubs to which the athlete belongs or belonged, the latest first."""
    spells = athlete.spells.select_related("club")
    return list(dict.fromkeys(spell.club for spell in spells.order_by(F("starts").desc(nulls_last=True), "-pk")))


@dataclass(frozen=True, slots=True)
class RegistrarsView:
    """What a registrar finds on an athlete's page: the club on whose pages they deal with merges, and those."""

    may_transfer: bool
    club: Club | None
    merges: list[AthleteMerge]


def registrars_view(user: User | AnonymousUser, athlete: Athlete, on: date) -> RegistrarsView | None:
    """None for whoever keeps no club's records."""
    if not isinstance(user, User) or not (user.is_superuser or user.clubs_as(*KEEPERS)):
        return None
    club = club_of(athlete, on=on)
    if club is None or not keeps(user, club):
        return RegistrarsView(not athlete.erased, None, [])
    merges = AthleteMerge.objects.filter(survivor=athlete, undone=None).exclude(moved={})
    shown = list(merges.select_related("survivor", "merged", "by").order_by("-at", "-pk"))
    return RegistrarsView(not athlete.erased, club, shown)
