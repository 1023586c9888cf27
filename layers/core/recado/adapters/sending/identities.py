"""What webhooks have of their own for TLS, as contexts: a client certificate, authorities beside the public ones.

Imported with the first request that has an identity: a sender that meets none does without it
(docs/adr/0035-certificates.md).
"""

import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from cachetools import LRUCache

from recado.adapters.authorities import public_authorities
from recado.adapters.sending.guard import AttemptError
from recado.adapters.sending.guarded_connection import tls_context
from recado.ports.sending import OurFaultError
from recado.rules.sending.attempt import FailureClass
from recado.rules.sending.tls_identity import TlsIdentity

REMEMBERED = 64
"""Contexts in memory: each takes 0.7 MB and 16 ms to make with a file of authorities, a twentieth with the folder."""

_Made = TypeVar("_Made")


class Identities(Generic[_Made]):
    """What was made of the context of each identity, for that identity alone; those used last stay in memory."""

    def __init__(self, make: Callable[[ssl.SSLContext], _Made], public: str = public_authorities()) -> None:
        self._make = make
        self._public = public
        self._made: LRUCache[TlsIdentity, _Made] = LRUCache(REMEMBERED)
        self._lock = threading.Lock()  # an LRUCache breaks when two threads change it at once

    def of(self, identity: TlsIdentity) -> _Made:
        """What was made of an equal identity, or is made now; raises `AttemptError` where OpenSSL refuses it."""
        with self._lock:
            known = self._made.get(identity)
        if known is not None:
            return known
        made = self._make(context_of(identity, self._public))
        with self._lock:
            return self._made.setdefault(identity, made)


def context_of(identity: TlsIdentity, public: str) -> ssl.SSLContext:
    """A context that trusts the authorities in `public` and those of the identity, and shows its certificate.

    Raises `AttemptError` where OpenSSL refuses what was accepted when it was entered, `OurFaultError` where it could
    not read it.
    """
    context = tls_context(public)
    try:
        if identity.authorities is not None:
            _trust(context, identity.authorities)
        if identity.certificate is not None:
            with _readable(identity.certificate) as path:
                # The key has no passphrase; without one here OpenSSL would ask for it at the terminal.
                context.load_cert_chain(path, password="")  # nosec B106 - none
    except ssl.SSLError as error:
        reason = (getattr(error, "reason", None) or "unreadable").replace("_", " ").lower()
        detail = f"The webhook's certificates cannot be used: {reason}."
        raise AttemptError(FailureClass.TLS, detail) from error
    except OSError as error:
        raise OurFaultError(f"making a TLS context: {error.strerror}") from error
    return context


def _trust(context: ssl.SSLContext, authorities: str) -> None:
    """Let chains end at these, too, also at one that is below its root.

    From Python 3.13 on contexts want of every certificate what RFC 5280 asks of authorities; private ones seldom have
    it, such as identifiers of their keys.
    """
    context.load_verify_locations(cadata=authorities)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT


@contextmanager
def _readable(text: str) -> Iterator[str]:
    """A path under which OpenSSL can read a text while the block runs: in memory, where the system has such files."""
    try:
        descriptor = os.memfd_create("identity", os.MFD_CLOEXEC)
    except (AttributeError, OSError):  # not on Linux, or refused there
        with _file(text) as path:
            yield path
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        yield f"/proc/self/fd/{descriptor}"


@contextmanager
def _file(text: str) -> Iterator[str]:
    """The same as a file that this user alone can read, removed behind the block."""
    import tempfile  # noqa: PLC0415 - seldom needed

    descriptor, path = tempfile.mkstemp()  # of mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        yield path
    finally:
        os.unlink(path)  # noqa: PTH108 - `pathlib` is not needed otherwise
