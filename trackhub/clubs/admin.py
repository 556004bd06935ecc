"""The site administrator's desk for the ground. Clubs stand in records.admin: a new club needs its book."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from trackhub.clubs.actions.accounts import vouch_for_address
from trackhub.clubs.actions.redacting import redact_account
from trackhub.clubs.actions.webhooks import WebhookRefused, replay_delivery
from trackhub.clubs.models import AuditEntry, Delivery, Event, Job, Membership, User, Webhook

if TYPE_CHECKING:
    UserDesk = admin.ModelAdmin[User]
    MembershipDesk = admin.ModelAdmin[Membership]
    AuditDesk = admin.ModelAdmin[AuditEntry]
    JobDesk = admin.ModelAdmin[Job]
    FactorDesk = admin.ModelAdmin[Authenticator]
    EventDesk = admin.ModelAdmin[Event]
    WebhookDesk = admin.ModelAdmin[Webhook]
    DeliveryDesk = admin.ModelAdmin[Delivery]
    MembershipLines = admin.TabularInline[Membership, User]
    UserForm = ModelForm[User]
else:
    UserDesk = FactorDesk = MembershipDesk = AuditDesk = JobDesk = EventDesk = WebhookDesk = DeliveryDesk = (
        admin.ModelAdmin
    )
    MembershipLines, UserForm = admin.TabularInline, ModelForm


class ReadOnly:
    """For rows that the site writes itself: to be looked at, never touched."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class MembershipInline(MembershipLines):
    model = Membership
    extra = 0
    autocomplete_fields = ("club",)


@admin.register(User)
class UserAdmin(UserDesk):
    """People. A new one gets no password here: it is set by the person."""

    list_display = ("email", "name", "is_active", "is_superuser", "date_joined")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_superuser", "date_joined", "last_login")
    readonly_fields = ("date_joined", "last_login")
    ordering = ("email",)
    inlines = (MembershipInline,)

    def save_model(self, request: HttpRequest, obj: User, form: UserForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            vouch_for_address(obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        redact_account(obj)
        super().delete_model(request, obj)


class SecondFactorAdmin(ReadOnly, FactorDesk):
    """That there is one and since when, never its secret. Whoever lost theirs is let in by deleting it."""

    list_display = fields = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_superuser


@admin.register(Membership)
class MembershipAdmin(MembershipDesk):
    list_display = ("user", "club", "role", "starts", "ends")
    list_filter = ("role",)
    list_select_related = ("user", "club")
    search_fields = ("user__email", "user__name", "club__name")
    autocomplete_fields = ("user", "club")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, AuditDesk):
    list_display = ("at", "action", "target", "by", "club")
    list_select_related = ("by", "club")
    fields = ("at", "action", "target", "by", "club", "before", "after")
    search_fields = ("target",)
    search_help_text = _("What it was about, as in: athlete 12")
    sortable_by = ()
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """By the whole target, which has an index."""
        return queryset.filter(target=search_term.strip()) if search_term.strip() else queryset, False


@admin.register(Job)
class JobAdmin(ReadOnly, JobDesk):
    list_display = ("id", "task", "subject", "state", "percent", "attempts", "heartbeat", "by", "club")
    list_filter = ("state",)
    list_select_related = ("by", "club")
    search_fields = ("task", "message")
    ordering = ("-pk",)


@admin.register(Event)
class EventAdmin(ReadOnly, EventDesk):
    list_display = ("pk", "at", "kind", "club", "public")
    list_filter = ("public",)
    list_select_related = ("club",)
    search_fields = ("club__name",)
    sortable_by = ()
    ordering = ("-pk",)


@admin.register(Webhook)
class WebhookAdmin(ReadOnly, WebhookDesk):
    """Looked at only: an address is checked by the action that takes it, and clubs keep their own."""

    list_display = ("url", "club", "active", "last_delivery", "created")
    fields = ("url", "club", "kinds", "active", "by", "created")
    list_filter = ("active",)
    list_select_related = ("club",)
    search_fields = ("url", "club__name")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Webhook]:
        return super().get_queryset(request).annotate(last=Max("deliveries__delivered"))

    @admin.display(description=_("last delivery"), ordering="last")
    def last_delivery(self, webhook: Webhook) -> datetime | None:
        last: datetime | None = getattr(webhook, "last", None)
        return last


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, DeliveryDesk):
    list_display = ("pk", "event", "webhook", "state", "attempts", "due", "status", "answer", "delivered")
    list_filter = ("state",)
    list_select_related = ("event", "webhook")
    search_fields = ("webhook__url", "webhook__club__name")
    actions = ("send_again",)
    ordering = ("-pk",)

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        by, sent = request.user if isinstance(request.user, User) else None, 0
        for delivery in queryset.select_related("webhook__club"):
            try:
                replay_delivery(delivery, by=by, at=timezone.now())
                sent += 1
            except WebhookRefused as refused:
                self.message_user(request, f"{delivery}: {refused}", messages.WARNING)
        self.message_user(request, ngettext("%d delivery is sent again.", "%d deliveries are sent again.", sent) % sent)
