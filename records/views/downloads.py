"""A table as a file to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from math import ceil
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from records.documents.sheets import table_response
from trackhub.clubs.rest.limits import seconds_to_wait


class Sheet(NamedTuple):
    """What is downloaded: the file's name without its ending, the header, the rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]


def too_many(wait: int) -> HttpResponse:
    """The answer to whoever has to wait so many seconds for the next file."""
    sentence = _("Too many downloads. Come again in %(n)s seconds.") % {"n": wait}
    return HttpResponse(
        sentence, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": str(wait)}
    )


def download(view: Callable[..., Sheet]) -> Callable[..., HttpResponseBase]:
    """For addresses that end in the ``kind`` of file, csv or xlsx. Counted against the limit on exports once the
    view has found that the visitor may have it."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, kind: str, **kwargs: Any) -> HttpResponseBase:
        if kind not in ("csv", "xlsx"):
            raise Http404
        sheet = view(request, *args, **kwargs)
        if wait := ceil(seconds_to_wait("export", request)):
            return too_many(wait)
        response = table_response(sheet.name, kind, sheet.header, sheet.rows)
        response["Cache-Control"] = "private, no-store"
        return response

    return counted
