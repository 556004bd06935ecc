"""Who may do what in a club: the table of design §4, as predicates on (user, club) behind permission names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rules.permissions import add_perm
from rules.predicates import Predicate, predicate

from trackhub.clubs.models import Club, Role, User
from trackhub.clubs.queries import chief_registrars

Visitor = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table: what it lets one do, and which roles hold it."""

    what: str | Promise
    roles: tuple[Role, ...]


_RECORDS = (Role.CHIEF_REGISTRAR, Role.REGISTRAR)
_MEETS = (*_RECORDS, Role.OFFICIAL)
_SQUAD = (*_RECORDS, Role.COACH)
_OWN = tuple(role for role in Role if role != Role.VIEWER)

# The predicates, the page that says why not, and its tests all read this table. Published records, results and
# rankings need no right.
RIGHTS = {
    "clubs.change_club": Right(gettext_lazy("the club's settings, members and record policy"), (Role.CHIEF_REGISTRAR,)),
    "clubs.ratify_records": Right(gettext_lazy("ratifying and rescinding records"), (Role.CHIEF_REGISTRAR,)),
    "clubs.import_into_club": Right(
        gettext_lazy("importing, editing athletes and performances, submitting claims"), _RECORDS
    ),
    "clubs.run_competitions": Right(
        gettext_lazy("running competitions: entries, official results, links for officials"), _MEETS
    ),
    # A starter's own heat alone: competitions ask for the heat as well, once there are heats.
    "clubs.enter_marks": Right(gettext_lazy("entering and correcting marks, checking in"), (*_MEETS, Role.STARTER)),
    "clubs.view_squad": Right(gettext_lazy("seeing the squad and entering its members"), _SQUAD),
    "clubs.export_club": Right(gettext_lazy("exporting the club's lists"), _SQUAD),
    "clubs.keep_own_profile": Right(gettext_lazy("keeping one's own profile, entries and check-in"), _OWN),
    "clubs.write_news": Right(gettext_lazy("writing the club's news"), _RECORDS),
    "clubs.view_club_private": Right(gettext_lazy("reading the club's private lists"), tuple(Role)),
}


class RightMissing(PermissionDenied):
    """One of a club's own people asked for what their role doesn't include. Its text says what, why and whom to ask.

    Only for insiders: the text names the club's chief registrars.
    """

    def __init__(self, user: User, permission: str, club: Club) -> None:
        super().__init__(permission)
        self.user = user
        self.permission = permission
        self.club = club
        self.roles = [str(role) for role in RIGHTS[permission].roles]

    def __str__(self) -> str:
        return " ".join(missing_right(self.user, self.permission, self.club))


def role_in(user: Visitor, club: Club | None) -> str:
    """The role of ``user`` in ``club`` today, '' for none."""
    if not isinstance(user, User) or not user.is_active or club is None:
        return ""
    return user.roles.get(club.pk, "")


def holds(*roles: str) -> Predicate:
    def has_role(user: Visitor, club: Club | None) -> bool:
        return role_in(user, club) in roles

    return predicate(has_role)


def _is_site_administrator(user: Visitor) -> bool:
    return user.is_active and user.is_superuser


is_site_administrator = predicate(_is_site_administrator)

for _name, _right in RIGHTS.items():
    add_perm(_name, is_site_administrator | holds(*_right.roles))


def require(user: Visitor, permission: str, club: Club | None) -> User:
    """``user``, if they have ``permission`` in ``club``. RightMissing (403) for the club's other people, 404 for
    everybody else: outsiders don't learn what there is. Without a club only the site administrator has it."""
    if isinstance(user, User):
        if user.has_perm(permission, club):
            return user
        if club is not None and role_in(user, club):
            raise RightMissing(user, permission, club)
    raise Http404


def likeliest(user: Visitor, permission: str, clubs: Sequence[Club]) -> Club | None:
    """Of several ``clubs`` the one to ``require`` the permission in: where ``user`` has it, else where they are one of
    its people and learn what they lack, else the first. None where there are none."""
    for fits in (lambda club: user.has_perm(permission, club), lambda club: role_in(user, club)):
        if found := next(filter(fits, clubs), None):
            return found
    return next(iter(clubs), None)


def somebody(user: Visitor) -> User:
    """``user``, behind login_required: nobody else comes that far."""
    assert isinstance(user, User)  # noqa: S101
    return user


def missing_right(user: Visitor, permission: str, club: Club) -> list[str]:
    """Sentences for one who lacks ``permission``: what it is, who has it, what they are, who can change that.

    The club's chief registrars are named to its own people only.
    """
    right, role = RIGHTS[permission], role_in(user, club)
    sentences = [
        _("This is part of: {what} ({club}).").format(what=right.what, club=club.name),
        _("The roles that include it: {roles}.").format(roles=", ".join(str(one.label) for one in right.roles)),
    ]
    if not role:
        return [*sentences, _("You have no role in this club.")]
    sentences.append(_("Your role there: {role}.").format(role=Role(role).label))
    names = [str(one) for one in chief_registrars(club, timezone.localdate())]
    if names:
        return [*sentences, _("Who can give you another: {names}.").format(names=", ".join(names))]
    return [*sentences, _("The club has no chief registrar at present: ask whoever runs this site.")]
