"""Receivers on loopback that let nobody in without proof: one for each type of authentication.

Each has two secrets, by number; it takes those that it knows.
"""

import base64
import socket
import ssl
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar, Self
from unittest.mock import patch

import httpx

from local.listener import Answer, Listener, Received, signature_holds
from tests.support.receivers.chains import Issued, issued
from tests.support.receivers.public_keys import Jwk, verified_by
from tests.support.receivers.token_servers import CLIENT_ID, UNAUTHORIZED, TokenServer

HOST = "receiver.example"
SECRETS = ("correct horse battery", "staple|of~another/kind=")
SIGNING_SECRETS = tuple("whsec_" + base64.b64encode(bytes([number]) * 32).decode() for number in range(2))
OF_THE_CONNECTION = ("host", "content-length", "connection", "accept-encoding", "transfer-encoding")


class Guarded(Listener):
    """Answers 401 to whoever does not prove by one of the secrets that it knows; `answers` come for those who do."""

    header: ClassVar = "authorization"
    """What proves, in lower case."""

    def __init__(self) -> None:
        super().__init__()
        self.known: Sequence[int] = (0,)

    def entered(self, number: int = 0) -> dict[str, Any]:
        """What an admin enters for it, with the secret of this number."""
        return self._entered(number)

    def know(self, *numbers: int) -> None:
        """Take these secrets from now on, and no other."""
        self.known = numbers

    def admits(self, headers: Mapping[str, str], body: bytes, number: int) -> bool:
        """Whether a request proves by the secret of this number."""
        return self._admits(headers, body, number)

    def proven(self, received: Received) -> list[int]:
        """Return the numbers of the secrets by which a request proves."""
        return [number for number in range(2) if self.admits(received.headers, received.body, number)]

    def sent_again(self, received: Received, *, with_proof: bool) -> int:
        """Send a request once more from elsewhere; return the status, 0 for a connection that was refused."""
        left_out = OF_THE_CONNECTION if with_proof else (*OF_THE_CONNECTION, self.header)
        headers = {name: value for name, value in received.headers.items() if name not in left_out}
        try:
            answer = httpx.post(self.url, content=received.body, headers=headers, verify=self._context(with_proof))
        except httpx.TransportError:
            return 0
        return answer.status_code

    def _entered(self, number: int) -> dict[str, Any]:
        raise NotImplementedError

    def _admits(self, headers: Mapping[str, str], body: bytes, number: int) -> bool:
        raise NotImplementedError

    def _context(self, with_proof: bool) -> ssl.SSLContext:  # noqa: ARG002 - certificates have their own
        return ssl.create_default_context()

    def _next_answer(self, headers: dict[str, str], body: bytes) -> Answer:
        if not any(self.admits(headers, body, number) for number in self.known):
            return UNAUTHORIZED
        return super()._next_answer(headers, body)


class _ByHeader(Guarded):
    """Compares a header."""

    def _value(self, number: int) -> str:
        raise NotImplementedError

    def _admits(self, headers: Mapping[str, str], _body: bytes, number: int) -> bool:
        return headers.get(self.header) == self._value(number)


class Basic(_ByHeader):
    """Wants a user name and a password."""

    def _entered(self, number: int) -> dict[str, Any]:
        return {"type": "BASIC", "username": "user", "password": SECRETS[number]}

    def _value(self, number: int) -> str:
        return "Basic " + base64.b64encode(f"user:{SECRETS[number]}".encode()).decode()


class Bearer(_ByHeader):
    """Wants a token that never changes by itself."""

    def _entered(self, number: int) -> dict[str, Any]:
        return {"type": "BEARER", "token": f"token-{number}|a.b-c_d~e+f/g="}

    def _value(self, number: int) -> str:
        return f"Bearer token-{number}|a.b-c_d~e+f/g="


class Header(_ByHeader):
    """Wants a value in a header of its own."""

    header = "x-api-key"

    def _entered(self, number: int) -> dict[str, Any]:
        return {"type": "HEADER", "name": "X-Api-Key", "value": SECRETS[number]}

    def _value(self, number: int) -> str:
        return SECRETS[number]


class Hmac(Guarded):
    """Verifies `v1` by a library that knows nothing else."""

    header = "webhook-signature"
    algorithm: ClassVar = "HMAC_SHA256"

    def _entered(self, number: int) -> dict[str, Any]:
        return {"type": "SIGNATURE", "algorithm": self.algorithm, "secret": SIGNING_SECRETS[number]}

    def _admits(self, headers: Mapping[str, str], body: bytes, number: int) -> bool:
        return signature_holds(SIGNING_SECRETS[number], dict(headers), body)


class Ed25519(Hmac):
    """Verifies `v1a`, too, by the keys that were served for each secret; of a draft there are none."""

    algorithm = "ED25519"

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[int, Sequence[Jwk]] = {}

    def _admits(self, headers: Mapping[str, str], body: bytes, number: int) -> bool:
        by_key = not self.keys or bool(verified_by(self.keys.get(number, ()), headers, body))
        return by_key and super()._admits(headers, body, number)


class OAuth2(Guarded):
    """Wants a token of a token server, whose client's secret is the last that is known."""

    def __init__(self) -> None:
        super().__init__()
        self.server = TokenServer()
        self.server.secret = SECRETS[0]

    def __enter__(self) -> Self:
        self.server.__enter__()
        return super().__enter__()

    def __exit__(self, *details: object) -> None:
        super().__exit__(*details)
        self.server.__exit__(*details)

    def _entered(self, number: int) -> dict[str, Any]:
        fields = {"tokenUrl": f"{self.server.url}/token", "clientId": CLIENT_ID, "clientSecret": SECRETS[number]}
        return {"type": "OAUTH2", **fields}

    def know(self, *numbers: int) -> None:
        """Change the client's secret to the last of these, and revoke what was given before."""
        super().know(*numbers)
        self.server.secret = SECRETS[numbers[-1]]
        self.server.revoke_all()

    def _admits(self, headers: Mapping[str, str], _body: bytes, number: int) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and self.server.is_valid(token) and number == self.known[-1]


class ClientCertificate(Guarded):
    """Is known by an authority of its own, and lets nobody connect without a certificate of that authority."""

    header = "x-client"
    """Where the server tells whom it let in, as a proxy does; the connection has proved it before."""
    version: ClassVar[ssl.TLSVersion]

    def __init__(self) -> None:
        super().__init__()
        self.root = issued("Gateway", authority=True)
        self.clients = [issued(f"client {number}", self.root) for number in range(2)]
        self._own = ExitStack()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = self.version
        _load(context, issued(HOST, self.root, names=(HOST,)))
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=self.root.pem)
        # Each handshake in the thread of its connection; one that fails is no fault of the server's.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._own.enter_context(patch.object(self._server, "handle_error", lambda *_details: None))
        handler: Any = self._server.RequestHandlerClass

        class Proxy(handler):  # type: ignore[misc]  # made by the listener
            def do_POST(self) -> None:  # noqa: N802 - the name is the library's
                del self.headers["x-client"]
                subject = dict(pair for part in self.connection.getpeercert()["subject"] for pair in part)
                self.headers["x-client"] = subject["commonName"]
                super().do_POST()

        self._server.RequestHandlerClass = Proxy

    def __enter__(self) -> Self:
        look_up = socket.getaddrinfo

        def found(host: Any, *rest: Any, **named: Any) -> Any:
            return look_up("127.0.0.1" if host == HOST else host, *rest, **named)

        self._own.enter_context(patch.object(socket, "getaddrinfo", found))
        return super().__enter__()

    def __exit__(self, *details: object) -> None:
        super().__exit__(*details)
        self._own.close()

    @property
    def url(self) -> str:
        """Where it listens, by its name."""
        return f"https://{HOST}:{self._server.server_address[1]}"

    @property
    def subjects(self) -> list[str]:
        """Whom it let in, by the names in their certificates."""
        return [request.headers["x-client"] for request in self.received]

    def client(self, number: int = 0) -> dict[str, str]:
        """A client's certificate, as it is entered."""
        return {"certificate": self.clients[number].pem, "privateKey": self.clients[number].key_pem}

    def _entered(self, number: int) -> dict[str, Any]:
        return {"type": "NONE", "clientCertificate": self.client(number), "trustedCertificates": self.root.pem}

    def _admits(self, headers: Mapping[str, str], _body: bytes, number: int) -> bool:
        return headers["x-client"] == f"client {number}"

    def _context(self, with_proof: bool) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=self.root.pem)
        if with_proof:
            _load(context, self.clients[0])
        return context


class Tls12(ClientCertificate):
    """Speaks TLS 1.2 alone."""

    version = ssl.TLSVersion.TLSv1_2


class Tls13(ClientCertificate):
    """Speaks TLS 1.3 alone."""

    version = ssl.TLSVersion.TLSv1_3


def _load(context: ssl.SSLContext, certificate: Issued) -> None:
    """Python loads a key from a file alone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "identity.pem"
        file.write_text(certificate.identity, encoding="ascii")
        context.load_cert_chain(file)


REFUSED = (0, HTTPStatus.UNAUTHORIZED)
EVERY_TYPE: dict[str, type[Guarded]] = {
    "BASIC": Basic,
    "BEARER": Bearer,
    "HEADER": Header,
    "HMAC_SHA256": Hmac,
    "ED25519": Ed25519,
    "OAUTH2": OAuth2,
    "certificate, TLS 1.2": Tls12,
    "certificate, TLS 1.3": Tls13,
}
