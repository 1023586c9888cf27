"""An OAuth2 token server on loopback, by Authlib, and a receiver behind a gateway that takes its tokens alone."""

import json
import secrets
import threading
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator

from local.listener import HEALTHY, Answer, Listener
from recado.rules.webhook.authentication.authentication import ClientAuthentication, OAuth2

CLIENT_ID = "recado: 1 & 2"
CLIENT_SECRET = "s3cret + 100% \u00e9/="
UNAUTHORIZED = Answer(HTTPStatus.UNAUTHORIZED)
_METHODS = ("client_secret_basic", "client_secret_post")


class TokenServer(Listener):
    """Gives tokens to one client, each valid until it is revoked; `answers` come first, as of one that lies.

    `lifetime` is what it says in seconds; `scopes` are those that it knows.
    """

    def __init__(self, *, lifetime: int = 3600, scopes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.lifetime = lifetime
        self.secret = CLIENT_SECRET
        self.given: list[str] = []
        self._valid: set[str] = set()
        self._issuing = threading.Lock()
        self._server_part = _ServerPart(self, scopes)

    def client(self, authentication: ClientAuthentication = ClientAuthentication.BASIC, **more: Any) -> OAuth2:
        """Return what a webhook needs to ask here."""
        values = {"scope": None, "audience": None} | more
        return OAuth2(f"{self.url}/token", CLIENT_ID, authentication, **values)

    def revoke_all(self) -> None:
        """Let no token be valid that was given until now."""
        self._valid.clear()

    def is_valid(self, token: str) -> bool:
        """Tell whether a receiver is to take this token."""
        return token in self._valid

    def give(self) -> str:
        """Make a token."""
        with self._issuing:
            self.given.append(f"token-{len(self.given) + 1}-{secrets.token_urlsafe()}")
            self._valid.add(self.given[-1])
            return self.given[-1]

    def _next_answer(self, headers: dict[str, str], body: bytes) -> Answer:
        if self.answers:
            return self.answers.popleft()
        asked = _Request(self.url, headers, dict(parse_qsl(body.decode("ascii"), strict_parsing=True)))
        answer: Answer = self._server_part.create_token_response(asked)
        return answer


class Gateway(Listener):
    """A receiver that answers 401 to whoever brings no valid token of the server; `answers` come first."""

    def __init__(self, server: TokenServer) -> None:
        super().__init__()
        self.server = server

    @property
    def tokens(self) -> list[str]:
        """The tokens of the requests so far."""
        return [request.headers["authorization"].removeprefix("Bearer ") for request in self.received]

    def _next_answer(self, headers: dict[str, str], body: bytes) -> Answer:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not self.server.is_valid(token):
            return UNAUTHORIZED
        return super()._next_answer(headers, body) if self.answers else HEALTHY


def lie(status: int = 200, body: str | dict[str, Any] = "", delay_seconds: float = 0.0) -> Answer:
    """Build what a token server answers that is wrong: as text, or as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(status, delay_seconds, {"Content-Type": "application/json"}, text.encode())


class _Request(OAuth2Request):  # type: ignore[misc]  # the library has no types
    def __init__(self, url: str, headers: dict[str, str], form: dict[str, str]) -> None:
        # What the library asks about the scheme is about another place: here both ends are one machine.
        super().__init__(
            "POST", url.replace("http:", "https:"), headers={name.title(): v for name, v in headers.items()}
        )
        self.payload = BasicOAuth2Payload(form)

    @property
    def form(self) -> dict[str, str]:
        form: dict[str, str] = self.payload.data
        return form


class _Client(ClientMixin):  # type: ignore[misc]  # as above
    def __init__(self, server: TokenServer) -> None:
        self._server = server

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self._server.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint == "token" and method in _METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]  # as above
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = list(_METHODS)


class _ServerPart(AuthorizationServer):  # type: ignore[misc]  # as above
    def __init__(self, server: TokenServer, scopes: tuple[str, ...]) -> None:
        super().__init__(scopes_supported=scopes)
        self._server = server
        self.register_grant(_Grant)
        generator = BearerTokenGenerator(lambda **_: server.give(), expires_generator=lambda *_: server.lifetime)
        self.register_token_generator("default", generator)

    def query_client(self, client_id: str) -> _Client | None:
        return _Client(self._server) if client_id == CLIENT_ID else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Keep nothing beside what was given."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Tell nobody."""

    def create_oauth2_request(self, request: _Request) -> _Request:
        return request

    def handle_response(self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]) -> Answer:
        return Answer(status, headers=dict(headers), body=json.dumps(body).encode())
