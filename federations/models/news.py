"""News that a club, or the site, writes for everybody or for members."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.models import Club, User


def languages() -> list[tuple[str, str]]:
    """Those of the site; asked for each time, so that a new one needs no migration."""
    return list(settings.LANGUAGES)


class NewsQuerySet(models.QuerySet["NewsItem"]):
    def published(self, at: datetime) -> Self:
        return self.filter(published_at__lte=at)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Public items for everybody, a club's for its people, the site's for whoever has a role in some club."""
        if user.is_superuser:
            return self
        public = Q(audience=NewsItem.Audience.PUBLIC)
        if not isinstance(user, User) or not user.club_ids:
            return self.filter(public)
        return self.filter(public | Q(club__in=user.club_ids) | Q(club=None))


class NewsItem(models.Model):
    """One piece of news: plain paragraphs, no markup. It appears at its hour, which may be still to come."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members")

    club = models.ForeignKey(
        Club,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="news",
        verbose_name=_("club"),
        help_text=_("Without one it is news of the site."),
    )
    title = models.CharField(_("title"), max_length=200, validators=[MinLengthValidator(5)])
    summary = models.TextField(
        _("summary"),
        max_length=500,
        blank=True,
        help_text=_("A sentence or two for lists, feeds and the digest, 500 letters at most."),
    )
    body = models.TextField(
        _("text"),
        max_length=20_000,
        validators=[MinLengthValidator(20)],
        help_text=_("A blank line begins a paragraph. Web addresses become links."),
    )
    audience = models.CharField(_("for"), max_length=7, choices=Audience, default=Audience.PUBLIC)
    language = models.CharField(
        _("language"),
        max_length=7,
        choices=languages,
        blank=True,
        help_text=_("The weekly mail brings it to readers of this language; without one, to all."),
    )
    published_at = models.DateTimeField(
        _("published"), default=timezone.now, db_index=True, help_text=_("It appears from then on.")
    )
    told = models.DateTimeField(_("told"), null=True, editable=False)
    """When its appearing was noted as a deed; None while that is still to come."""
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("author")
    )

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=("public", "members")), name="news_audience_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("news_item", args=[self.pk, slugify(self.title) or "news"])

    @property
    def is_public(self) -> bool:
        return self.audience == self.Audience.PUBLIC
