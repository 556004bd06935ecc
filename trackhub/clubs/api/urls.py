"""Addresses of the ground in the API."""

from __future__ import annotations

from django.urls import path

from trackhub.clubs.api import clubs, links, own, stream, webhooks

urlpatterns = [
    path("me/", own.Me.as_view(), name="me"),
    path("me/invitations/", own.MyInvitations.as_view(), name="my_invitations"),
    path("me/invitations/<int:pk>/accept/", own.AcceptInvitation.as_view(), name="accept_invitation"),
    path("tokens/", own.Tokens.as_view(), name="tokens"),
    path("tokens/<int:pk>/", own.OneToken.as_view(), name="token"),
    path("clubs/", clubs.Clubs.as_view(), name="clubs"),
    path("clubs/<slug:slug>/", clubs.OneClub.as_view(), name="club"),
    path("clubs/<slug:slug>/settings/", clubs.Settings.as_view(), name="settings"),
    path("clubs/<slug:slug>/members/", clubs.Members.as_view(), name="members"),
    path("clubs/<slug:slug>/members/<int:pk>/", clubs.OneMember.as_view(), name="member"),
    path("clubs/<slug:slug>/invitations/", clubs.Invitations.as_view(), name="invitations"),
    path("clubs/<slug:slug>/invitations/<int:pk>/", clubs.OneInvitation.as_view(), name="invitation"),
    path("clubs/<slug:slug>/invitations/<int:pk>/send/", clubs.SendInvitation.as_view(), name="send_invitation"),
    path("clubs/<slug:slug>/links/", links.Links.as_view(), name="links"),
    path("clubs/<slug:slug>/links/<int:pk>/", links.OneLink.as_view(), name="link"),
    path("clubs/<slug:slug>/webhooks/", webhooks.Webhooks.as_view(), name="webhooks"),
    path("clubs/<slug:slug>/webhooks/<int:pk>/", webhooks.OneWebhook.as_view(), name="webhook"),
    path("clubs/<slug:slug>/webhooks/<int:pk>/key/", webhooks.WebhookKey.as_view(), name="webhook_key"),
    path("clubs/<slug:slug>/webhooks/<int:pk>/deliveries/", webhooks.Deliveries.as_view(), name="deliveries"),
    path(
        "clubs/<slug:slug>/webhooks/<int:pk>/deliveries/<int:delivery>/replay/",
        webhooks.Replay.as_view(),
        name="replay",
    ),
    path("events/", clubs.Events.as_view(), name="events"),
    path("events/stream/", stream.EventStream.as_view(), name="event_stream"),
]
