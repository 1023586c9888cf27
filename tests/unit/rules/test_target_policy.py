"""Which targets may be contacted."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from recado.rules.target_policy import InvalidTargetError, TargetPolicy, is_public
from tests.unit.rules.targets import ALLOWED_URLS, PUBLIC_ADDRESSES, REFUSED_ADDRESSES, REFUSED_URLS


@pytest.mark.parametrize("url", ALLOWED_URLS, ids=lambda url: str(url)[:60])
def test_public_https_addresses_may_be_targets(url: str) -> None:
    """Any host with a full domain, on the ports of HTTPS."""
    TargetPolicy().check_url(url)


@pytest.mark.parametrize(("url", "reason"), REFUSED_URLS, ids=[url[:60] for url, _ in REFUSED_URLS])
def test_anything_else_is_refused_with_a_reason(url: str, reason: str) -> None:
    """What is refused, and what is accepted instead, is said before anything is contacted."""
    with pytest.raises(InvalidTargetError) as refusal:
        TargetPolicy().check_url(url)
    assert str(refusal.value).startswith(reason)


def test_the_tables_are_large_enough_to_mean_something() -> None:
    """Every border of a rule has a row on both sides."""
    assert len(ALLOWED_URLS) + len(REFUSED_URLS) > 100
    assert len(PUBLIC_ADDRESSES) + len(REFUSED_ADDRESSES) > 80


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9000/",
        "http://localhost:9000/hooks",
        "http://receiver/",
        "https://[::1]:8443/",
        "http://10.0.0.1/",
        "https://example.com:9001/",
    ],
)
def test_a_deployment_may_allow_private_targets(url: str) -> None:
    """Plain HTTP, any port and any host, as on one machine."""
    TargetPolicy(allow_private=True).check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://127.0.0.1\\@example.com/",
        "http://user:pw@127.0.0.1/",
        "http://127.0.0.1/#x",
        "http://127.0.0.1/a b",
        "http://127.0.0.1:99999/",
        "http://ⓛocalhost/",
        "http:///",
    ],
)
def test_urls_that_readers_split_differently_are_never_allowed(url: str) -> None:
    """Private targets or not."""
    with pytest.raises(InvalidTargetError):
        TargetPolicy(allow_private=True).check_url(url)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_public_addresses_may_be_contacted(address: str) -> None:
    """Up to both borders of every refused range."""
    assert is_public(address)
    assert TargetPolicy().allows_address(address)


@pytest.mark.parametrize("address", REFUSED_ADDRESSES)
def test_no_other_address_may_be_contacted(address: str) -> None:
    """Private, local, reserved, multicast, transition and documentation ranges, and what is no address."""
    assert not is_public(address)
    assert not TargetPolicy().allows_address(address)
    assert TargetPolicy(allow_private=True).allows_address(address)


HOST_SIGNS = "aZ09.-_%:[]@/\\?#; \t€①"


@given(st.text(HOST_SIGNS, max_size=24).map("https://{}".format) | st.text(HOST_SIGNS + "htps", max_size=30))
def test_what_is_accepted_is_contacted_under_the_same_name(url: str) -> None:
    """The HTTP library reads no other host and port out of an accepted URL than the rules have judged."""
    try:
        TargetPolicy().check_url(url)
    except InvalidTargetError:
        return
    read = parse_url(url)
    host = url.partition("://")[2].replace("?", "/").partition("/")[0].partition(":")[0]

    assert (read.scheme, read.auth, read.fragment) == ("https", None, None)
    assert read.host == host.lower()
    assert read.port in (None, 443, 8443)


@given(st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16))
def test_an_ipv4_address_is_judged_alike_inside_ipv6(packed: bytes) -> None:
    """Wrapped in `::ffff:` it is the same address; wrapped in any other way it is refused."""
    if len(packed) == 16:
        address = socket.inet_ntop(socket.AF_INET6, packed)
        assert not is_public(address) or packed[0] >> 5 == 1 or packed.startswith(bytes(10) + b"\xff\xff")
        return
    address = socket.inet_ntop(socket.AF_INET, packed)

    assert is_public(f"::ffff:{address}") is is_public(address)
    for prefix in ("::", "::ffff:0:", "64:ff9b::"):
        assert not is_public(prefix + address)
    assert not is_public(f"2002:{packed[:2].hex()}:{packed[2:].hex()}::1")
