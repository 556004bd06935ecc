"""Addresses of federations in the API."""

from __future__ import annotations

from django.urls import path

from federations.api import digest, news

urlpatterns = [
    path("news/", news.News.as_view(), name="news"),
    path("news/<int:pk>/", news.OneNewsItem.as_view(), name="news_item"),
    path("digest/", digest.Digest.as_view(), name="digest"),
    path("digest/<str:token>/", digest.DigestLink.as_view(), name="digest_link"),
]
