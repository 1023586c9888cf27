"""Bearer tokens of the running stack, got the way a browser or a machine gets them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from local import aws, identity
from local.errors import LocalStackError
from local.settings import Settings
from local.stack_file import Stack

DEFAULT_ACCOUNT = identity.ACCOUNTS[0]
DEFAULT_SCOPE = "recado/webhooks.read recado/webhooks.write recado/events.publish"
ADMIN_SCOPE = "recado/admin"

# The token endpoint's answer: access token, refresh token and what they are good for.
Grant = dict[str, Any]

_SECONDS = 30.0


def token(stack: Stack, settings: Settings, account: str, scope: str = DEFAULT_SCOPE) -> str:
    """A token for an account's own admin, or for a machine that administers every account."""
    _check(stack, account, scope)
    grant = machine_grant(stack, scope) if ADMIN_SCOPE in scope.split() else sign_in(stack, settings, account, scope)
    return str(grant["access_token"])


def machine_grant(stack: Stack, scope: str) -> Grant:
    """What the machine client gets for its own credentials."""
    client_id = stack.sign_in["clientIds"]["MachineClient"]
    cognito = aws.client("cognito-idp", stack.aws_endpoint_url)
    client = cognito.describe_user_pool_client(UserPoolId=stack.sign_in["userPoolId"], ClientId=client_id)
    credentials = (client_id, client["UserPoolClient"]["ClientSecret"])
    with httpx.Client(trust_env=False, timeout=_SECONDS) as http:
        form = {"grant_type": "client_credentials", "scope": scope}
        return _granted(http.post(stack.sign_in["tokenUrl"], data=form, auth=credentials))


def sign_in(stack: Stack, settings: Settings, account: str, scope: str) -> Grant:
    """What the account's admin gets by signing in on the hosted pages, with code and PKCE as the console does it."""
    pages, verifier, state = stack.sign_in, secrets.token_urlsafe(64), secrets.token_urlsafe(16)
    client = {"client_id": pages["clientIds"]["ConsoleClient"], "redirect_uri": pages["redirectUri"]}
    challenge = {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
    asked = {**client, **challenge, "response_type": "code", "scope": scope, "state": state}
    person = {"username": identity.user_name(account), "password": identity.password_of(account, settings)}
    with httpx.Client(trust_env=False, timeout=_SECONDS) as http:
        form = hidden_fields(http.get(pages["authorizeUrl"], params=asked).text) | person
        code = _code(http.post(pages["loginUrl"], data=form), state)
        grant = {**client, "grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        return _granted(http.post(pages["tokenUrl"], data=grant))


def challenge_of(verifier: str) -> str:
    """The PKCE challenge that proves, later, who holds the verifier (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the sign-in form."""
    form = _HiddenFields()
    form.feed(page)
    return form.fields


def _check(stack: Stack, account: str, scope: str) -> None:
    if account not in identity.ACCOUNTS:
        known = ", ".join(identity.ACCOUNTS)
        raise LocalStackError(f"there is no account {account!r} on this stack; the accounts are {known}")
    cognito = aws.client("cognito-idp", stack.aws_endpoint_url)
    servers = cognito.list_resource_servers(UserPoolId=stack.sign_in["userPoolId"], MaxResults=50)["ResourceServers"]
    known_scopes = {f"{server['Identifier']}/{item['ScopeName']}" for server in servers for item in server["Scopes"]}
    unknown = set(scope.split()) - known_scopes - {"openid", "email", "profile"}
    if unknown or not scope.split():
        named = ", ".join(sorted(unknown)) or "(none)"
        raise LocalStackError(f"unknown scope: {named}; the scopes are {', '.join(sorted(known_scopes))}")


def _code(answer: httpx.Response, state: str) -> str:
    query = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    if query.get("state") != [state] or "code" not in query:
        raise LocalStackError(f"signing in was refused ({answer.status_code}): {answer.text[:300]}")
    return str(query["code"][0])


def _granted(answer: httpx.Response) -> Grant:
    if not answer.is_success:
        raise LocalStackError(f"the token was refused ({answer.status_code}): {answer.text[:300]}")
    grant: Grant = answer.json()
    return grant


class _HiddenFields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "input" and attributes.get("type") == "hidden":
            self.fields[str(attributes["name"])] = attributes.get("value") or ""
