"""The base of API views: unchanged answers aren't made twice, and a repeated order isn't carried out twice."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Never

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from trackhub.clubs.models import User
from trackhub.clubs.queries import lacks_second_factor, site_version
from trackhub.clubs.rest.errors import Answered, Conflict, SecondFactorMissing, Unprocessable, envelope
from trackhub.clubs.rest.pagination import Cursor

REMEMBERED_SECONDS = 600


class ApiView(APIView):
    """One resource or action.

    ``conditional`` answers carry an ETag made of the site's version, the day, the visitor and the address, so a 304
    costs one query; set it only where every change of what is shown is a deed (``record_deed``).
    """

    conditional = False
    private = False
    """Nobody reads this without a login. The description says so; who may is decided in the view."""
    open = False
    """Nor does writing need a login: the link that was mailed says who asks. For the description again."""
    examples: Mapping[str, Any] = {}
    """For the description: of parameters, by name."""
    secret = False
    """The answer holds a key that is shown once, so a repeated order learns only that it was carried out."""
    etag = ""
    order = ""
    """Where the answer to this ``Idempotency-Key`` is remembered, '' without one."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "GET" and self.conditional:
            self.etag = f'W/"{_fingerprint(request)}"'
            if self.etag in request.headers.get("If-None-Match", ""):
                raise Answered(Response(status=status.HTTP_304_NOT_MODIFIED))
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
        if key and request.user.is_authenticated:
            self._remember_order(request, key)

    def check_permissions(self, request: Request) -> None:
        """The browser's sessions are held to it by a middleware; phones and programs bring no cookie."""
        super().check_permissions(request)
        if lacks_second_factor(request.user):
            raise SecondFactorMissing

    def _remember_order(self, request: Request, key: str) -> None:
        whole = f"{_asker(request)}|{request.path}|{key}"
        order = f"order:{sha256(whole.encode()).hexdigest()}"
        said = _contents(request)
        if cache.add(order, {"said": said, "data": None, "status": None}, timeout=REMEMBERED_SECONDS):
            self.order = order
            return
        before = cache.get(order) or {}
        if before.get("said") != said:
            raise Unprocessable(_("This Idempotency-Key came before with another order."), "key_reused")
        if before.get("status") is None:
            raise Conflict(_("The same order is being carried out. Ask again in a moment."), "in_progress")
        headers = {"Idempotency-Replayed": "true", **before["headers"]}
        raise Answered(Response(before["data"], before["status"], headers=headers))

    def raise_uncaught_exception(self, exc: Exception) -> Never:
        """After a failure of ours the order may come again."""
        if self.order:
            cache.delete(self.order)
        super().raise_uncaught_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.order and not response.headers.get("Idempotency-Replayed"):
            self._keep_answer(response)
        if self.etag and response.status_code in (200, 304):
            response["ETag"] = self.etag
        response["Cache-Control"] = "private, no-cache" if self.etag else "no-store"
        response["Vary"] = "Authorization, Cookie, Accept-Language, X-Session-Token"
        return response

    def _keep_answer(self, response: Response) -> None:
        if response.status_code < 500 and response.status_code not in (401, 429):
            headers = {name: response[name] for name in ("Location",) if name in response}
            answer = {"data": response.data, "status": response.status_code, "headers": headers}
            if self.secret and response.status_code < 300:
                sentence = _("This was done before, and its answer held a key that isn't shown a second time.")
                answer |= {"data": envelope("done_before", sentence), "status": status.HTTP_409_CONFLICT}
            kept = {**(cache.get(self.order) or {}), **answer}
            cache.set(self.order, kept, timeout=REMEMBERED_SECONDS)
        else:
            cache.delete(self.order)


def _contents(request: Request) -> str:
    """A digest of what an order says. A form is read field by field: its boundaries differ each time it is sent."""
    if not request.content_type.startswith("multipart/"):
        return sha256(request.body).hexdigest()
    form: Any = request.data  # a QueryDict, as every form is
    fields = [(name, [_digest(value) for value in values]) for name, values in sorted(form.lists())]
    return sha256(repr(fields).encode()).hexdigest()


def _digest(value: str | UploadedFile[Any]) -> str:
    if isinstance(value, str):
        return sha256(value.encode()).hexdigest()
    digest = sha256()
    for piece in value.chunks():
        digest.update(piece)
    value.seek(0)
    return digest.hexdigest()


def _asker(request: Request) -> str:
    """Whoever asks, bound to a club or not."""
    user = request.user
    return f"{user.pk}/{user.limited_to}" if isinstance(user, User) else "anybody"


def _fingerprint(request: Request) -> str:
    parts = (site_version(), timezone.localdate(), _asker(request), get_language(), request.get_full_path())
    return sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]


class ListView(ApiView, GenericAPIView[Any]):
    """A list in pages by cursor. ``found()`` gives rows as dictionaries, ``shaped()`` what is shown of them."""

    conditional = True
    serializer_class: type[Serializer[Any]]

    def get(self, request: Request, **kwargs: Any) -> Response:
        wanted = self._wanted(request)
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        items = self.shaped(rows or [])
        if wanted:
            items = [{name: item[name] for name in wanted} for item in items]
        return self.get_paginated_response(items)

    def order_by(self, *columns: str) -> None:
        """Another order than the newest first."""
        assert isinstance(self.paginator, Cursor)  # noqa: S101  # what settings name
        self.paginator.ordering = columns

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filters are set up only where the address names one: that costs as much as the query."""
        filters = getattr(self, "filterset_class", None)
        asked = filters is not None and not filters.base_filters.keys().isdisjoint(self.request.query_params)
        return super().filter_queryset(queryset) if asked else queryset

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        raise NotImplementedError

    def _wanted(self, request: Request) -> list[str]:
        wanted = [name for name in request.query_params.get("fields", "").split(",") if name]
        known = list(self.serializer_class().fields)
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            sentence = _("No such field: {names}. There are: {all}.")
            raise ValidationError({"fields": [sentence.format(names=", ".join(unknown), all=", ".join(known))]})
        return wanted
