"""Which IP addresses may be contacted, beyond the table of targets: allowed networks, and any address at all."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.target.addresses import private_network, refusal_of
from recado.rules.target.target_policy import TargetPolicy
from tests.unit.rules.target.target_addresses import ADDRESSES

IPV4 = st.binary(min_size=4, max_size=4).map(socket.inet_ntoa)
IPV6 = st.binary(min_size=16, max_size=16).map(lambda packed: socket.inet_ntop(socket.AF_INET6, packed))
SPECIAL = st.sampled_from([address for address in ADDRESSES if ":" in address or address.count(".") == 3])


@given(IPV4)
def test_an_ipv4_address_is_judged_alike_within_ipv6(address: str) -> None:
    """Wrapped in `::ffff:` it is the same address; wrapped in any other way it is refused."""
    first, second = socket.inet_aton(address)[:2].hex(), socket.inet_aton(address)[2:].hex()

    assert refusal_of(f"::ffff:{address}") == refusal_of(address)
    for prefix in ("::", "::ffff:0:", "64:ff9b::", "64:ff9b:1::", "2606:4700::5efe:", "2001:0:0:0:0:0:"):
        assert refusal_of(prefix + address) is not None
    assert refusal_of(f"2002:{first}:{second}::1") is not None


@given(IPV4 | IPV6)
def test_what_is_contacted_is_global_by_the_registries_too(address: str) -> None:
    """The ranges here refuse all that Python's own table of IANA's registries calls special."""
    if refusal_of(address) is not None:
        return
    parsed = ipaddress.ip_address(address)
    judged = getattr(parsed, "ipv4_mapped", None) or parsed
    assert judged.is_global
    assert not (judged.is_multicast or judged.is_private or judged.is_reserved or judged.is_loopback)


@pytest.mark.parametrize(
    "network",
    [
        "10.0.0.0/8",
        "10.1.2.0/24",
        "10.1.2.3/32",
        "172.16.0.0/12",
        "192.168.7.0/24",
        "100.64.0.0/10",
        "fc00::/7",
        "fd12::/16",
    ],
)
def test_private_networks_may_be_allowed(network: str) -> None:
    """Those that nobody routes in public; a single address is a network too."""
    allowed = private_network(network)
    first, outside = str(allowed[0]), "192.168.0.1" if network.startswith("1") else "fe80::1"

    assert str(allowed) == network
    assert TargetPolicy(networks=(allowed,)).refusal_of(first) is None
    assert TargetPolicy().refusal_of(first) is not None
    assert TargetPolicy(networks=(allowed,)).refusal_of(outside) is not None


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        ("127.0.0.0/8", "must hold networks within 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fc00::/7"),
        ("127.0.0.1", "must hold networks within"),
        ("169.254.0.0/16", "must hold networks within"),
        ("169.254.169.254/32", "must hold networks within"),
        ("0.0.0.0/0", "must hold networks within"),
        ("8.8.8.0/24", "must hold networks within"),
        ("10.0.0.0/7", "must hold networks within"),
        ("172.16.0.0/11", "must hold networks such as"),
        ("224.0.0.0/4", "must hold networks within"),
        ("::1/128", "must hold networks within"),
        ("::/0", "must hold networks within"),
        ("fe80::/10", "must hold networks within"),
        ("fd00:ec2::/32", "must hold networks within"),
        ("fd00:ec2::254/128", "must hold networks within"),
        ("::ffff:10.0.0.0/104", "must hold networks within"),
        ("ff02::/16", "must hold networks within"),
        ("10.0.0.1/8", "must hold networks such as 10.1.0.0/16, not '10.0.0.1/8'"),
        ("10.0.0.0/33", "must hold networks such as"),
        ("10.0.0.0/08x", "must hold networks such as"),
        ("example.com", "must hold networks such as"),
        ("", "must hold networks such as"),
        (" 10.0.0.0/8", "must hold networks such as"),
    ],
)
def test_other_networks_may_not_be_allowed(network: str, reason: str) -> None:
    """Never loopback, link-local, metadata or multicast, nor what is public anyway."""
    with pytest.raises(ValueError, match="must hold networks") as refusal:
        private_network(network)
    assert str(refusal.value).startswith(reason)


@pytest.mark.parametrize(
    "address", ["fd00:ec2::254", "fd00:ec2::253", "127.0.0.1", "169.254.169.254", "::1", "fe80::1", "224.0.0.1"]
)
def test_metadata_and_loopback_are_refused_whatever_is_allowed(address: str) -> None:
    """Also where an allowed network surrounds them."""
    everything = tuple(
        map(private_network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
    )

    assert TargetPolicy(networks=everything).refusal_of(address) is not None
    assert TargetPolicy(networks=everything).refusal_of("fd00:ec3::1") is None


@given(SPECIAL | IPV4 | IPV6)
def test_an_allowed_network_lets_through_what_is_in_it_alone(address: str) -> None:
    """Also within `::ffff:`."""
    policy = TargetPolicy(networks=(private_network("10.1.0.0/16"),))
    inside = address.removeprefix("::ffff:").startswith("10.1.") and refusal_of(address) == "a private address"

    assert policy.refusal_of(address) == (None if inside else refusal_of(address))


def test_on_one_machine_every_address_may_be_contacted() -> None:
    """Where the deployment says so."""
    assert TargetPolicy(allow_private=True).refusal_of("127.0.0.1") is None
