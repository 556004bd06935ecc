"""The site administrator's desk for the ground. Clubs stand in records.admin: a new club needs its book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from trackhub.clubs.models import AuditEntry, Job, Membership, User

if TYPE_CHECKING:
    UserDesk = admin.ModelAdmin[User]
    MembershipDesk = admin.ModelAdmin[Membership]
    AuditDesk = admin.ModelAdmin[AuditEntry]
    JobDesk = admin.ModelAdmin[Job]
    MembershipLines = admin.TabularInline[Membership, User]
    UserForm = ModelForm[User]
else:
    UserDesk = MembershipDesk = AuditDesk = JobDesk = admin.ModelAdmin
    MembershipLines, UserForm = admin.TabularInline, ModelForm

admin.site.site_header = admin.site.site_title = "TrackHub"


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
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: User, form: UserForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(Membership)
class MembershipAdmin(MembershipDesk):
    list_display = ("user", "club", "role", "starts", "ends")
    list_filter = ("role",)
    list_select_related = ("user", "club")
    search_fields = ("user__email", "user__name", "club__name")
    autocomplete_fields = ("user", "club")
    show_full_result_count = False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, AuditDesk):
    list_display = ("at", "action", "target", "by", "club")
    list_filter = ("action",)
    list_select_related = ("by", "club")
    search_fields = ("target", "by__email", "club__name")
    date_hierarchy = "at"
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Job)
class JobAdmin(ReadOnly, JobDesk):
    list_display = ("pk", "task", "subject", "state", "percent", "attempts", "heartbeat", "by", "club")
    list_filter = ("state", "task")
    list_select_related = ("by", "club")
    search_fields = ("task", "message")
    ordering = ("-pk",)
    show_full_result_count = False
