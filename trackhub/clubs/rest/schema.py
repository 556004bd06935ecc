"""What the OpenAPI description says of every operation alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework.generics import GenericAPIView
from rest_framework.serializers import Serializer

REFUSALS = {
    "400": "The request can't be read.",
    "401": "Log in first; or the token or session is unknown, expired or revoked.",
    "403": "You may not do this; the message says who may.",
    "404": "There is nothing here, or nothing that you may see.",
    "406": "Only JSON is spoken here.",
    "409": "It doesn't fit the state things are in.",
    "415": "Send what the request body names.",
    "422": "Understood, and not possible: details say which field and why.",
    "429": "Too many requests; Retry-After says in how many seconds to come again.",
}

_ENVELOPE = {
    "type": "object",
    "description": "Every refusal looks like this.",
    "required": ["error", "message", "details"],
    "properties": {
        "error": {"type": "string", "description": "A code for programs."},
        "message": {"type": "string", "description": "A sentence for people."},
        "details": {"type": "object", "additionalProperties": True},
    },
    "example": {"error": "not_found", "message": "There is nothing here, or nothing that you may see.", "details": {}},
}
_REFUSED = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="Of your making, new for each order. Sent again within 10 minutes, it gets the first answer again.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    location=OpenApiParameter.HEADER,
    description="The ETag of an earlier answer: 304 without a body where nothing has changed since.",
)
ETAG = {"description": "For If-None-Match.", "required": True, "schema": {"type": "string"}}
RETRY_AFTER = {"description": "In seconds.", "required": True, "schema": {"type": "integer"}}
LOCATION = {
    "description": "Where to look how far it is.",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
}

DONE = {
    "200": "As asked.",
    "201": "Made.",
    "202": "Taken on: look at Location until its job is done.",
    "204": "Done; there is nothing more to say.",
}
NUMBER = {"schema": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "description": "Its id."}
SLUG = {"schema": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}, "description": "Its short address."}

TOKEN = {"schema": {"type": "string", "pattern": "^[^/]+$"}, "description": "The word in the mailed link."}

S = TypeVar("S", bound=type[Serializer[Any]])


def example(value: Any, *, request: bool = False, media: str = "") -> Callable[[S], S]:
    """An example of a shape: of an answer, or of what is sent."""
    shown = OpenApiExample(
        "Example",
        value=value,
        request_only=request,
        response_only=not request,
        media_type=media or None,
        status_codes=None if request else ["200", "201", "202"],
    )
    return extend_schema_serializer(examples=[shown])


def describe_refusals(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """The one envelope that every refusal refers to; and what lists hold, of which ``fields`` may leave things out."""
    shapes = result.setdefault("components", {}).setdefault("schemas", {})
    shapes["Refusal"] = _ENVELOPE
    for page in [shape for name, shape in shapes.items() if name.startswith("Paginated")]:
        whole = page["properties"]["results"]["items"]["$ref"].rpartition("/")[2]
        sparse = {name: value for name, value in shapes[whole].items() if name != "required"}
        shapes[f"Listed{whole}"] = sparse | {"description": f"{whole}, or of it what ``fields`` names."}
        page["properties"]["results"]["items"] = {"$ref": f"#/components/schemas/Listed{whole}"}
    return result


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names it."""

    target_class = "trackhub.clubs.rest.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API token, or an access token from logging in."}


class HouseSchema(AutoSchema):
    """Operations are called as their addresses: ``athletes_one_bests``, ``post_imports_one_confirm``."""

    view: Any  # an ApiView, whose module comes later than this one

    def get_operation_id(self) -> str:
        words = ["one" if part.startswith("{") else part for part in self.path.split("/")[3:] if part] or ["hello"]
        return "_".join(words if self.method == "GET" else [self.method.lower(), *words])

    def get_summary(self) -> str:
        """The first sentence of the docstring."""
        return self.get_description().split("\n\n")[0].replace("\n", " ").partition(". ")[0].rstrip(".")

    def get_tags(self) -> list[str]:
        return super().get_tags() or ["api"]

    def get_auth(self) -> list[dict[str, Any]]:
        """Reading needs no login, and writing needs one, unless the view says so."""
        nobody = self.view.open or (self.method == "GET" and not self.view.private)
        return [*super().get_auth(), *([{}] if nobody else [])]

    def get_filter_backends(self) -> list[Any]:
        return super().get_filter_backends() if getattr(self.view, "filterset_class", None) else []

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = []
        if self.method == "POST":
            found.append(IDEMPOTENCY_KEY)
        if self.method == "GET" and self.view.conditional:
            found.append(IF_NONE_MATCH)
        if self._pages():
            names = list(self.view.serializer_class().fields)
            kind = {"type": "array", "items": {"type": "string", "enum": names}, "example": names[:2]}
            about = "Only these fields, separated by commas."
            found.append(OpenApiParameter("fields", kind, description=about, style="form", explode=False))
        return found

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        filters = getattr(getattr(self.view, "filterset_class", None), "base_filters", {})
        for parameter in operation.get("parameters", ()):
            if parameter["name"] in self.view.examples and self.method == "GET":
                parameter["example"] = self.view.examples[parameter["name"]]
            limits = getattr(filters.get(parameter["name"]), "extra", {})
            for limit, name in (("min_value", "minimum"), ("max_value", "maximum"), ("max_length", "maxLength")):
                if limit in limits:
                    parameter["schema"][name] = limits[limit]
            if parameter["in"] == "path":
                number = parameter["schema"]["type"] == "integer"
                parameter |= NUMBER if number else TOKEN if parameter["name"] == "token" else SLUG
        answers = operation["responses"]
        for status, answer in answers.items():
            answer["description"] = DONE[status]
        for status in self._refusals(operation):
            answers.setdefault(status, {"description": REFUSALS[status], "content": _REFUSED})
        answers["429"]["headers"] = {"Retry-After": RETRY_AFTER}
        if "202" in answers:
            answers["202"]["headers"] = {"Location": LOCATION}
        if self.method == "GET" and self.view.conditional:
            answers["200"]["headers"] = {"ETag": ETAG}
            answers["304"] = {"description": "Unchanged since the ETag that you sent.", "headers": {"ETag": ETAG}}
        return operation

    def _refusals(self, operation: dict[str, Any]) -> list[str]:
        """The statuses that can come, beside success."""
        said = operation.get("parameters", ())
        places = {parameter["in"] for parameter in said if parameter["name"] != IF_NONE_MATCH.name}
        found = {"401", "403", "406", "429"}
        if places & {"path", "query"}:
            found.add("404")
        if places & {"query", "header"}:
            found.add("422")
        if self.method != "GET":
            found |= {"400", "404", "409", "422"}
        if "requestBody" in operation:
            found.add("415")
        return sorted(found)

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self._pages() or bool(super()._is_list_view(serializer))

    def _pages(self) -> bool:
        """The only generic views of the house are its lists; what they take by POST is one thing."""
        return self.method == "GET" and isinstance(self.view, GenericAPIView)
