"""Which addresses a webhook may have. The long table of hostile ones stands with the action that resolves names."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trackhub.clubs.domain.addresses import Address, AddressRefused, check_found, is_public, read_address

HOOK = read_address("https://example.org/hook")


@pytest.mark.parametrize(
    ("text", "address", "authority"),
    [
        ("https://example.org", ("https", "example.org", 443, "/"), "example.org"),
        ("HTTPS://Example.ORG/Hook?a=B", ("https", "example.org", 443, "/Hook?a=B"), "example.org"),
        ("https://example.org?a=1", ("https", "example.org", 443, "/?a=1"), "example.org"),
        ("https://example.org:8443/x", ("https", "example.org", 8443, "/x"), "example.org:8443"),
        ("https://example.org:443/x", ("https", "example.org", 443, "/x"), "example.org"),
        ("https://xn--bcher-kva.example/", ("https", "xn--bcher-kva.example", 443, "/"), "xn--bcher-kva.example"),
        ("https://8.8.8.8/", ("https", "8.8.8.8", 443, "/"), "8.8.8.8"),
        ("https://[2606:4700::1]:8443/", ("https", "2606:4700::1", 8443, "/"), "[2606:4700::1]:8443"),
        ("https://example.org/user@host", ("https", "example.org", 443, "/user@host"), "example.org"),
    ],
)
def test_an_address_is_taken_apart(text: str, address: tuple[str, str, int, str], authority: str) -> None:
    read = read_address(text)
    assert (read, read.authority) == (Address(*address), authority)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "scheme"),
        ("ftp://example.org", "scheme"),
        ("http://example.org", "scheme"),
        ("//example.org", "scheme"),
        (" https://example.org", "scheme"),
        ("https://", "form"),
        ("https://example.org/a b", "form"),
        ("https://example.org/\r\nX-Evil: 1", "form"),
        ("https://example.org/a\n", "form"),
        ("https://example.org/#part", "form"),
        ("https://example.org\\@inside.example/", "credentials"),
        ("https://example.org\\.inside.example/", "form"),
        ("https://example.org/é", "form"),
        ("https://exämple.org/", "form"),
        ("https://①②⑦.⓪.⓪.①/", "form"),
        ("https://example.org:/", "form"),
        ("https://example.org:99999999/", "form"),
        ("https://" + "a" * 500 + ".org", "form"),
        ("https://me@example.org/", "credentials"),
        ("https://me:secret@example.org/", "credentials"),
        ("https://example.org:22/", "port"),
        ("https://example.org:1023/", "port"),
        ("https://example.org:0/", "port"),
        ("https://example.org:65536/", "port"),
        ("https://localhost/", "host"),
        ("https://intranet/", "host"),
        ("https://example.org./", "host"),
        ("https://-a.example/", "host"),
        ("https://a..example/", "host"),
        ("https://under_score.example/", "form"),
        ("https://" + "a" * 64 + ".example/", "host"),
        ("https://2130706433/", "host"),
        ("https://0x7f.0x0.0x0.0x1/", "host"),
        ("https://0x7f000001/", "host"),
        ("https://0177.0.0.1/", "host"),
        ("https://127.1/", "host"),
        ("https://127.0.0.1.1/", "host"),
        ("https://8.8.8.8.9/", "host"),
        ("https://[127.0.0.1]/", "host"),
        ("https://[::1/", "form"),
        ("https://[fe80::1%25eth0]/", "form"),
    ],
)
def test_what_is_no_address_to_send_to(text: str, code: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        read_address(text)
    assert refused.value.code == code


def test_who_builds_a_receiver_may_use_loopback_and_nothing_else_inside() -> None:
    local = read_address("http://localhost:9000/hook", loopback=True)
    assert check_found(local, ["127.0.0.1", "::1"], loopback=True) == ["127.0.0.1", "::1"]
    for found in (["8.8.8.8"], ["127.0.0.1", "8.8.8.8"], ["10.0.0.1"], []):
        with pytest.raises(AddressRefused, match="scheme"):
            check_found(local, found, loopback=True)
    assert check_found(HOOK, ["8.8.8.8"], loopback=True) == ["8.8.8.8"]
    with pytest.raises(AddressRefused, match="inside"):
        check_found(HOOK, ["10.0.0.1"], loopback=True)
    with pytest.raises(AddressRefused, match="inside"):
        check_found(HOOK, ["::ffff:127.0.0.1"], loopback=True)
    with pytest.raises(AddressRefused, match="host"):
        read_address("https://intranet/", loopback=True)


@pytest.mark.parametrize(
    "found", [[], ["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["2606:4700::1%eth0"], ["what"]]
)
def test_one_private_address_refuses_all(found: list[str]) -> None:
    with pytest.raises(AddressRefused, match="inside"):
        check_found(HOOK, found)


def test_public_addresses_keep_their_order() -> None:
    found = ["2606:4700::1", "8.8.8.8", "64:ff9b::808:808"]
    assert check_found(HOOK, found) == found


@settings(max_examples=500)
@given(st.ip_addresses())
@example(ip_address("::ffff:8.8.8.8"))
@example(ip_address("2002:7f00:1::"))
@example(ip_address("64:ff9b::a9fe:a9fe"))
@example(ip_address("2001:0:4136:e378:8000:63bf:3fff:fdd2"))
def test_no_address_passes_that_is_not_global(ip: IPv4Address | IPv6Address) -> None:
    if is_public(ip):
        assert judged_by_the_standard_library(ip)


PRIVATE_RANGES = ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4")  # fmt: skip


@given(
    st.sampled_from(PRIVATE_RANGES).flatmap(lambda network: st.ip_addresses(v=4, network=network)),
    st.sampled_from(["::ffff:{}", "::{}", "64:ff9b::{}", "64:ff9b:1::{}", "2002:{h}::1", "2001:0:{h}::1", "{}"]),
)
def test_nothing_private_passes_in_disguise(ip: IPv4Address, disguise: str) -> None:
    high = f"{int(ip) >> 16:x}:{int(ip) & 0xFFFF:x}"
    assert not is_public(ip_address(disguise.format(ip, h=high)))


@given(st.one_of(st.ip_addresses(v=6, network="fc00::/7"), st.ip_addresses(v=6, network="fe80::/10"), st.ip_addresses(v=6, network="ff00::/8")))  # fmt: skip
def test_nothing_of_the_inside_passes_over_ipv6(ip: IPv6Address) -> None:
    assert not is_public(ip)


def judged_by_the_standard_library(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address):
        inner = ip.sixtofour or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None)
        if inner is not None:
            return judged_by_the_standard_library(inner)
        if ip.ipv4_mapped or ip.teredo:
            return False
    unlike = (ip.is_private, ip.is_loopback, ip.is_link_local, ip.is_multicast, ip.is_reserved, ip.is_unspecified)
    return ip.is_global and not any(unlike)


NAT64 = ip_network("64:ff9b::/96")
