"""The rows of the two access tables: here they are attacked instead of counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.test_access import World as Site
from tests.test_access import world as site
from tests.test_access_api import World as Api
from tests.test_access_api import world as api

__all__ = ["Api", "Site", "api", "site"]


@pytest.fixture(autouse=True)
def _no_limits(db: None) -> Iterator[None]:
    """One test asks hundreds of pages; how often one may ask is tested elsewhere."""
    many = {name: {"anonymous": (10**6, 60), "known": (10**6, 60)} for name in settings.API_LIMITS}
    with override_settings(API_LIMITS=many, ACCOUNT_RATE_LIMITS=False):
        yield
