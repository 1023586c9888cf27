"""Which limit a route counts against."""

import pytest

from recado.http_api.shared.limits import kind_of
from recado.rules.limit import LimitKind

WEBHOOK = "/accounts/{accountId}/webhooks/{webhookId}"


@pytest.mark.parametrize(
    ("method", "template", "kind"),
    [
        ("POST", "/accounts/{accountId}/events", LimitKind.PUBLISH),
        ("POST", "/accounts/{accountId}/webhooks/test", LimitKind.TEST_SEND),
        ("POST", "/accounts/{accountId}/webhooks/preview", LimitKind.READ),
        ("POST", "/accounts/{accountId}/webhooks/{webhookId}/preview", LimitKind.READ),
        ("POST", f"{WEBHOOK}/test", LimitKind.TEST_SEND),
        ("GET", f"{WEBHOOK}/signature", LimitKind.MUTATION),
        ("POST", f"{WEBHOOK}/signature", LimitKind.MUTATION),
        ("PATCH", WEBHOOK, LimitKind.MUTATION),
        ("DELETE", WEBHOOK, LimitKind.MUTATION),
        ("PUT", "/accounts/{accountId}/whatever/comes", LimitKind.MUTATION),
        ("GET", WEBHOOK, LimitKind.READ),
        ("HEAD", WEBHOOK, LimitKind.READ),
        ("OPTIONS", WEBHOOK, LimitKind.READ),
        ("GET", "/accounts/{accountId}/whatever/comes", LimitKind.READ),
        ("GET", "/health", None),
        ("GET", "/event-types", None),
    ],
)
def test_a_route_of_an_account_is_limited_without_being_listed(
    method: str, template: str, kind: LimitKind | None
) -> None:
    """Publishing and test sends have limits of their own; a secret that is read counts as a change."""
    assert kind_of(method, template) is kind
