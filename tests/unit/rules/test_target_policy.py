"""Which targets may be contacted."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from recado.rules.target_policy import MAX_URL_LENGTH, InvalidTargetError, TargetPolicy, is_public

LABEL_63 = "a" * 63
HOST_253 = ".".join([LABEL_63] * 3 + ["b" * 61])

ALLOWED_URLS = [
    "https://example.com",
    "https://example.com/",
    "https://example.com/hooks?token=a%20b&x=%5B1%5D",
    "https://example.com?token=1",
    "https://example.com:443/hooks",
    "https://example.com:8443/hooks",
    "https://example.com:/hooks",
    "https://hooks.eu-west-1.example.co.uk/a/b/../c;d=e",
    "HTTPS://EXAMPLE.COM/Hooks",
    "https://xn--bcher-kva.example/",
    "https://_dmarc.example.com/",
    "https://my_host.example.com/",
    "https://a.b/",
    "https://1.example.com/",
    "https://127.0.0.1.nip.io/",
    "https://0x7f.example/",
    "https://localhost.example.com/",
    "https://internal.example.com/",
    "https://example.com//double//slash",
    "https://example.com/user@host",
    "https://example.com/?next=http://127.0.0.1/",
    f"https://{LABEL_63}.example/",
    f"https://{HOST_253}/",
    "https://example.com/" + "x" * (MAX_URL_LENGTH - 20),
]

NOT_HTTPS = "must start with https://"
USER = "must not hold a user name or password"
FRAGMENT = "must not hold a fragment"
SIGNS = "must not hold spaces, control characters or any of"
ASCII = "must be ASCII"
NO_URL = "must be a URL such as"
PORT = "must use one of the ports 443, 8443"
ADDRESS = "must name a host, not an IP address"
LOCAL = "must not name a local host"
SINGLE = "must name a host with its full domain"
NAME = "must hold a valid host name"

REFUSED_URLS = [
    ("http://example.com/", NOT_HTTPS),
    ("ftp://example.com/", NOT_HTTPS),
    ("wss://example.com/", NOT_HTTPS),
    ("file:///etc/passwd", NO_URL),
    ("gopher://example.com:443/_", NOT_HTTPS),
    ("//example.com/", NOT_HTTPS),
    ("example.com/hooks", NO_URL),
    ("https:example.com", NO_URL),
    ("https:/example.com", NO_URL),
    ("https:///example.com/", NO_URL),
    ("https://", NO_URL),
    ("https://?x", NO_URL),
    ("https://:443/", NO_URL),
    ("", NO_URL),
    ("https://user:pw@example.com/", USER),
    ("https://user@example.com/", USER),
    ("https://@example.com/", USER),
    ("https://:@example.com/", USER),
    ("https://example.com:443@127.0.0.1/", USER),
    ("https://127.0.0.1%2f@example.com/", USER),
    ("https://example.com/#top", FRAGMENT),
    ("https://example.com/#", FRAGMENT),
    ("https://127.0.0.1#@example.com/", FRAGMENT),
    ("https://127.0.0.1\\@example.com/", SIGNS),
    ("https://example.com\\.internal/", SIGNS),
    ("https://exa mple.com/", SIGNS),
    (" https://example.com/", SIGNS),
    ("https://example.com/a b", SIGNS),
    ("https://example.com/\r\nX-Header: 1", SIGNS),
    ("https://exam\tple.com/", SIGNS),
    ("https://example.com/\x00", SIGNS),
    ("https://example.com/\x7f", SIGNS),
    ("https://example.com/|", SIGNS),
    ("https://example.com/{id}", SIGNS),
    ("https://<script>.example.com/", SIGNS),
    ("https://①②⑦.⓪.⓪.①/", ASCII),
    ("https://127。0。0。1/", ASCII),
    ("https://ⓛocalhost/", ASCII),
    ("https://bücher.example/", ASCII),
    ("https://example.com/é", ASCII),
    ("https://example.com:80/", PORT),
    ("https://example.com:22/", PORT),
    ("https://example.com:9001/", PORT),
    ("https://example.com:65535/", PORT),
    ("https://example.com:65536/", NO_URL),
    ("https://example.com:0/", NO_URL),
    ("https://example.com:abc/", NO_URL),
    ("https://example.com:+443/", NO_URL),
    ("https://example.com:-443/", NO_URL),
    ("https://example.com:443:443/", NO_URL),
    ("https://127.0.0.1/", ADDRESS),
    ("https://93.184.216.34/", ADDRESS),
    ("https://127.1/", ADDRESS),
    ("https://0x7f.1/", ADDRESS),
    ("https://0177.0.0.1/", ADDRESS),
    ("https://2130706433/", ADDRESS),
    ("https://0x7f000001/", ADDRESS),
    ("https://127.000.000.001/", ADDRESS),
    ("https://0/", ADDRESS),
    ("https://example.0x/", ADDRESS),
    ("https://example.com.0X7F/", ADDRESS),
    ("https://[::1]/", ADDRESS),
    ("https://[2606:4700::1111]/", ADDRESS),
    ("https://[::ffff:127.0.0.1]:8443/", ADDRESS),
    ("https://[v1.example]/", ADDRESS),
    ("https://[::1/", NO_URL),
    ("https://%31%32%37.0.0.1.example.com/", NAME),
    ("https://%31%32%37.0.0.1/", ADDRESS),
    ("https://example%00.com/", NAME),
    ("https://localhost/", LOCAL),
    ("https://LOCALHOST/", LOCAL),
    ("https://foo.localhost/", LOCAL),
    ("https://printer.local/", LOCAL),
    ("https://metadata.google.internal/", LOCAL),
    ("https://localhost.localdomain/", LOCAL),
    ("https://router.home.arpa/", LOCAL),
    ("https://1.0.0.127.in-addr.arpa/", LOCAL),
    ("https://intranet/", LOCAL),
    ("https://wiki.corp/", LOCAL),
    ("https://receiver/", SINGLE),
    ("https://instance-data/", SINGLE),
    ("https://localhost./", NAME),
    ("https://127.0.0.1./", NAME),
    ("https://example.com./", NAME),
    ("https://.example.com/", NAME),
    ("https://example..com/", NAME),
    ("https://-a.example.com/", NAME),
    ("https://a-.example.com/", NAME),
    ("https://a*b.example.com/", NAME),
    ("https://example.com;evil.example/", NAME),
    ("https://example.com,evil.example/", NAME),
    (f"https://{LABEL_63}a.example/", NAME),
    (f"https://{HOST_253}c/", NAME),
    ("https://example.com/" + "x" * (MAX_URL_LENGTH - 19), "must not be longer than 2048 characters"),
]

PUBLIC_ADDRESSES = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "::ffff:8.8.8.8",
    "2001:200::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "2003::1",
    "3ffe::1",
]

REFUSED_ADDRESSES = [
    "0.0.0.0",  # noqa: S104 - judged, not bound to
    "0.255.255.255",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.1",
    "169.254.100.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "3fff:fff:ffff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "1fff:ffff::1",
    "",
    "localhost",
    "example.com",
    "127.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    "8.8.8.8 ",
    "8.8.8.8:80",
    "[2606:4700::1]",
]


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
