"""The access tables of the site's areas. A new area has its module here and its name in AREAS."""

from __future__ import annotations

from tests.access import athletes, changes, claims, feeds, identity, imports, medals, news, policy, rankings, search

AREAS = (athletes, changes, claims, feeds, identity, imports, medals, news, policy, rankings, search)
