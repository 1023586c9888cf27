"""Which IP addresses may be contacted, by explicit ranges.

`ipaddress.is_global` is not used: it calls several ranges global that lead inside (64:ff9b::/96, 2002::/16, multicast),
and its answer differs between Python versions. The ranges are those of IANA's special-purpose registries (RFC 6890).
"""

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PRIVATE = "a private address"
_LOOPBACK = "a loopback address"
_LINK_LOCAL = "a link-local address"
_MULTICAST = "a multicast address"
_TRANSLATED = "an address of a translation or tunnel"
_RESERVED = "a reserved address"

# The first range that holds an address decides. None: public.
_RANGES: tuple[tuple[Network, str | None], ...] = tuple(
    (ipaddress.ip_network(network), kind)
    for network, kind in {
        "0.0.0.0/8": _RESERVED,
        "10.0.0.0/8": _PRIVATE,
        "100.64.0.0/10": _PRIVATE,
        "127.0.0.0/8": _LOOPBACK,
        "169.254.0.0/16": _LINK_LOCAL,
        "172.16.0.0/12": _PRIVATE,
        "192.0.0.0/24": _RESERVED,
        "192.0.2.0/24": _RESERVED,
        "192.88.99.0/24": _TRANSLATED,
        "192.168.0.0/16": _PRIVATE,
        "198.18.0.0/15": _RESERVED,
        "198.51.100.0/24": _RESERVED,
        "203.0.113.0/24": _RESERVED,
        "224.0.0.0/4": _MULTICAST,
        "240.0.0.0/4": _RESERVED,
        "0.0.0.0/0": None,
        "::1/128": _LOOPBACK,
        "::/128": _RESERVED,
        "::/96": _TRANSLATED,
        "::ffff:0:0:0/96": _TRANSLATED,
        "64:ff9b::/96": _TRANSLATED,
        "64:ff9b:1::/48": _TRANSLATED,
        "2001::/32": _TRANSLATED,
        "2001::/23": _RESERVED,
        "2001:db8::/32": _RESERVED,
        "2002::/16": _TRANSLATED,
        "3fff::/20": _RESERVED,
        "2000::/3": None,
        "fc00::/7": _PRIVATE,
        "fe80::/10": _LINK_LOCAL,
        "fec0::/10": _PRIVATE,
        "ff00::/8": _MULTICAST,
        "::/0": _RESERVED,
    }.items()
)
_ALLOWABLE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
# The instance metadata service, the resolver and the clock of EC2, within fc00::/7.
_EC2_SERVICES = ipaddress.ip_network("fd00:ec2::/32")
_ISATAP = 0x5EFE  # RFC 5214 section 6.1: ::5efe:a.b.c.d or ::200:5efe:a.b.c.d as the interface
_ISATAP_BITS = 0xFDFF_FFFF


def refusal_of(address: str, allowed: Sequence[Network] = ()) -> str | None:
    """What kind of address this is if it may not be contacted, such as "a private address"; None if it may.

    `allowed` are networks that an operator lets through although they are private. An IPv4 address is judged alike
    within `::ffff:`, and refused within every other wrapping.
    """
    try:
        parsed: Address = ipaddress.ip_address(address)
    except ValueError:
        return "no IP address"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.scope_id is not None:
            return _LINK_LOCAL
        if (int(parsed) >> 32) & _ISATAP_BITS == _ISATAP:
            return _TRANSLATED
        parsed = parsed.ipv4_mapped or parsed
    if parsed not in _EC2_SERVICES and any(parsed in network for network in allowed):
        return None
    return next(kind for network, kind in _RANGES if parsed in network)


def private_network(text: str) -> Network:
    """A network that may be allowed, from its CIDR notation; raises `ValueError` with what is accepted."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(f"must hold networks such as 10.1.0.0/16, not {text!r}") from None
    if not any(_within(network, allowable) for allowable in _ALLOWABLE) or _within(network, _EC2_SERVICES):
        accepted = ", ".join(map(str, _ALLOWABLE))
        raise ValueError(f"must hold networks within {accepted} alone, not {text!r}")
    return network


def _within(network: Network, other: Network) -> bool:
    return network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]  # of one version
