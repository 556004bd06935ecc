"""Addresses of the site."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from trackhub import views

# Rights come from memberships, never from groups. Here every app has registered its models.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("trackhub.clubs.urls")),
    path("", include("records.urls")),
    path("health", views.health, name="health"),
    path("ready", views.ready, name="ready"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
