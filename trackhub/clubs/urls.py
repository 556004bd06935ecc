"""Addresses of the ground."""

from __future__ import annotations

from django.urls import include, path

from trackhub.clubs import views

urlpatterns = [
    path("accounts/club/", views.switch_club, name="switch_club"),
    path("accounts/", views.account, name="account"),
    path("accounts/tokens/", views.tokens, name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("accounts/close/", views.close_account, name="close_account"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/auth/app/v1/auth/2fa/authenticate", views.enter_code, name="enter_code"),
    path("api/v1/auth/app/v1/auth/2fa/reauthenticate", views.confirm_by_code, name="confirm_by_code"),
    path("api/v1/auth/", include("allauth.headless.urls")),
    path("clubs/<slug:slug>/colours.css", views.club_colours, name="club_colours"),
    path("clubs/<slug:slug>/settings/", views.club_settings, name="club_settings"),
    path("clubs/<slug:slug>/members/", views.members, name="members"),
    path("clubs/<slug:slug>/members/<int:pk>/", views.member, name="member"),
    path("clubs/<slug:slug>/members/<int:pk>/end/", views.end_member, name="end_member"),
    path("clubs/<slug:slug>/invitations/<int:pk>/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path("clubs/<slug:slug>/invitations/<int:pk>/send/", views.resend_invitation, name="resend_invitation"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("clubs/<slug:slug>/links/", views.official_links, name="official_links"),
    path("clubs/<slug:slug>/links/<int:pk>/", views.official_link, name="official_link"),
    path("clubs/<slug:slug>/links/<int:pk>/qr.svg", views.official_link_qr, name="official_link_qr"),
    path("clubs/<slug:slug>/links/<int:pk>/revoke/", views.revoke_link, name="revoke_link"),
    path("desk/<str:token>/", views.desk, name="desk"),
]
