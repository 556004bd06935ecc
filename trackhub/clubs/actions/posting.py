"""One POST to an address that a club has named: the connection goes to the very IP address that was checked.

The name is resolved once, every address that comes back is checked, and the socket is opened to one of those: a
name that changes its mind in between (DNS rebinding) gains nothing. Redirects aren't followed, proxies of the
environment aren't asked, the certificate must be the name's, and nothing takes longer than ``TOTAL_SECONDS``
after the connection stands.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from threading import Event, Timer

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from trackhub.clubs.domain.addresses import Address, AddressRefused, check_found, read_address

CONNECT_SECONDS = 3
READ_SECONDS = 10
TOTAL_SECONDS = 15
MOST_ADDRESSES = 3
"""So many of a name's addresses are tried, while none answers."""
ANSWER_BYTES = 300
LEASE = timedelta(minutes=2)
"""Longer than any post takes; a delivery claimed longer ago has lost its worker."""

Resolver = Callable[[str, int], list[str]]
"""From host name and port to IP addresses; raises OSError where there are none."""

_SENTENCES: dict[str, Promise] = {
    "scheme": _("The address must begin with https://."),
    "form": _("This is not a web address. Write it like https://example.org/trackhub, without spaces and without #."),
    "credentials": _("The address may not hold a user name or a password."),
    "port": _("The port must be 443 or above 1023."),
    "host": _("The address needs the full name of a host, such as example.org."),
    # Also said when there is no such name: who may ask must not learn which names exist inside.
    "inside": _("This host is not on the public internet. Webhooks can only be sent to public addresses."),
}


def say_refusal(refused: AddressRefused) -> str:
    """In a sentence, in the reader's language."""
    return str(_SENTENCES[refused.code])


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, None where there was none, and the beginning of the text or what went wrong."""

    status: int | None
    text: str


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of ``host``, each once, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_rest, where in found))


def find_host(url: str, *, resolver: Resolver = resolve) -> tuple[Address, list[str]]:
    """``url`` taken apart and the checked IP addresses behind it. Raises AddressRefused."""
    loopback = settings.WEBHOOK_ALLOW_LOOPBACK
    address = read_address(url, loopback=loopback)
    try:
        found = [address.host] if address.literal else resolver(address.host, address.port)
    except OSError:
        found = []
    return address, check_found(address, found, loopback=loopback)


def post(url: str, *, body: bytes, headers: Mapping[str, str], resolver: Resolver = resolve) -> Answer:
    """Send ``body`` to ``url`` and read the beginning of the answer. Whatever goes wrong is an answer too."""
    try:
        address, found = find_host(url, resolver=resolver)
    except AddressRefused as refused:
        return Answer(None, say_refusal(refused))
    for ip in found[:MOST_ADDRESSES]:
        connection = _connection(address, ip)
        try:
            connection.connect()
            return _exchange(connection, address, body, headers)
        except (NewConnectionError, ConnectTimeoutError):
            continue
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            return Answer(None, gettext("No proper answer: %s") % type(error).__name__)
        finally:
            connection.close()
    return Answer(None, gettext("The host can't be reached."))


def _connection(address: Address, ip: str) -> HTTPConnection:
    if address.scheme == "http":
        return HTTPConnection(ip, address.port, timeout=CONNECT_SECONDS)
    return HTTPSConnection(
        ip, address.port, timeout=CONNECT_SECONDS, server_hostname=address.host, cert_reqs="CERT_REQUIRED"
    )


def _exchange(connection: HTTPConnection, address: Address, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection.timeout = READ_SECONDS
    # The timeout of a socket begins anew with every byte; this one doesn't.
    cut = Event()
    alarm = Timer(TOTAL_SECONDS, _hang_up, (connection.sock, cut))
    alarm.daemon = True
    alarm.start()
    try:
        said = {"Host": address.authority, "Connection": "close", **headers}
        connection.request("POST", address.path, body=body, headers=said, preload_content=False, decode_content=False)
        response = connection.getresponse()
        try:
            text = response.read(ANSWER_BYTES, decode_content=False).decode(errors="replace")
        finally:
            response.close()
        if cut.is_set():
            # Headers that were cut off look like headers that ended.
            raise TimeoutError
        return Answer(response.status, "".join(sign if sign.isprintable() else " " for sign in text)[:ANSWER_BYTES])
    finally:
        alarm.cancel()


def _hang_up(sock: socket.socket, cut: Event) -> None:
    """Wake the thread that waits on ``sock``. Not by the method of a TLS socket, which would forget its keys."""
    cut.set()
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
