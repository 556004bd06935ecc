"""The desk for news, and who gets the weekly mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from federations.actions.news import tell_appearance
from federations.models import DigestSubscription, NewsItem
from trackhub.clubs.admin import ReadOnly
from trackhub.clubs.rules import somebody

if TYPE_CHECKING:
    NewsDesk = admin.ModelAdmin[NewsItem]
    SubscriptionDesk = admin.ModelAdmin[DigestSubscription]
    NewsForm = ModelForm[NewsItem]
else:
    NewsDesk = SubscriptionDesk = admin.ModelAdmin
    NewsForm = ModelForm


@admin.register(NewsItem)
class NewsItemAdmin(NewsDesk):
    """Written here by a club's registrars, and for the site by its administrators. Plain text: no markup is obeyed."""

    fields = ("club", "title", "summary", "body", "audience", "language", "published_at")
    list_display = ("title", "club", "audience", "published_at", "author")
    list_filter = ("audience",)
    list_select_related = ("club", "author")
    search_fields = ("title",)
    autocomplete_fields = ("club",)
    ordering = ("-published_at",)

    def save_model(self, request: HttpRequest, obj: NewsItem, form: NewsForm, change: bool) -> None:
        if not change:
            obj.author = somebody(request.user)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: NewsForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        tell_appearance(form.instance, at=timezone.now())


@admin.register(DigestSubscription)
class DigestSubscriptionAdmin(ReadOnly, SubscriptionDesk):
    """Looked at, and ended for whoever writes in; begun by the address's owner alone."""

    list_display = fields = ("email", "locale", "club", "asked", "confirmed", "last_sent")
    list_filter = ("locale",)
    list_select_related = ("club",)
    search_fields = ("email",)
    ordering = ("-pk",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_superuser
