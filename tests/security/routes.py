"""Every address of the site, with arguments that fit: what is refused before a row is looked up needs no row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

UNSAFE = ("post", "put", "patch", "delete")
_ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>")
_GROUP = re.compile(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    address: str
    name: str
    """With its namespaces: ``api:athletes``."""
    view: Any


def _example(pattern: Any) -> str:
    if hasattr(pattern, "_route"):
        return _ARGUMENT.sub(lambda found: {"slug": "harbour", "int": "1"}.get(found[1], "x"), str(pattern._route))
    return _GROUP.sub("1", str(pattern._regex)).strip("^$").replace("\\Z", "").replace("\\", "")


def all_routes(resolver: URLResolver | None = None, before: str = "/", space: str = "") -> Iterator[Route]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield Route(before + _example(pattern.pattern), f"{space}{pattern.name or ''}", pattern.callback)
        else:
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from all_routes(pattern, before + _example(pattern.pattern), inside)
