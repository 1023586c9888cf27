"""The token endpoint: codes, refresh tokens and credentials become access tokens (RFC 6749, 7636, 7009)."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from recado_cli.exits import Exit, Stop
from recado_cli.profiles.profile import Provider
from recado_cli.signing_in.http import client

_LEEWAY_SECONDS = 60
_DEFAULT_SECONDS = 300
_ENDED = {"invalid_grant", "invalid_token"}


@dataclass(frozen=True)
class Session:
    """What a sign-in has given; all of it is secret. `expires_at` is that of the access token, in epoch seconds."""

    access_token: str = ""
    refresh_token: str = ""
    client_secret: str = ""
    expires_at: float = 0.0

    def __repr__(self) -> str:
        """Nothing secret, wherever it may be printed."""
        return f"Session(expires_at={self.expires_at})"

    @property
    def is_good(self) -> bool:
        """Whether the access token still serves for a request."""
        return bool(self.access_token) and time.time() < self.expires_at - _LEEWAY_SECONDS


def to_text(session: Session) -> str:
    """The session as it is kept."""
    return json.dumps(asdict(session))


def from_text(text: str | None) -> Session:
    """The session as it was kept; an empty one where nothing was, or nothing that can be read."""
    try:
        content = json.loads(text or "{}")
        return Session(**{name: content[name] for name in Session.__dataclass_fields__ if name in content})
    except (ValueError, TypeError):
        return Session()


def by_code(provider: Provider, code: str, verifier: str, redirect_uri: str) -> Session:
    """The session that the code of a sign-in page begins; raises `Stop` where it is refused."""
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
    return _session(_granted(provider, {**form, "client_id": provider.client_id}), Session())


def by_refresh(provider: Provider, session: Session) -> Session:
    """The session renewed; raises `Stop` where it has ended."""
    form = {"grant_type": "refresh_token", "refresh_token": session.refresh_token, "client_id": provider.client_id}
    return _session(_granted(provider, form), session)


def by_credentials(provider: Provider, session: Session) -> Session:
    """A token for a machine's own credentials, for all scopes that its client has where none are named."""
    form = {"grant_type": "client_credentials"}
    if provider.scopes:
        form["scope"] = " ".join(provider.scopes)
    return _session(_granted(provider, form, session.client_secret), session)


def revoke(provider: Provider, session: Session) -> bool:
    """End what the refresh token is good for; whether the provider has said so."""
    if not provider.revocation_url or not session.refresh_token:
        return False
    form = {"token": session.refresh_token, "client_id": provider.client_id, "token_type_hint": "refresh_token"}
    try:
        with client(provider.revocation_url) as http:
            return http.post(provider.revocation_url, data=form).is_success
    except httpx.HTTPError:
        return False


def _granted(provider: Provider, form: dict[str, str], secret: str = "") -> dict[str, Any]:
    # Both are percent-encoded first (RFC 6749, 2.3.1).
    auth = (
        httpx.BasicAuth(quote(provider.client_id, safe=""), quote(secret, safe=""))
        if secret
        else httpx.USE_CLIENT_DEFAULT
    )
    with client(provider.token_url) as http:
        answer = http.post(provider.token_url, data=form, auth=auth)
    try:
        content = answer.json()
    except ValueError:
        content = {}
    content = content if isinstance(content, dict) else {}
    if answer.is_success and isinstance(content.get("access_token"), str):
        return content
    raise _refusal(provider, form["grant_type"], answer.status_code, content)


def _refusal(provider: Provider, grant_type: str, status: int, content: dict[str, Any]) -> Stop:
    error = content.get("error")
    said = " ".join(str(part) for part in (error, content.get("error_description")) if part) or f"status {status}"
    if grant_type == "refresh_token" and error in _ENDED:
        return Stop(f"the session has ended: {said}", Exit.NOT_SIGNED_IN, "`recado sign-in` begins a new one")
    if status in (429, *range(500, 600)):
        return Stop(f"{provider.token_url} is out of order ({said})", Exit.LATER, "again later; the session is kept")
    if status < HTTPStatus.BAD_REQUEST and not content:
        # A network that wants somebody to sign in to it first answers in place of everybody.
        said = f"what answers for {provider.token_url} is no identity provider (status {status})"
        return Stop(said, Exit.LATER, "a hotel's or a company's network? The session is kept")
    hint = "`--scope` names others" if error == "invalid_scope" else ""
    return Stop(f"{provider.token_url} refuses: {said}", Exit.NOT_SIGNED_IN, hint)


def _session(content: dict[str, Any], before: Session) -> Session:
    given = content.get("expires_in")
    seconds = float(given) if isinstance(given, int | float | str) and str(given).isdigit() else _DEFAULT_SECONDS
    # A provider that does not rotate sends no new refresh token: the one before goes on.
    return Session(
        access_token=content["access_token"],
        refresh_token=str(content.get("refresh_token") or before.refresh_token),
        client_secret=before.client_secret,
        expires_at=time.time() + seconds,
    )
