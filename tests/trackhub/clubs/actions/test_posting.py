"""One POST to a foreign address: where the connection goes, and what the other side can do about it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from tests.trackhub.clubs.receiver import Receiver, listening
from trackhub.clubs.actions import posting
from trackhub.clubs.actions.posting import Answer, post


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    with listening() as receiver:
        yield receiver


def ask(url: str, *answers: list[str]) -> tuple[Answer, list[tuple[str, int]]]:
    """Post to ``url`` while the name leads to ``answers``, one after the other; the answer, and what was looked up."""
    asked: list[tuple[str, int]] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return answers[min(len(asked), len(answers)) - 1]

    return post(url, body=b"{}", headers={}, resolver=resolver), asked


def test_the_connection_goes_to_the_address_that_was_checked(receiver: Receiver) -> None:
    # Nobody else could resolve this name, so whoever connects does so to the address found the first time.
    url = f"http://hooks.example.org:{receiver.port}/x"
    answer, asked = ask(url, ["127.0.0.1"], ["10.0.0.1"])
    assert (answer.status, asked) == (200, [("hooks.example.org", receiver.port)])
    assert receiver.got[0][1]["host"] == f"hooks.example.org:{receiver.port}"


def test_the_next_address_is_tried_when_one_is_away(receiver: Receiver) -> None:
    url = f"http://hooks.example.org:{receiver.port}/x"
    assert ask(url, ["127.0.0.2", "127.0.0.1"])[0].status == 200
    # So many, no more.
    assert ask(url, ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.1"])[0].status is None


def test_a_name_that_changes_between_look_and_call_gains_nothing(
    receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    called: list[Any] = []

    def connect(sock: socket.socket, where: Any) -> None:
        called.append(where)
        raise OSError("this test calls nobody outside")

    monkeypatch.setattr(socket.socket, "connect", connect)
    answer, asked = ask(f"https://rebind.example.org:{receiver.port}/", ["8.8.8.8"], ["127.0.0.1"])
    assert (called, len(asked), answer.status) == ([("8.8.8.8", receiver.port)], 1, None)


def test_proxies_of_the_environment_are_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert ask(receiver.url)[0].status == 200
        assert (len(receiver.got), proxy.got) == (1, [])


def test_one_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    monkeypatch.setattr(posting, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = ask(f"http://127.0.0.1:{silent.getsockname()[1]}/")[0]
    assert answer.status is None and answer.text.startswith("No proper answer")


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 70_000])
def test_what_speaks_no_http_is_a_failure_like_any_other(settings: Settings, said: bytes) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(65_536)
                caller.sendall(said)

        thread = Thread(target=serve)
        thread.start()
        answer = ask(f"http://127.0.0.1:{server.getsockname()[1]}/")[0]
        thread.join()
    assert answer.status is None


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of hooks.example.org; it vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.org")])
    today = datetime.now(UTC)
    names = [x509.DNSName("hooks.example.org"), x509.IPAddress(ip_address("127.0.0.9"))]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "hooks.pem"
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "arrives"),
    [
        ("hooks.example.org", True, True),
        ("hooks.example.org", False, False),
        ("other.example.org", True, False),
        ("127.0.0.1", True, False),
    ],
)
def test_the_certificate_must_be_the_names(
    certificate: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, host: str, *, trusted: bool, arrives: bool
) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening(certificate) as receiver:
        answer = ask(f"https://{host}:{receiver.port}/hook", ["127.0.0.1"])[0]
        assert (answer.status, len(receiver.got)) == ((200, 1) if arrives else (None, 0))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_answer_that_never_ends_is_cut_off(
    certificate: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 0.3)
    with listening(certificate if scheme == "https" else None) as receiver:
        receiver.slowly.set()
        started = datetime.now(UTC)
        answer = ask(f"{scheme}://hooks.example.org:{receiver.port}/", ["127.0.0.1"])[0]
    assert (answer.status, len(receiver.got)) == (None, 1)
    assert timedelta(seconds=0.2) < datetime.now(UTC) - started < timedelta(seconds=5)
