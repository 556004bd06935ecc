"""To which addresses the site may send what it was told to send.

A club names the address, the site's own machine opens the connection: without these rules a webhook would be a
way into whatever that machine can reach (server-side request forgery). So the address is read strictly, by one
pattern and not by a forgiving parser, and every IP address behind its name must belong to the public internet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

LONGEST = 500
"""Characters of an address."""

# https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry, as of 2025, and one
# address of the public range that means the host itself at a large hosting company.
_NOT_PUBLIC_4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")
_NOT_PUBLIC_6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_NAT64 = ip_network("64:ff9b::/96")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter, so no number in any base passes for a name; one label alone is a local name.
_NAME = re.compile(rf"(?=.{{4,253}}$)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>[/?](?:(?![#\\])[!-~])*)?",
    re.IGNORECASE | re.ASCII,
)
_CREDENTIALS = re.compile(r"https?://[^/?#]*@", re.IGNORECASE)


class AddressRefused(ValueError):
    """``code`` is one of scheme, form, credentials, port, host, inside."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """A web address, taken apart. ``host`` is a name or an IP address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def literal(self) -> bool:
        """Whether the host is an IP address itself."""
        return _ip(self.host) is not None

    @property
    def authority(self) -> str:
        """As the header Host says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _usual(self.scheme) else f"{host}:{self.port}"


def _usual(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _ip(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def read_address(text: str, *, loopback: bool = False) -> Address:
    """``text`` taken apart. Raises AddressRefused; ``loopback`` allows http and the name localhost as well."""
    if _CREDENTIALS.match(text):
        raise AddressRefused("credentials")
    if not text.lower().startswith(("https://", "http://") if loopback else "https://"):
        raise AddressRefused("scheme")
    match = _ADDRESS.fullmatch(text)
    if match is None or len(text) > LONGEST:
        raise AddressRefused("form")
    scheme, host, path = match["scheme"].lower(), match["host"].lower(), match["path"] or "/"
    port = int(match["port"] or _usual(scheme))
    if not (port in (80, 443) or 1023 < port < 65536):
        raise AddressRefused("port")
    return Address(scheme, _read_host(host, loopback=loopback), port, path if path[0] == "/" else f"/{path}")


def _read_host(host: str, *, loopback: bool) -> str:
    if host.startswith("["):
        if not isinstance(_ip(host[1:-1]), IPv6Address):
            raise AddressRefused("host")
        return host[1:-1]
    if isinstance(_ip(host), IPv4Address) or _NAME.fullmatch(host) or (loopback and host == "localhost"):
        return host
    raise AddressRefused("host")


def check_found(address: Address, found: Iterable[str], *, loopback: bool = False) -> list[str]:
    """The IP addresses ``found`` behind ``address``, in their order; raises AddressRefused unless all are public.

    One private address among public ones refuses all: whoever mixes them hopes that the other one is taken.
    ``loopback`` allows hosts that are nothing but loopback, over http too.
    """
    addresses = [(text, _ip(text)) for text in found]
    if loopback and addresses and all(ip is not None and ip.is_loopback for _, ip in addresses):
        return [text for text, _ in addresses]
    if address.scheme != "https":
        raise AddressRefused("scheme")
    if not addresses or not all(ip is not None and is_public(ip) for _, ip in addresses):
        raise AddressRefused("inside")
    return [text for text, _ in addresses]


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether ``ip`` is one host of the public internet, and stays so where it wraps an IPv4 address."""
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_4)
    if ip.scope_id is not None:
        return False
    if ip in _NAT64:
        return is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
    if ip.sixtofour is not None:
        return is_public(ip.sixtofour)
    return ip in _GLOBAL_UNICAST and not any(ip in network for network in _NOT_PUBLIC_6)
