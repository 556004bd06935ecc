"""Whose rows are whose at the desk: one line for each model, and the one function that narrows by it.

A registrar sees the rows of the clubs whose records they keep, a chief registrar decides a little more, and a
superuser sees all. A model without a line can't be registered (``opening``), so nothing is open by being forgotten.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Literal, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rules.permissions import set_perm
from rules.predicates import predicate

from records.queries.desk import athletes_kept_by, athletes_of, few_or_all, is_few
from trackhub.clubs.models import User
from trackhub.clubs.rules import RIGHTS, Visitor

logger = logging.getLogger("trackhub.security")

Row = TypeVar("Row", bound=Model)
Deed = Literal["view", "add", "change", "delete"]
DEEDS: tuple[Deed, ...] = ("view", "add", "change", "delete")

KEEP = "clubs.import_into_club"
DECIDE = "clubs.change_club"
WRITE = "clubs.write_news"
PEOPLE, MARKS, BOOKS = gettext_lazy("People"), gettext_lazy("Marks"), gettext_lazy("Record books")
FILES, HONOURS, SPORT = gettext_lazy("Imports"), gettext_lazy("Honours"), gettext_lazy("Rules of the sport")
CLUB, SITE = gettext_lazy("The club"), gettext_lazy("The site")


@dataclass(frozen=True, slots=True)
class Line:
    """Where one model stands in the menu, the lookups from its rows to their clubs or athletes, and by which right
    of a club each deed is open; '' is the site administrator's alone."""

    room: str | Promise
    club: tuple[str, ...] = ()
    athlete: tuple[str, ...] = ()
    view: str = ""
    add: str = ""
    change: str = ""
    delete: str = ""
    sites: bool = False
    """Rows of no club belong to the sport, and every registrar may read them."""
    today: bool = False
    """Only while the athlete belongs to the club: what was written to it later is the next club's."""
    theirs: bool = False
    """Read by every club to which the athlete belonged, and written by the club of today alone."""
    every: bool = False
    """Each of the paths must lead to the clubs; else one is enough."""


def _kept(room: str | Promise, **paths: Any) -> Line:
    """A line of rows that registrars write."""
    return Line(room, view=KEEP, add=KEEP, change=KEEP, delete=KEEP, **paths)


def _decided(room: str | Promise, **paths: Any) -> Line:
    """A line of rows that registrars read and the chief registrar writes."""
    return Line(room, view=KEEP, add=DECIDE, change=DECIDE, delete=DECIDE, **paths)


# In the order of the menu.
LINES: dict[str, Line] = {
    "records.athlete": _kept(PEOPLE, athlete=("pk",), theirs=True),
    "records.clubspell": _kept(PEOPLE, club=("club",)),
    "records.externalid": _kept(PEOPLE, athlete=("athlete",), theirs=True),
    "records.athletealias": _kept(PEOPLE, athlete=("athlete",), theirs=True),
    "records.athletemerge": Line(PEOPLE, athlete=("survivor",), view=KEEP),
    "records.notthesame": Line(PEOPLE, athlete=("one", "other"), view=KEEP, delete=KEEP, every=True),
    "records.guardianship": Line(PEOPLE),
    "records.consent": Line(PEOPLE),
    "records.performance": Line(MARKS, club=("club",), athlete=("athlete",), view=KEEP),
    "records.relayleg": Line(MARKS, club=("performance__club",), athlete=("athlete",), view=KEEP),
    "records.best": Line(MARKS, club=("performance__club",), athlete=("performance__athlete",), view=KEEP),
    "records.video": Line(MARKS, club=("performance__club",), athlete=("performance__athlete",), view=KEEP),
    "records.markreport": Line(MARKS, athlete=("athlete",), view=KEEP, today=True),
    "records.recordbook": _decided(BOOKS, club=("club",)),
    "records.recordpolicy": Line(BOOKS, club=("book__club",), view=KEEP),
    "records.record": Line(BOOKS, club=("book__club",), view=KEEP),
    "records.legacyrecord": Line(BOOKS, club=("book__club",), view=KEEP),
    "records.recordclaim": Line(BOOKS, club=("book__club",), view=KEEP),
    "records.evidence": Line(BOOKS, club=("claim__book__club",), view=KEEP),
    "records.prooffile": Line(BOOKS, club=("club",), view=KEEP),
    "records.importbatch": Line(FILES, club=("club",), view=KEEP),
    "records.importrow": Line(FILES, club=("batch__club",), view=KEEP),
    "records.columnmapping": Line(FILES, club=("club",), view=KEEP, delete=KEEP),
    "records.clubmedal": _decided(HONOURS, club=("club",)),
    "records.award": Line(HONOURS, club=("club",), view=KEEP),
    "records.ceremony": Line(HONOURS, club=("club",), view=KEEP),
    "records.honour": Line(HONOURS, club=("ceremony__club",), view=KEEP),
    "records.ceremonyguest": Line(HONOURS, club=("ceremony__club",), view=KEEP),
    "records.discipline": Line(SPORT, view=KEEP, sites=True),
    "records.standardset": _decided(SPORT, club=("club",), sites=True),
    "records.standard": _decided(SPORT, club=("set__club",), sites=True),
    "records.agegroupscheme": _decided(SPORT, club=("club",), sites=True),
    "records.agegroup": _decided(SPORT, club=("scheme__club",), sites=True),
    "clubs.club": Line(CLUB, club=("pk",), view=KEEP),
    "clubs.membership": Line(CLUB, club=("club",), view=DECIDE),
    "federations.newsitem": Line(CLUB, club=("club",), view=WRITE, add=WRITE, change=WRITE, delete=WRITE),
    "clubs.job": Line(CLUB, club=("club",), view=KEEP),
    "clubs.auditentry": Line(CLUB, club=("club",), view=DECIDE),
    "federations.digestsubscription": Line(SITE),
    "clubs.webhook": Line(SITE),
    "clubs.delivery": Line(SITE),
    "clubs.event": Line(SITE),
    "clubs.user": Line(SITE),
    "mfa.authenticator": Line(SITE),
}


class ForeignClub(PermissionDenied):
    """Somebody named another club's row at the desk. It is refused and noted; what the row is stays unsaid."""

    def __init__(self, user: Visitor, what: object) -> None:
        note_foreign(user, what)
        super().__init__(_("This belongs to another club. Choose among your own clubs' rows."))


def note_foreign(user: Visitor, what: object) -> None:
    """A refusal changes nothing that is shown, so it is no deed: it goes to the log of security."""
    logger.warning("user %s asked at the desk for %s of a club that isn't theirs", user.pk, str(what)[:120])


def is_id(text: str) -> bool:
    """Whether a text can be the id of a row; '²' is a digit as well."""
    return text.isdecimal() and len(text) < 19


def line_of(model: type[Model]) -> Line:
    return LINES[model._meta.label_lower]


def clubs_with(user: Visitor, right: str) -> list[int]:
    """Ids of the clubs in which ``user`` holds ``right`` today; none for ''."""
    return user.clubs_as(*RIGHTS[right].roles) if right and isinstance(user, User) else []


def own_rows(rows: QuerySet[Row], user: Visitor, deed: Deed = "view") -> QuerySet[Row]:
    """Of ``rows`` those on which ``user`` may do ``deed`` at the desk."""
    if user.is_superuser:
        return rows
    line = line_of(rows.model)
    clubs = clubs_with(user, getattr(line, deed))
    if line.theirs and deed != "view":
        kept = athletes_kept_by(clubs, timezone.localdate())
        return rows.filter(**{f"{path}__in": kept for path in line.athlete})
    return rows_of(rows, clubs, sites=line.sites and deed == "view")


def rows_of(rows: QuerySet[Row], clubs: Iterable[int], *, sites: bool = False) -> QuerySet[Row]:
    """Of ``rows`` those of ``clubs``; with ``sites`` the rows of no club as well."""
    line, clubs = line_of(rows.model), list(clubs)
    if not clubs:
        return rows.none()
    members: Any = athletes_of(clubs, on=timezone.localdate() if line.today else None)
    if line.club and line.athlete:
        members = few_or_all(members)
    ways = [Q(**{f"{path}__in": clubs}) for path in line.club]
    ways += [Q(**{f"{path}__in": members}) for path in line.athlete]
    if not ways:
        return rows if sites else rows.none()
    own = reduce(and_ if line.every else or_, ways)
    return rows.filter(own | Q(**{line.club[0]: None}) if sites else own)


def of_athletes(rows: QuerySet[Row], path: str, named: Any, user: Visitor) -> QuerySet[Row]:
    """Of own ``rows`` those of the athletes with the ids ``named``, at ``path``.

    Many of them are somebody else's: a list of them is split into own members and marks for the clubs, since the
    database would fetch everybody's marks to leave most of them.
    """
    line = line_of(rows.model)
    if not isinstance(named, list) or user.is_superuser or not (line.club and line.athlete):
        return rows.filter(**{f"{path}__in": named})
    clubs = clubs_with(user, line.view)
    members = list(athletes_of(clubs).filter(athlete__in=named))
    for_clubs = [Q(**{f"{club}__in": clubs, f"{path}__in": named}) for club in line.club]
    return rows.filter(reduce(or_, for_clubs, Q(**{f"{path}__in": members})))


def keeps_few(model: type[Model], user: Visitor) -> bool:
    """Whether of a table of marks only those of a few athletes are ``user``'s."""
    line = line_of(model)
    if user.is_superuser or not (line.club and line.athlete):
        return False
    return is_few(athletes_of(clubs_with(user, line.view)))


def open_to_roles() -> None:
    """Let Django's own permission names (``records.view_athlete``) follow the lines: held by who holds the right in
    some club. In which, each row says."""
    for label, line in LINES.items():
        app, name = label.split(".")
        for deed in DEEDS:
            if right := getattr(line, deed):
                set_perm(f"{app}.{deed}_{name}", predicate(_held_somewhere(right)))


def _held_somewhere(right: str) -> Any:
    def held(user: Visitor, row: object = None) -> bool:
        return user.is_active and (user.is_superuser or bool(clubs_with(user, right)))

    return held
