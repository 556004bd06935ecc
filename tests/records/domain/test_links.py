"""Which addresses are taken as links to other sites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.links import is_outgoing_link


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=12s",
        "https://youtu.be/dQw4w9WgXcQ",
        "https://video.example.org:443/a%20b#t=3",
        "https://xn--mnchen-3ya.example/film",
    ],
)
def test_what_a_browser_shows_is_taken(address: str) -> None:
    assert is_outgoing_link(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://",
        "https:///watch",
        "http://youtu.be/x",
        "HTTPS://youtu.be/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "//youtu.be/x",
        "youtu.be/x",
        "https://youtu.be@evil.example/",
        "https://user:word@evil.example/",
        "https://evil.example\\@youtu.be/",
        "https://youtu.be\\.evil.example/",
        "https://уoutube.com/",
        "https://youtu.be/\u202egpj",
        "https://you tu.be/",
        "https://youtu.be/a b",
        "https://youtu.be/a\nb",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://[::1]/x",
        "https://[::1/x",
        "https://youtu.be:8443/x",
        "https://youtu.be:port/x",
    ],
)
def test_anything_else_is_not(address: str) -> None:
    assert not is_outgoing_link(address)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert not is_outgoing_link(text) or text.startswith("https://")
    assert not is_outgoing_link(f"https://a.example/{text}") or text.isascii()
