"""The signature: one a receiver can check with nothing of ours, by the examples of docs/webhooks.md."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from time import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackhub.clubs.domain.signing import canonical, signature

DOCS = (Path(__file__).resolve().parents[4] / "docs" / "webhooks.md").read_text()
KEY = "whsec_0123"


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def is_genuine() -> Any:
    names: dict[str, Any] = {}
    exec(example("python"), names)  # noqa: S102
    return names["is_genuine"]


def test_a_known_answer() -> None:
    # printf '1795167600.{"a":1}' | openssl dgst -sha256 -hmac whsec_0123
    assert signature(b'{"a":1}', key=KEY, moment=1_795_167_600) == f"t=1795167600,v1={KNOWN}"


KNOWN = "47f3219b08b5968337f3c5554f6c21040411f325714350592927ffb9f5bb917d"


@given(st.binary(max_size=200), st.text(min_size=1, max_size=80))
def test_the_python_example_accepts_ours_and_nothing_else(is_genuine: Any, body: bytes, key: str) -> None:
    now = int(time())
    header = signature(body, key=key, moment=now)
    assert is_genuine(header, body, key)
    assert not is_genuine(header, body + b" ", key)
    assert not is_genuine(header, body, key + "x")
    assert not is_genuine(header.replace(f"t={now}", f"t={now - 1}"), body, key)
    assert not is_genuine(signature(body, key=key, moment=now - 301), body, key)


def test_the_shell_example_says_the_same(tmp_path: Path) -> None:
    body = canonical({"kind": "import_applied", "payload": {"rows": 3}})
    (tmp_path / "body").write_bytes(body)
    printed = subprocess.run(
        ["bash", "-c", example("sh")], cwd=tmp_path, env={"T": "1795167600", "KEY": KEY, "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    assert signature(body, key=KEY, moment=1_795_167_600) == f"t=1795167600,v1={printed}"


def test_a_message_is_written_in_one_way() -> None:
    assert canonical({"b": [1, None], "a": "Größe"}) == canonical({"a": "Größe", "b": [1, None]})
    assert canonical({"b": [1, None], "a": "ö"}) == '{"a":"ö","b":[1,null]}'.encode()
