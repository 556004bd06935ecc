"""Reading what the API answers, and holding it to what it declares."""

from __future__ import annotations

from typing import Any

from django.test import Client
from rest_framework import serializers


def rows(client: Client, address: str, **asked: Any) -> list[dict[str, Any]]:
    response = client.get(f"/api/v1/{address}", asked or None)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def declared(shape: type[serializers.Serializer[Any]], row: Any, at: str = "") -> None:
    """Every field of ``shape`` is in ``row`` in its kind, and nothing else is."""
    fields = shape().fields
    assert set(row) == set(fields), at
    for name, field in fields.items():
        value, where = row[name], f"{at}.{name}"
        if value is None:
            assert field.allow_null, where
        elif isinstance(field, serializers.ListSerializer):
            for one in value:
                declared(type(field.child), one, where)
        elif isinstance(field, serializers.Serializer):
            declared(type(field), value, where)
        else:
            assert not (value == "" and isinstance(field, serializers.CharField) and not field.allow_blank), where
            if isinstance(field, serializers.IntegerField):
                assert type(value) is int, where
            field.run_validation(value)
