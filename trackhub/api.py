"""The API under the roof: version 1 with its search, its description and its documentation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from federations.api.examples import NEWS
from federations.api.news import NewsShape
from federations.api.news import shaped as news_shaped
from federations.queries.news import news_named
from records.api.examples import SEARCH
from records.api.search import found_in_records
from records.api.serializers import SearchShape
from records.domain.seeking import SHORTEST
from records.queries.search import LONGEST
from trackhub.clubs.rest.errors import envelope
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView


@example({"name": "TrackHub", "version": "1", "documentation": "/api/docs/"})
class HelloShape(serializers.Serializer[dict[str, str]]):
    name = serializers.CharField()
    version = serializers.CharField()
    documentation = serializers.CharField()


@extend_schema(responses=HelloShape)
class Hello(ApiView):
    """Says that the API is there."""

    def get(self, request: Request) -> Response:
        return Response({"name": "TrackHub", "version": "1", "documentation": "/api/docs/"})


@example(SEARCH | {"news": [NEWS]})
class FoundShape(SearchShape):
    news = NewsShape(many=True)


@extend_schema(
    parameters=[OpenApiParameter("q", required=True, description="Two letters or more; eighty are read.")],
    responses=FoundShape,
)
class Search(ApiView):
    """Athletes, clubs, disciplines, books, records, competitions and news by name, ten of each at most. Accents and the
    order of words don't matter; a slip in a word doesn't where nothing is spelled as it was typed."""

    conditional = True
    examples = {"q": "harb"}

    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "").replace("\0", "").strip()[:LONGEST]
        if len(text) < SHORTEST:
            raise ValidationError({"q": [_("Two letters or more.")]})
        news = news_named(text, request.user, at=timezone.now()).items
        return Response({**found_in_records(text, request.user), "news": [news_shaped(one) for one in news]})


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """An address of the API that leads nowhere answers in JSON as well."""
    return JsonResponse(envelope("not_found", _("There is nothing here.")), status=404)


version_1: list[URLPattern | URLResolver] = [
    path("", Hello.as_view(), name="hello"),
    path("", include("trackhub.clubs.api.urls")),
    path("search/", Search.as_view(), name="search"),
    path("", include("records.api.urls")),
    path("", include("federations.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include((version_1, "api"))),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    re_path("", nowhere, name="api_nowhere"),
]
