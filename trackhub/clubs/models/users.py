"""People who log in, by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from trackhub.clubs.models.clubs import Membership


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        """Login doesn't care how the address is capitalised."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account that the operator vouches for: its address counts as verified. Sign-up takes another way."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            user.emailaddress_set.create(  # type: ignore[attr-defined]  # allauth's, which has no types
                email=user.email, verified=True, primary=True
            )
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Roles come from memberships; only the site administrator is more."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    limited_to: int | None = None
    """The one club in which an API token lets this person act; never stored."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens: to site administrators, and by today's role to those who keep a club's records."""
        return self.is_superuser or bool(self.clubs_as("chief_registrar", "registrar"))

    @cached_property
    def active_memberships(self) -> list[Membership]:
        """Today's memberships with their clubs, by the club's name. One query a request."""
        active = self.memberships.active(timezone.localdate()).select_related("club").order_by("club__name")
        return [one for one in active if self.limited_to in (None, one.club_id)]

    @cached_property
    def roles(self) -> dict[int, str]:
        """Today's role by club id."""
        return {one.club_id: one.role for one in self.active_memberships}

    @property
    def club_ids(self) -> list[int]:
        return list(self.roles)

    def clubs_as(self, *roles: str) -> list[int]:
        """Ids of the clubs in which this person has one of ``roles``."""
        return [club for club, role in self.roles.items() if role in roles]
