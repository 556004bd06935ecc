"""Addresses of federations."""

from __future__ import annotations

from django.urls import path

from federations.views import digest, news

urlpatterns = [
    path("news/", news.news, name="news"),
    path("news/feed/", news.news_feed, name="news_feed"),
    path("news/<int:pk>-<slug:title>/", news.news_item, name="news_item"),
    path("digest/", digest.digest, name="digest"),
    path("digest/asked/", digest.digest_asked, name="digest_asked"),
    path("digest/<str:token>/", digest.digest_link, name="digest_link"),
    path("digest/<str:token>/end/", digest.digest_end, name="digest_end"),
]
