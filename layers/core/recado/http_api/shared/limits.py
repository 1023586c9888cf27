"""Which limit a request counts against, by its route: no route of an account needs a word to be limited."""

from recado.http_api.shared.access import is_open
from recado.rules.limit import LimitKind

_UNCHANGING_METHODS = ("GET", "HEAD", "OPTIONS")
_ACCOUNT = "/accounts/{accountId}/"
_WEBHOOKS = f"{_ACCOUNT}webhooks"
_KINDS: dict[tuple[str, str], LimitKind | None] = {
    ("POST", f"{_ACCOUNT}events"): LimitKind.PUBLISH,
    ("POST", f"{_WEBHOOKS}/test"): LimitKind.TEST_SEND,
    ("POST", f"{_WEBHOOKS}/{{webhookId}}/test"): LimitKind.TEST_SEND,
    ("POST", f"{_WEBHOOKS}/preview"): LimitKind.READ,
    ("POST", f"{_WEBHOOKS}/{{webhookId}}/preview"): LimitKind.READ,
    # A reading, but of a secret, and each one is recorded.
    ("GET", f"{_WEBHOOKS}/{{webhookId}}/signature"): LimitKind.MUTATION,
    # What ends portal sessions is never refused, and what one does to itself has a bound of its own: it could use up
    # the account's requests, and so keep itself alive.
    ("DELETE", f"{_ACCOUNT}portal-sessions"): None,
    ("POST", "/portal/session"): None,
    ("DELETE", "/portal/session"): None,
    # Who follows a link of a mail has no account.
    ("POST", "/alert-addresses/confirm"): None,
    ("POST", "/alert-addresses/unsubscribe"): None,
}


def kind_of(method: str, template: str) -> LimitKind | None:
    """The limit of a route, its path as in the OpenAPI document; None where there is none but the stage's.

    What is open to everybody counts against no account: others could use up what its own people may do.
    """
    if is_open(method, template):
        return None
    reading = LimitKind.READ if template.startswith(_ACCOUNT) else None
    return _KINDS.get((method, template), reading if method in _UNCHANGING_METHODS else LimitKind.MUTATION)
