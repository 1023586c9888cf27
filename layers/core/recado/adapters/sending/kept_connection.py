"""One connection that is kept between the POSTs of one owner's run, so that they need no handshake each.

It leads to the address that was judged when it was made, and serves whoever is the same there as then. Whatever has
happened on it since its last answer, an end or bytes that nobody asked for, makes it unfit: a receiver must not answer
the next POST before it was made.
"""

import ssl
from collections.abc import Callable
from typing import Any, NamedTuple

from recado.rules.sending.tls_identity import TlsIdentity

Origin = tuple[str, str, int | None, TlsIdentity | None]
"""Scheme, host and port of a target, and what the webhook has of its own for TLS: who we are there."""


class _Connection(NamedTuple):
    origin: Origin
    address: str | None
    http: Any  # urllib3 names the type of its connections in private


class KeptConnection:
    """Holds one connection at most; for one thread."""

    def __init__(self) -> None:
        self._kept: _Connection | None = None

    def put(self, origin: Origin, address: str | None, http: Any) -> None:  # noqa: ANN401 - see above
        """Hold this connection; what was held before has been taken."""
        self._kept = _Connection(origin, address, http)

    def take(self, origin: Origin, refusal_of: Callable[[str], str | None]) -> tuple[Any, str] | None:
        """The connection and its address, if it leads to this origin and nothing has happened on it; else it is closed.

        `refusal_of` says of an address why it may not be contacted.
        """
        kept, self._kept = self._kept, None
        if kept is None:
            return None
        if kept.origin == origin and kept.address and not refusal_of(kept.address) and _is_quiet(kept.http):
            return kept.http, kept.address
        kept.http.close()
        return None

    def close(self) -> None:
        """Close what is held."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.http.close()


def _is_quiet(http: Any) -> bool:  # noqa: ANN401 - see above
    """Whether the connection is open, with nothing to read: neither an end, nor bytes, nor decrypted ones."""
    decrypted = isinstance(http.sock, ssl.SSLSocket) and http.sock.pending()
    return bool(http.is_connected) and not decrypted
