"""Which limit a request counts against, by its route: no route of an account needs a word to be limited."""

from recado.http_api.shared.access import is_open
from recado.rules.limit import LimitKind

_UNCHANGING_METHODS = ("GET", "HEAD", "OPTIONS")
_ACCOUNT = "/accounts/{accountId}/"
_OF_LINKS = "/alert-addresses/"
_WEBHOOKS = f"{_ACCOUNT}webhooks"
_OF_SESSIONS = {
    ("DELETE", f"{_ACCOUNT}portal-sessions"),
    *((method, "/portal/session") for method in ("GET", "POST", "DELETE")),
}
_KINDS = {
    ("POST", f"{_ACCOUNT}events"): LimitKind.PUBLISH,
    ("POST", f"{_WEBHOOKS}/test"): LimitKind.TEST_SEND,
    ("POST", f"{_WEBHOOKS}/{{webhookId}}/test"): LimitKind.TEST_SEND,
    ("POST", f"{_WEBHOOKS}/preview"): LimitKind.READ,
    ("POST", f"{_WEBHOOKS}/{{webhookId}}/preview"): LimitKind.READ,
    # A reading, but of a secret, and each one is recorded.
    ("GET", f"{_WEBHOOKS}/{{webhookId}}/signature"): LimitKind.MUTATION,
}


def kind_of(method: str, template: str) -> LimitKind | None:
    """The limit of a route, its path as in the OpenAPI document; None where there is none but the stage's.

    What is open to everybody counts against no account: others could use up what its own people may do. What ends
    portal sessions is never refused, and what one does to itself has a bound of its own: it could keep itself alive.
    """
    if is_open(method, template) or template.startswith(_OF_LINKS) or (method, template) in _OF_SESSIONS:
        return None
    reading = LimitKind.READ if template.startswith(_ACCOUNT) else None
    return _KINDS.get((method, template), reading if method in _UNCHANGING_METHODS else LimitKind.MUTATION)
