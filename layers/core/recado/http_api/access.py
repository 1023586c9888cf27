"""Who may: which accounts the caller's token reaches, as API Gateway's JWT authorizer hands its claims over."""

import re
from collections.abc import Mapping
from typing import Any

from recado.rules.account import account_key

ADMIN_SCOPE = "recado/admin"
_GROUP_PREFIX = "account:"
_ACCOUNT_PATH = re.compile(r"/accounts/([^/]*)(?:/.*)?")


def account_of(path: str) -> str | None:
    """The account that a path names; None where it names none."""
    match = _ACCOUNT_PATH.fullmatch(path)
    return match[1] if match else None


def reaches(event: Mapping[str, Any], account_id: str, groups_claim: str) -> bool:
    """Whether the token reaches the account: by its group `account:<accountId>`, or by the scope `recado/admin`."""
    if account_key(account_id) is None:
        return False
    jwt = event.get("requestContext", {}).get("authorizer", {}).get("jwt", {})
    claims = jwt.get("claims") or {}
    scopes = _words(jwt.get("scopes")) | _words(claims.get("scope"))
    return ADMIN_SCOPE in scopes or _GROUP_PREFIX + account_id in _words(claims.get(groups_claim))


def _words(value: object) -> set[str]:
    """The members of a claim: a list, a text with spaces, or a list that the authorizer turned into `[a b]`."""
    if isinstance(value, list):
        return {str(member) for member in value}
    if isinstance(value, str):
        return set(value.removeprefix("[").removesuffix("]").replace(",", " ").split())
    return set()
