"""Where `listen` sends to: an address of this machine, unless somebody says otherwise.

What is sent is real events, unencrypted: a host name that was mistyped must not carry them away.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

ACCEPTED = "a port, or an http or https address of this machine such as http://localhost:3000/hook"
_PORTS = range(1, 65_536)
_BOTH_FAMILIES = ("::1", "127.0.0.1")

Resolve = Callable[[str], Sequence[str]]
"""The addresses of a host name; raises `OSError`."""


class TargetError(ValueError):
    """An address that is not sent to; the message says why, and what is accepted."""


@dataclass(frozen=True)
class Target:
    """The address as it was given, and the hosts to connect to, tried in this order."""

    url: httpx.URL
    addresses: tuple[str, ...]

    @property
    def place(self) -> str:
        """Host and port, as people write them."""
        return self.url.netloc.decode()

    @property
    def is_local(self) -> bool:
        """Whether nothing that is sent there leaves this machine."""
        return all(is_loopback(address) for address in self.addresses)


def resolved(host: str) -> Sequence[str]:
    """The addresses of a name, as the system knows it."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def target_of(text: str, *, allow_remote: bool = False, resolve: Resolve = resolved) -> Target:
    """The target that a text names; raises `TargetError`."""
    url = _url(text)
    addresses = _addresses(url.host, resolve)
    if all(map(is_loopback, addresses)):
        return Target(url, tuple(addresses))
    if not allow_remote:
        raise TargetError(f"{url.host} is not this machine: accepted is {ACCEPTED}; --allow-remote sends elsewhere")
    return Target(url, (url.host,))


def is_loopback(address: str) -> bool:
    """Whether this is an address of the loopback interface; a name is not."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _url(text: str) -> httpx.URL:
    if text.isascii() and text.isdigit():
        text = f"http://localhost:{text}/"
    elif "://" not in text:
        text = f"http://{text}"
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise TargetError(f"no address: {error}; accepted is {ACCEPTED}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise TargetError(f"accepted is {ACCEPTED}")
    if url.port is not None and url.port not in _PORTS:
        raise TargetError(f"a port is a number from {_PORTS[0]} to {_PORTS[-1]}; accepted is {ACCEPTED}")
    if url.userinfo:
        raise TargetError("an address with a user name or password in it is not accepted")
    return url.copy_with(fragment=None)


def _addresses(host: str, resolve: Resolve) -> Sequence[str]:
    """`localhost` is both families, whatever the system's hosts file knows: servers listen on one or the other."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return _BOTH_FAMILIES
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        return resolve(host) or [host]
    except OSError:
        return [host]
