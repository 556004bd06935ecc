"""JSON by orjson: a list is encoded in a tenth of the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer


def as_json(data: Any) -> bytes:
    """UTF-8, on one line; what orjson doesn't know (lazy translations) is written as text."""
    return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


class FastJSONRenderer(JSONRenderer):
    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else as_json(data)


class FileOrRefusal(DefaultContentNegotiation):
    """For views that answer a file. Its kind is known, so nothing is chosen; refusals are JSON here as well."""

    def select_renderer(
        self, request: Any, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        only = next(iter(renderers))
        return only, str(only.media_type)
