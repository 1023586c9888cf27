"""Which targets may be contacted: the rules for a URL when it is entered, and for an address when it is used.

A URL is judged by its text alone; whatever its name resolves to is judged at the socket, at every attempt, because a
name can change its addresses at any time. `ipaddress.is_global` is not used: it calls several ranges global that lead
inside (64:ff9b::/96, 2002::/16, multicast), and its answer differs between Python versions.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

MAX_URL_LENGTH = 2048
_MAX_HOST_LENGTH = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LOCAL_SUFFIXES = ("localhost", "local", "internal", "localdomain", "arpa", "lan", "home", "corp", "intranet")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
HTTPS_PORTS = (443, 8443)

_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
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
    )
)
_GLOBAL_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


class InvalidTargetError(ValueError):
    """A target URL that is refused; the message says why and what is accepted."""


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """What this deployment allows: `allow_private` lets plain HTTP, any port and any address through (one machine)."""

    allow_private: bool = False

    def check_url(self, url: str) -> None:
        """Raise `InvalidTargetError` unless the URL may be a webhook's target."""
        parts = _split(url)
        if self.allow_private:
            if parts.scheme not in ("https", "http"):
                raise InvalidTargetError("must start with https:// or http://")
            return
        if parts.scheme != "https":
            raise InvalidTargetError("must start with https://")
        if (parts.port or 443) not in HTTPS_PORTS:
            raise InvalidTargetError(f"must use one of the ports {', '.join(map(str, HTTPS_PORTS))}")
        if "[" in parts.netloc:  # IPv6, or what RFC 3986 keeps for its successors
            raise InvalidTargetError("must name a host, not an IP address")
        _check_host(parts.hostname or "")

    def allows_address(self, address: str) -> bool:
        """Whether a connection to this IP address may be made."""
        return self.allow_private or is_public(address)


def _split(url: str) -> SplitResult:
    """The URL's parts, once it is sure that every reader splits it the same way."""
    if len(url) > MAX_URL_LENGTH:
        raise InvalidTargetError(f"must not be longer than {MAX_URL_LENGTH} characters")
    if not url.isascii():
        raise InvalidTargetError("must be ASCII: write international names as xn--… and escape the rest with %")
    if any(character <= " " or character in '\\"<>^`{|}\x7f' for character in url):
        raise InvalidTargetError('must not hold spaces, control characters or any of \\ " < > ^ ` { | }')
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidTargetError("must be a URL such as https://example.com/webhooks") from None
    if parts.username is not None or parts.password is not None:
        raise InvalidTargetError("must not hold a user name or password: use the webhook's authentication")
    if parts.fragment or url.endswith("#"):
        raise InvalidTargetError("must not hold a fragment (#…)")
    if not parts.hostname or port == 0:
        raise InvalidTargetError("must be a URL such as https://example.com/webhooks")
    return parts


def _check_host(host: str) -> None:
    labels = host.lower().split(".")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        raise InvalidTargetError("must name a host, not an IP address")
    if labels[-1] in _LOCAL_SUFFIXES:
        raise InvalidTargetError("must not name a local host")
    if len(labels) == 1:
        raise InvalidTargetError("must name a host with its full domain")
    if len(host) > _MAX_HOST_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidTargetError("must hold a valid host name")


def is_public(address: str) -> bool:
    """Whether an IP address, as the resolver or the socket gives it, belongs to the public Internet."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return parsed in _GLOBAL_UNICAST_V6 and not any(parsed in network for network in _REFUSED_V6)
        parsed = parsed.ipv4_mapped
    return not any(parsed in network for network in _REFUSED_V4)
