"""Whom to sign in with: the stack itself says it, in the open settings of its console."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx

from recado_cli.exits import Exit, Stop
from recado_cli.profiles.profile import Provider
from recado_cli.signing_in.addresses import safe
from recado_cli.signing_in.http import client

_PUBLISH = "recado/events.publish"


def provider_of(api_url: str, client_id: str = "", scope: str = "") -> Provider:
    """The identity provider of a stack, and the command's client there, or the one that is given.

    Raises `Stop` where the address is that of no Recado, or nobody can sign in there.
    """
    config = _config(api_url)
    token_url = _text(config, "tokenUrl")
    if not token_url:
        raise Stop(f"{api_url} does not say where one signs in", hint="its template's parameter TokenUrl says it")
    return Provider(
        client_id=client_id or _text(config, "cliClientId"),
        token_url=safe(token_url, "the token endpoint"),
        authorization_url=_safe_or_none(config, "authorizationUrl"),
        revocation_url=_safe_or_none(config, "revocationUrl"),
        logout_url=_safe_or_none(config, "logoutUrl"),
        scopes=tuple(scope.split()) or _scopes(config),
    )


def machine_provider_of(api_url: str, client_id: str, scope: str = "") -> Provider:
    """The identity provider for a machine's client: all scopes that the client has, where none are named."""
    return replace(provider_of(api_url), client_id=client_id, scopes=tuple(scope.split()))


def _config(api_url: str) -> dict[str, Any]:
    address = f"{api_url}/console/config.json"
    with client(api_url) as http:
        answer = http.get(address)
    if answer.status_code != httpx.codes.OK:
        raise Stop(f"{api_url} is no Recado: {address} answers {answer.status_code}", Exit.NOT_FOUND)
    try:
        config = answer.json()
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise Stop(f"{api_url} is no Recado: {address} is no JSON object", Exit.NOT_FOUND)
    return config


def _scopes(config: dict[str, Any]) -> tuple[str, ...]:
    """Those of the console, and publishing, which a terminal has and the console has not."""
    given = config.get("scopes")
    scopes = [scope for scope in given if isinstance(scope, str)] if isinstance(given, list) else []
    return tuple(dict.fromkeys((*scopes, _PUBLISH)))


def _safe_or_none(config: dict[str, Any], key: str) -> str:
    address = _text(config, key)
    return safe(address, f"{key} of the stack") if address else ""


def _text(config: dict[str, Any], key: str) -> str:
    value = config.get(key)
    return value if isinstance(value, str) else ""
