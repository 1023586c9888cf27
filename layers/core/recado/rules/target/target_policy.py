"""Which targets may be contacted: the rules for a URL when it is entered, and for an address when it is used.

A URL is judged by its text alone; whatever its name resolves to is judged at the socket, at every attempt, because a
name can change its addresses at any time. Both judge, and contact, the name in its ASCII form.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import idna

from recado.rules.target import addresses
from recado.rules.target.addresses import Network
from recado.rules.target.wire import problem_of_origin, problem_of_spelling

MAX_URL_LENGTH = 2048
HTTPS_PORTS = (443, 8443)
_MAX_HOST_LENGTH = 253  # RFC 1035 section 2.3.4, written as text
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL_SUFFIXES = (
    "localhost",
    "localhost4",
    "localhost6",
    "local",
    "localdomain",
    "localdomain4",
    "localdomain6",
    "internal",
    "arpa",
    "lan",
    "home",
    "corp",
    "intranet",
)
_PORT = re.compile(r":([0-9]*)\Z")
_AUTHORITY = re.compile(r"(?:[^:/?#]*:)?//([^/?#]*)")
_UNSAFE = frozenset(' \\"<>^`{|}')
_JOINERS = re.compile("[\u200c\u200d]")  # invisible, and yet part of names in some scripts: IDNA judges where
_EXAMPLE = "must be a URL such as https://example.com/webhooks"
_PORT_SPELLING = "must write its port as a number from 1 to 65535 without zeros before it, or leave out the :"
_ESCAPED = "must not escape characters of the host name with %"
_ADDRESS = "must name a host, not an IP address"


class InvalidTargetError(ValueError):
    """A target URL that is refused; the message says why and what is accepted."""


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """What this deployment allows.

    `ports` are the ports of a target, `networks` the private networks that may be contacted. `own_hosts` are names of
    this deployment itself, which no event is to be sent to; one that ends with a dot is the beginning of a name.
    `allow_private` lets plain HTTP, any port and any address through: one machine.
    """

    allow_private: bool = False
    ports: tuple[int, ...] = HTTPS_PORTS
    networks: tuple[Network, ...] = ()
    own_hosts: tuple[str, ...] = ()

    def check_url(self, url: str) -> str:
        """The URL as it is contacted, in ASCII; raises `InvalidTargetError` unless it may be a webhook's target."""
        parts, port = _split(url)
        host = _ascii_host(parts.hostname or "")
        if self.allow_private:
            if parts.scheme not in ("https", "http"):
                raise InvalidTargetError("must start with https:// or http://")
            if "%" in host:  # of which no two libraries make the same name
                raise InvalidTargetError(_ESCAPED)
        else:
            if parts.scheme != "https":
                raise InvalidTargetError("must start with https://")
            if (port or 443) not in self.ports:
                raise InvalidTargetError(f"must use one of the ports {', '.join(map(str, self.ports))}")
            if "[" in parts.netloc:  # IPv6, or what RFC 3986 keeps for its successors
                raise InvalidTargetError(_ADDRESS)
            _check_host(host)
            self._check_not_ourselves(host)
        if url.isascii():
            return url
        # Nothing but the host is written anew: `urlunsplit` would leave out a "?" with nothing behind it.
        before, _, behind = url.partition(parts.netloc)
        return before + (host if port is None else f"{host}:{port}") + behind

    def refusal_of(self, address: str) -> str | None:
        """What kind of address this is if it may not be contacted, such as "a private address"; None if it may."""
        return None if self.allow_private else addresses.refusal_of(address, self.networks)

    def _check_not_ourselves(self, host: str) -> None:
        if any(host == own or (own.endswith(".") and host.startswith(own)) for own in self.own_hosts):
            raise InvalidTargetError("must not lead to this API itself")


def _split(url: str) -> tuple[SplitResult, int | None]:
    """The URL's parts and its port, once it is sure that every reader splits it the same way."""
    if len(url) > MAX_URL_LENGTH:
        raise InvalidTargetError(f"must not be longer than {MAX_URL_LENGTH} characters")
    authority = _AUTHORITY.match(url)
    origin = url[: authority.end()] if authority else url
    foreign = next((sign for sign in _JOINERS.sub("", origin) if sign in _UNSAFE or not sign.isprintable()), None)
    if foreign:
        raise InvalidTargetError(problem_of_origin(foreign))
    if authority is None or not authority[1]:
        raise InvalidTargetError(_EXAMPLE)
    if not url[: authority.start(1)].isascii():
        raise InvalidTargetError(_EXAMPLE)
    if "@" in authority[1]:
        raise InvalidTargetError("must not hold a user name or password: use the webhook's authentication")
    if "#" in url:
        raise InvalidTargetError("must not hold a fragment (#…): leave it out, or write %23 for a # that is meant")
    problem = problem_of_spelling(url[authority.end() :])
    if problem:
        raise InvalidTargetError(problem)
    return _parts(url, authority[1])


def _parts(url: str, authority: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        problem = _ADDRESS if "[" in authority else _PORT_SPELLING if authority.isascii() else _EXAMPLE
        raise InvalidTargetError(problem) from None
    if not parts.hostname:
        raise InvalidTargetError(_EXAMPLE)
    written = _PORT.search(authority)
    if port == 0 or (written and written[1] != str(port)):
        raise InvalidTargetError(_PORT_SPELLING)
    return parts, port


def _ascii_host(host: str) -> str:
    """The name as DNS knows it (UTS #46, non-transitional, with the rules of STD 3).

    What only looks like another name becomes that name here, before it is judged: full-width dots, circled letters.
    """
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise InvalidTargetError("must hold a valid internationalised host name (IDNA 2008)") from None


def _check_host(host: str) -> None:
    labels = host.split(".")
    if "%" in host:
        raise InvalidTargetError(_ESCAPED)
    if not labels[-1]:
        raise InvalidTargetError("must hold a host name without a dot at its end")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        raise InvalidTargetError(_ADDRESS)
    if labels[-1] in _LOCAL_SUFFIXES:
        raise InvalidTargetError("must not name a local host")
    if len(labels) == 1:
        raise InvalidTargetError("must name a host with its full domain")
    if len(host) > _MAX_HOST_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidTargetError(
            f"must hold a valid host name: letters, digits and '-', up to 63 a label and {_MAX_HOST_LENGTH} in all"
        )
