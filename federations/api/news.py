"""News: everybody reads what is for them; a club's registrars write it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from federations.actions.news import change_news, remove_news, write_news
from federations.api import examples
from federations.models import NewsItem
from federations.queries import news as queries
from records.queries.catalogue import club_called
from trackhub.clubs.models import Club
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView, ListView
from trackhub.clubs.rules import require

Shape = serializers.Serializer[Any]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@example(examples.NEWS)
class NewsShape(Shape):
    id = serializers.IntegerField()
    club = serializers.CharField(allow_null=True, help_text="Null: news of the site.")
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    body = serializers.CharField(help_text="Plain text; a blank line begins a paragraph.")
    audience = serializers.ChoiceField(NewsItem.Audience.values)
    language = serializers.ChoiceField(["", *LANGUAGES], help_text="Blank: not said.")
    published_at = serializers.DateTimeField()
    url = serializers.CharField()


class _WrittenShape(Shape):
    title = serializers.CharField(min_length=5, max_length=200)
    summary = serializers.CharField(max_length=500, required=False, allow_blank=True)
    body = serializers.CharField(min_length=20, max_length=20_000)
    audience = serializers.ChoiceField(NewsItem.Audience.values, required=False, help_text="Everybody, unless said.")
    language = serializers.ChoiceField(LANGUAGES, required=False, allow_blank=True)
    published_at = serializers.DateTimeField(required=False, help_text="May be to come. At once, unless said.")


@example(examples.NEW, request=True)
class NewNewsShape(_WrittenShape):
    club = serializers.SlugField(required=False, allow_null=True, help_text="Without one it is news of the site.")


@example(examples.CHANGED, request=True)
class ChangedNewsShape(_WrittenShape):
    pass


def shaped(one: NewsItem) -> dict[str, Any]:
    words = {name: getattr(one, name) for name in ("title", "summary", "body", "audience", "language", "published_at")}
    return {"id": one.pk, "club": one.club.slug if one.club else None, **words, "url": one.get_absolute_url()}


def club_of_slug(slug: str | None) -> Club | None:
    """The club of a slug; 404 where there is none."""
    if not slug:
        return None
    found = club_called(slug)
    if found is None:
        raise Http404
    return found


@extend_schema(methods=["GET"], parameters=[OpenApiParameter("club", description="A club's short address.")])
class News(ListView):
    """What has appeared and is for you, the newest first."""

    examples = {"club": "harbour"}
    serializer_class = NewsShape

    def get_queryset(self) -> Any:
        self.order_by("-published_at", "-id")
        asked = self.request.query_params.get("club", "").replace("\0", "")
        return queries.news_for(self.request.user, at=timezone.now(), club=club_of_slug(asked))

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [shaped(one) for one in rows]

    @extend_schema(request=NewNewsShape, responses={201: NewsShape})
    def post(self, request: Request) -> Response:
        """Write news of a club whose records you keep; without a club it is the site administrator's, of the site."""
        by, order = person(request), NewNewsShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = dict(order.validated_data)
        club = club_of_slug(said.pop("club", None))
        by = require(by, queries.WRITE, club)
        return Response(shaped(write_news(club, by=by, at=timezone.now(), said=said)), status.HTTP_201_CREATED)


class OneNewsItem(ApiView):
    conditional = True

    def item(self, request: Request, pk: int) -> NewsItem:
        found = queries.news_item(request.user, pk, at=timezone.now())
        if found is None:
            raise Http404
        return found

    @extend_schema(responses=NewsShape)
    def get(self, request: Request, pk: int) -> Response:
        """One piece of news. Whoever writes the club's news reads also what is still to appear."""
        return Response(shaped(self.item(request, pk)))

    @extend_schema(request=ChangedNewsShape, responses=NewsShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Change a piece of news. What isn't named stays."""
        by, item = person(request), self.item(request, pk)
        require(by, queries.WRITE, item.club)
        said = ChangedNewsShape(data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        return Response(shaped(change_news(item, by=by, at=timezone.now(), said=said.validated_data)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove a piece of news. Whoever has read or been mailed it has it still."""
        by, item = person(request), self.item(request, pk)
        remove_news(item, by=require(by, queries.WRITE, item.club), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
