"""Receivers that look at who comes, and senders that come as somebody."""

import ssl
from dataclasses import dataclass, field, replace
from pathlib import Path

from recado.adapters.sending.guarded_connection import tls_context
from recado.adapters.sending.http_sender import HttpSender
from recado.rules.sending.tls_identity import TlsIdentity
from tests.support.receivers.certificates import hashed_folder
from tests.support.receivers.chains import Issued, issued
from tests.support.receivers.rude import Connection, Receiver, answer
from tests.unit.adapters.sending.sending import BODY, NAME, AnyUrl, Sent, request, resolving, send
from tests.unit.builders import NOW

PUBLIC = issued("Public", authority=True)
"""The one authority that everybody trusts here."""

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@dataclass
class Guests:
    """What a receiver saw of who came, connection by connection."""

    certificates: list[bytes | None] = field(default_factory=list)
    sessions_resumed: int = 0

    def __call__(self, connection: Connection) -> None:
        """Look, then answer every POST of the connection."""
        assert isinstance(connection.socket, ssl.SSLSocket)
        self.certificates.append(connection.socket.getpeercert(binary_form=True))
        self.sessions_resumed += bool(connection.socket.session_reused)
        while connection.read_post().line:
            connection.send(answer("200 OK", b"ok"))


def root_of(chain: Issued) -> Issued:
    """Return where a chain ends."""
    return chain if chain.issuer is None else root_of(chain.issuer)


def serving(
    folder: Path, version: str, chain: Issued | None = None, *, asks_for: Issued | None = None
) -> ssl.SSLContext:
    """Build the context of a receiver; it insists on clients under an authority, where one is given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = VERSIONS[version]
    file = folder / "server.pem"
    file.write_text((chain or issued(NAME, PUBLIC, names=(NAME,))).identity)
    context.load_cert_chain(file)
    if asks_for is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=asks_for.pem)
    return context


def sender_to(receiver: Receiver, folder: Path) -> HttpSender:
    """Build a sender that finds the receiver by its name, and trusts the public authority, in a folder as in AWS."""
    authorities = hashed_folder(folder / "public", PUBLIC.pem)
    resolver = resolving(("127.0.0.1", receiver.port))
    context = tls_context(authorities)
    return HttpSender(AnyUrl(True), lambda: NOW, resolver=resolver, context=context, authorities=authorities)


def send_as(identity: TlsIdentity | None, receiver: Receiver, by: HttpSender, body: bytes = BODY) -> Sent:
    """Send to the receiver as somebody."""
    return send(replace(request(f"https://{NAME}:{receiver.port}/hooks", body), tls=identity), by=by)
