"""How a message to a webhook is written down and signed, so that its receiver can tell that it came from here."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping


def canonical(message: Mapping[str, object]) -> bytes:
    """The one way to write ``message`` as JSON: keys in order, no spaces, UTF-8."""
    return json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signature(body: bytes, *, key: str, moment: int) -> str:
    """The value of the header TrackHub-Signature.

    ``moment`` (Unix seconds) is signed with the body, so that a receiver can refuse what somebody recorded and
    sends again later.
    """
    digest = hmac.new(key.encode(), b"%d.%b" % (moment, body), hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"
