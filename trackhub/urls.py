"""Addresses of the site."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from trackhub import views
from trackhub.api import nowhere
from trackhub.clubs.admin import SecondFactorAdmin
from trackhub.desk.site import open_desk
from trackhub.styleguide import styleguide

# Here every app has registered its models. Rights come from memberships, never from groups; addresses change with the
# user's; keys of sessions and of Google are nobody's to read, and of a second factor only that there is one.
for model in (Group, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession, Authenticator):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
admin.site.register(Authenticator, SecondFactorAdmin)
# The admin's own login would ask no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
open_desk(admin.site)

urlpatterns = [
    path("", views.home, name="home"),
    # allauth's door for phone numbers, of which there are none here, breaks when it is tried.
    path("api/v1/auth/app/v1/account/phone", nowhere, name="api_nowhere"),
    path("", include("trackhub.clubs.urls")),
    path("search/", views.search, name="search"),
    path("", include("records.urls")),
    path("", include("federations.urls")),
    path("styleguide/", styleguide, name="styleguide"),
    path("health", views.health, name="health"),
    path("ready", views.ready, name="ready"),
    path("language/", views.set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/", include("trackhub.api")),
]
