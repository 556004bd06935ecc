"""Addresses of pages on other sites, as people hand them in."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# The last part begins with a letter: numbers alone are a machine's address, and no public site is called by one name.
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+")


def is_outgoing_link(address: str) -> bool:
    """Whether ``address`` is that of a public page as a browser shows it: https, the host's name, nobody's login in
    front of it, and no letters that only look like others."""
    if not (address.startswith("https://") and address.isascii() and address.isprintable() and " " not in address):
        return False
    try:
        parts = urlsplit(address)
        known = parts.port in (None, 443)
    except ValueError:
        return False
    return known and "@" not in parts.netloc and _HOST.fullmatch(parts.hostname or "") is not None


def host_of(address: str) -> str:
    """The site to which a link leads: 'www.youtube.com'."""
    return urlsplit(address).hostname or ""
