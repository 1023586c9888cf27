"""The claims of the token that API Gateway's JWT authorizer has verified, as the issuer wrote them.

The authorizer hands its claims on as text, and a list as `[a b]`: whether that was one group with a blank in its name
or two, nobody can tell. So lists are read from the token itself, which stands in the header that the authorizer read it
from (`IdentitySource` in template.yaml).
"""

import base64
import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Claims = Mapping[str, Any]

# One token alone, with `Bearer` before it or without, as the authorizer takes it: of two headers, which API Gateway
# joins with a comma, none is known to be the verified one.
_PART = "[A-Za-z0-9_-]+"
_HEADER = re.compile(rf"\s*(?:bearer +)?{_PART}\.(?P<payload>{_PART})\.{_PART}\s*", re.ASCII | re.IGNORECASE)

_TELLING = ("iss", "sub", "jti", "client_id", "iat", "exp")
"""The claims that tell one token from another."""


def authorized_claims(event: Mapping[str, Any]) -> Claims:
    """The claims as the authorizer hands them on, all of them text; none where it was not asked."""
    claims: Claims | None = event.get("requestContext", {}).get("authorizer", {}).get("jwt", {}).get("claims")
    return claims or {}


def verified_claims(event: Mapping[str, Any]) -> Claims:
    """The claims as the issuer wrote them, lists as lists; none where the header's token is not the verified one.

    Its signature is not checked once more: the function is behind the authorizer, and what tells tokens apart must be
    what the authorizer says.
    """
    authorized = authorized_claims(event)
    headers: Mapping[str, str] = event.get("headers") or {}
    sent = [value for name, value in headers.items() if name.lower() == "authorization"]
    if not authorized or len(sent) != 1:
        return {}
    claims = _payload(sent[0])
    return claims if all(_same(claims.get(name), authorized.get(name)) for name in _TELLING) else {}


def _payload(header: str) -> Claims:
    match = _HEADER.fullmatch(header)
    if match is None:
        return {}
    text = match["payload"]
    try:
        claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _same(claim: object, authorized: object) -> bool:
    if claim is None or authorized is None:
        return claim is authorized
    if isinstance(claim, str):
        return claim == authorized
    try:
        return Decimal(str(claim)) == Decimal(str(authorized))
    except InvalidOperation:
        return False
