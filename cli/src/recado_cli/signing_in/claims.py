"""What a token says of itself; read, not verified: whoever believes it is the API, not the command."""

from __future__ import annotations

import base64
import json
from typing import Any


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT; none of what is no JWT."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def accounts_of(claims: dict[str, Any]) -> list[str]:
    """The accounts that a token reaches by its groups, whatever the claim of groups is called."""
    groups = [str(group) for claim in claims.values() if isinstance(claim, list) for group in claim]
    return [group.removeprefix("account:") for group in groups if group.startswith("account:")]
