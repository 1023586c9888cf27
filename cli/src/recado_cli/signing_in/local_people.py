"""Signing in to the stack on this machine without a browser, as the admin of one of its demo accounts."""

from __future__ import annotations

import json
import secrets
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from recado_cli.exits import Exit, Stop
from recado_cli.profiles.local_stack import read
from recado_cli.profiles.profile import Profile
from recado_cli.signing_in import grants
from recado_cli.signing_in.addresses import is_loopback
from recado_cli.signing_in.browser import authorization_address
from recado_cli.signing_in.http import client
from recado_cli.signing_in.receiver import PORTS

_CALLBACK = f"http://localhost:{PORTS[0]}/callback"


def sign_in(profile: Profile, account: str) -> grants.Session:
    """The session of an account's admin; raises `Stop` for an account that the stack does not have."""
    path = profile.stack_file
    if path is None or not is_loopback(urlsplit(profile.api_url).hostname or ""):
        raise Stop(f"{profile.api_url} is no stack on this machine", Exit.USAGE)
    login_url = str(read(path).get("signIn", {}).get("loginUrl", ""))
    person = _person(path.parent / "credentials.json", account)
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(16)
    with client(profile.api_url) as http:
        page = http.get(authorization_address(profile.provider, _CALLBACK, verifier, state))
        answer = http.post(login_url, data=_hidden_fields(page.text) | person)
    return grants.by_code(profile.provider, _code(answer, state), verifier, _CALLBACK)


def _person(path: Path, account: str) -> dict[str, str]:
    try:
        passwords: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stop(f"the passwords of the local stack cannot be read: {error}", Exit.NOT_SIGNED_IN) from None
    name = f"admin-{account}@example.com"
    if name not in passwords:
        known = ", ".join(sorted(key.removeprefix("admin-").partition("@")[0] for key in passwords))
        raise Stop(f"there is no account {account!r} on the local stack", Exit.NOT_FOUND, f"the accounts are {known}")
    return {"username": name, "password": passwords[name]}


def _code(answer: httpx.Response, state: str) -> str:
    query = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    if query.get("state") != [state] or "code" not in query:
        raise Stop(f"the local stack refuses its own admin ({answer.status_code})", Exit.NOT_SIGNED_IN, "`make start`")
    return str(query["code"][0])


def _hidden_fields(page: str) -> dict[str, str]:
    form = _HiddenFields()
    form.feed(page)
    return form.fields


class _HiddenFields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "input" and attributes.get("type") == "hidden":
            self.fields[str(attributes["name"])] = attributes.get("value") or ""
