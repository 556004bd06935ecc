"""The site's addresses and one page more, which says hello: what the middleware alone costs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from trackhub.urls import urlpatterns as of_the_site


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("hello/", hello), *of_the_site]
