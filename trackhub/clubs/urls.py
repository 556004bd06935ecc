"""Addresses of the ground."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from trackhub.clubs import views

urlpatterns = [
    path("accounts/login/", views.login, name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/club/", views.switch_club, name="switch_club"),
    path("clubs/<slug:slug>/colours.css", views.club_colours, name="club_colours"),
]
