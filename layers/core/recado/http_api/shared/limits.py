"""Which limit a request counts against, by its route: a route that changes something is limited without a word."""

from recado.rules.limit import LimitKind

_UNCHANGING_METHODS = ("GET", "HEAD", "OPTIONS")
_WEBHOOKS = "/accounts/{accountId}/webhooks"
_KINDS = {
    ("POST", "/accounts/{accountId}/events"): LimitKind.PUBLISH,
    ("POST", f"{_WEBHOOKS}/test"): LimitKind.TEST_SEND,
    ("POST", f"{_WEBHOOKS}/{{webhookId}}/test"): LimitKind.TEST_SEND,
    # A reading, but of a secret, and each one is recorded.
    ("GET", f"{_WEBHOOKS}/{{webhookId}}/signature"): LimitKind.MUTATION,
}


def kind_of(method: str, template: str) -> LimitKind | None:
    """The limit of a route, its path as in the OpenAPI document; None where there is none but the stage's."""
    unlisted = None if method in _UNCHANGING_METHODS else LimitKind.MUTATION
    return _KINDS.get((method, template), unlisted)
