"""Ways in: invitations, API tokens, links for officials, and the failed logins that lock an account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.models.clubs import Club, Role
from trackhub.clubs.models.users import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> Self:
        """Neither accepted nor withdrawn nor expired."""
        return self.filter(accepted=None, withdrawn=None, expires__gt=at)


class Invitation(models.Model):
    """A role in a club offered to an e-mail address. The link is signed, so nothing secret is kept here."""

    ADDRESSEE = "email"
    """The column with the address that the row is about: it goes with an account of that address."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("club"))
    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by"))
    created = models.DateTimeField(_("sent"))
    expires = models.DateTimeField(_("expires"))
    accepted = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    withdrawn = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_is_known")]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}, {self.club}"


class LoginFailure(models.Model):
    """One failed login. The account is a digest: people mistype passwords into the field for the address."""

    account = models.CharField(_("account"), max_length=64)
    address = models.GenericIPAddressField(_("address"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("failed login")
        verbose_name_plural = _("failed logins")
        indexes = [models.Index(fields=["account", "at"]), models.Index(fields=["address", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.address}"


class Scope(models.TextChoices):
    """What an API token may do at most; the person's own rights bound it further."""

    READ = "read", _("read")
    WRITE = "write", _("read and change")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def standing(self, at: datetime) -> Self:
        return self.filter(revoked=None, expires__gt=at)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own tokens."""
        return self.filter(user=user) if isinstance(user, User) else self.none()


class ApiToken(models.Model):
    """A key for a program. It acts as its person, within ``club`` alone where one is named.

    The key is shown once: ``prefix`` finds the row, ``digest`` (SHA-256 of the whole key) proves it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("user"))
    club = models.ForeignKey(Club, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("club"))
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope, default=Scope.READ)
    created = models.DateTimeField(_("made"))
    expires = models.DateTimeField(_("expires"))
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [models.CheckConstraint(condition=Q(scope__in=Scope.values), name="token_scope_is_known")]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"


class OfficialLinkQuerySet(models.QuerySet["OfficialLink"]):
    def standing(self, on: date) -> Self:
        return self.filter(revoked=None, day=on)


class OfficialLink(models.Model):
    """Opens one pit or court on one day to whoever holds it, without an account. The link is signed."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="official_links", verbose_name=_("club"))
    place = models.CharField(_("pit or court"), max_length=80)
    day = models.DateField(_("day"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("made by"))
    created = models.DateTimeField(_("made"))
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = OfficialLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("official link")
        verbose_name_plural = _("official links")

    def __str__(self) -> str:
        return f"{self.place}, {self.day}"
