# ruff: noqa: RUF001 - names that only look like others are what is tested
"""Which URLs may be targets, beyond the table of targets: any text at all, and deployments on one machine."""

import ipaddress
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from requests import PreparedRequest
from urllib3.util import parse_url

from recado.rules.target.target_policy import InvalidTargetError, TargetPolicy
from tests.unit.rules.target.targets import ALLOWED_URLS, INTERNATIONAL_URLS, REFUSED_URLS


@pytest.mark.parametrize(
    ("url", "contacted"),
    [
        ("http://127.0.0.1:9000/", None),
        ("http://localhost:9000/hooks", None),
        ("http://receiver/", None),
        ("https://[::1]:8443/", None),
        ("http://10.0.0.1/", None),
        ("https://example.com:9001/", None),
        ("http://ⓛocalhost:9000/", "http://localhost:9000/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ],
)
def test_a_deployment_may_allow_private_targets(url: str, contacted: str | None) -> None:
    """Plain HTTP, any port and any host, as on one machine."""
    assert TargetPolicy(allow_private=True).check_url(url) == (contacted or url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://127.0.0.1\\@example.com/",
        "http://user:pw@127.0.0.1/",
        "http://127.0.0.1/#x",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/é",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1%2f.example/",
        "http://%31%32%37.0.0.1/",
        "http://a%zz.example/",
        "http://a%0d.example/",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%lo]/",
        "http://☃/",
        "http:///",
    ],
)
def test_urls_that_readers_split_differently_are_never_allowed(url: str) -> None:
    """Private targets or not."""
    with pytest.raises(InvalidTargetError):
        TargetPolicy(allow_private=True).check_url(url)


def is_an_address(host: str) -> bool:
    """Whether the system or Python takes a host for an IP address."""
    for read in (socket.inet_aton, ipaddress.ip_address):
        with suppress(OSError, ValueError):
            read(host)
            return True
    return False


HOST_SIGNS = "aZ09.-_%:[]@/\\?#; \t€①ⓛ。／：ü\u200d\u00ad"
AUTHORITIES = st.text(HOST_SIGNS, max_size=24)
LABELS = st.text("aZ0x7-_ü①ⓛß", min_size=1, max_size=6)
NAMES = st.lists(LABELS, min_size=1, max_size=4).flatmap(
    lambda labels: st.sampled_from(".。．").map(lambda dot: dot.join(labels))
)
DECIMALS = st.lists(
    st.integers(0, 2**32).flatmap(lambda n: st.sampled_from([str(n), hex(n), oct(n).replace("o", "")])),
    min_size=1,
    max_size=4,
).map(".".join)
ENDINGS = st.sampled_from(["", "/", ":443/x", ":8443?y", "?z", "/a?b", ".", "@x.example/", "#", "\\@x.example/"])
HOSTS = st.builds("{}{}".format, NAMES, st.sampled_from([".example", "。example", ".испытание", ".xn--p1ai"]))
URLS = (
    st.builds("https://{}{}".format, AUTHORITIES | NAMES | HOSTS | DECIMALS, ENDINGS)
    | st.text(HOST_SIGNS + "htps", max_size=30)
    | st.builds("https://{}{}".format, st.text(max_size=12), ENDINGS)
)
PAST = [
    *ALLOWED_URLS,
    *INTERNATIONAL_URLS,
    *(url for url, _ in REFUSED_URLS),
    # What some reader took for another host than others did, or for an address.
    "https://127.0.0.1\\@example.com/",
    "https://%31%32%37.0.0.1/",
    "https://a℀b.example/",
    "https://example.com:+443/",
    "https://①②⑦.⓪.⓪.①/",
    "https://0x7f.1/",
]


def check_what_is_accepted(url: str) -> None:
    """Every reader finds the same ASCII host in an accepted URL, and no reader takes it for an address."""
    try:
        contacted = TargetPolicy().check_url(url)
    except InvalidTargetError as refusal:
        assert str(refusal).startswith("must ")
        return
    prepared = PreparedRequest()
    prepared.prepare_url(contacted, None)
    assert prepared.url is not None
    read: list[Any] = [parse_url(contacted), parse_url(prepared.url)]
    split: list[Any] = [urlsplit(contacted), urlsplit(prepared.url)]

    assert contacted.isascii()
    hosts = {each.host for each in read} | {each.hostname for each in split}
    assert len(hosts) == 1
    host = hosts.pop() or ""
    assert {each.port or 443 for each in [*read, *split]} <= {443, 8443}
    assert not any(each.auth or each.fragment for each in read)
    assert not any(each.username or each.password or each.fragment for each in split)
    assert all(each.scheme == "https" for each in [*read, *split])
    assert not is_an_address(host)
    assert "." in host.strip(".") == host
    assert host.rpartition(".")[2] not in {"localhost", "local", "internal", "localdomain", "arpa"}
    assert host.encode("idna").decode() == host  # what `getaddrinfo` does to a name
    if url.isascii():
        assert contacted == url
    else:
        assert idna.encode(urlsplit(url).hostname or "", uts46=True, std3_rules=True).decode() == host


@given(URLS)
def test_what_is_accepted_is_contacted_under_the_same_name(url: str) -> None:
    """Whatever is entered."""
    check_what_is_accepted(url)


def test_what_once_was_read_in_two_ways_is_not() -> None:
    """The corpus of the test above."""
    for url in PAST:
        check_what_is_accepted(url)


@given(URLS)
@example("https://bücher.example/")
def test_what_is_accepted_is_accepted_as_it_is_contacted(url: str) -> None:
    """The URL that is contacted is judged no differently."""
    policy = TargetPolicy()
    try:
        contacted = policy.check_url(url)
    except InvalidTargetError:
        return
    assert policy.check_url(contacted) == contacted
