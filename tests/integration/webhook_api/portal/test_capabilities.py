"""What a portal session may do: its own account's routes, with the capability that each wants."""

from typing import Any

import pytest

from recado.http_api.shared.capabilities import CAPABILITIES
from tests.integration.webhook_api.shared.routes import BODIES, FIRST, filled
from tests.support.api.client import ApiClient, draft
from tests.support.api.document import ApiDocument
from tests.support.api.portal_client import EVERYTHING, PortalClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record

ROUTES = {tuple(key.split(" ")): needs for key, needs in CAPABILITIES.items() if needs is not None}
NOT_FOR_SESSIONS = {
    ("POST", "/accounts/{accountId}/events"),
    ("POST", "/accounts/{accountId}/portal-sessions"),
    ("DELETE", "/accounts/{accountId}/portal-sessions"),
}
EVERYBODYS = {
    ("GET", "/health"),
    ("GET", "/egress.json"),
    ("GET", "/accounts/{accountId}/webhook-keys.json"),
    ("POST", "/alert-addresses/confirm"),
    ("POST", "/alert-addresses/unsubscribe"),
}
RECEIVERS = {
    ("GET", "/receive/{accountId}/{webhookId}/events"),
    ("POST", "/receive/{accountId}/{webhookId}/resend"),
}


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook with a signature and a delivery."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    record(api.system, delivery(webhook["webhookId"], "e", timestamp=1, name="CI_STATS"))
    return webhook


def tried(session: PortalClient, webhook: Any, route: tuple[str, str], **options: Any) -> Any:
    """Send a sound request."""
    method, path = route
    body = {} if route not in BODIES else {"body": BODIES[route]}
    return session.call(method, filled(session.api, webhook, path), **body, **options)


def test_every_route_is_for_sessions_or_is_not() -> None:
    """A new one has its capability, or stands among those that no session takes."""
    documented = {route for route in ApiDocument().routes if not route[1].startswith("/portal/")}

    assert documented == ROUTES.keys() | NOT_FOR_SESSIONS | EVERYBODYS | RECEIVERS


@pytest.mark.parametrize("route", sorted(ROUTES), ids=" ".join)
def test_a_session_with_the_capability_is_let_in(api: ApiClient, webhook: Any, route: tuple[str, str]) -> None:
    """And needs no other."""
    session = PortalClient.opened(api, ROUTES[route].value)
    if route in FIRST:
        assert tried(session, webhook, FIRST[route]).status == 202

    assert tried(session, webhook, route).status < 300


@pytest.mark.parametrize("route", sorted(ROUTES), ids=" ".join)
def test_a_session_without_it_is_refused(api: ApiClient, webhook: Any, aws: AwsCalls, route: tuple[str, str]) -> None:
    """With all others, and before anything is counted, read or changed but the session itself."""
    needed = ROUTES[route]
    session = PortalClient.opened(api, *(name for name in EVERYTHING if name != needed))
    aws.clear()

    refused = tried(session, webhook, route)

    assert refused.status == 403
    assert refused.json["detail"] == (f"This portal session may not do that: it lacks the capability {needed.value}.")
    assert aws.counts == {"dynamodb.GetItem": 1}


@pytest.mark.parametrize("route", sorted(NOT_FOR_SESSIONS), ids=" ".join)
def test_what_is_not_for_sessions_is_not_there(api: ApiClient, webhook: Any, route: tuple[str, str]) -> None:
    """Whatever the session may do otherwise."""
    assert tried(PortalClient.opened(api), webhook, route).is_nothing


def test_catching_up_takes_the_capability_to_resend(api: ApiClient, webhook: Any) -> None:
    """Since it sends what was skipped; switching on alone does not."""
    session = PortalClient.opened(api, "read", "write")
    session.call("PATCH", api.path(webhook), {"active": False})

    refused = session.call("PATCH", api.path(webhook), {"active": True, "catchUp": True})

    assert (refused.status, "resend" in refused.json["detail"]) == (403, True)
    assert session.call("PATCH", api.path(webhook), {"active": True}).json["active"] is True


def test_a_secret_is_not_replaced_by_another_type_in_between(api: ApiClient, webhook: Any) -> None:
    """Whoever may write takes signing away, and gives one that is made here; one of their own takes `secrets`."""
    session, own = PortalClient.opened(api, "read", "write"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    session.call("PATCH", api.path(webhook), {"authentication": {"type": "NONE"}})

    refused = session.call("PATCH", api.path(webhook), {"authentication": {"type": "SIGNATURE", "secret": own}})

    assert (refused.status, "secrets" in refused.json["detail"]) == (403, True)
    assert session.call("PATCH", api.path(webhook), {"authentication": {"type": "SIGNATURE"}}).status == 200


@pytest.mark.parametrize("route", [route for route in ROUTES if "{accountId}" in route[1]], ids=" ".join)
def test_another_account_is_not_there(api: ApiClient, webhook: Any, aws: AwsCalls, route: tuple[str, str]) -> None:
    """For a session that may do everything in its own, nor for one that may do nothing."""
    mine = ApiClient(api.system, api.document)
    for session in (PortalClient.opened(mine), PortalClient.opened(mine, "resend")):
        aws.clear()
        theirs = PortalClient(api, session.token)
        assert tried(theirs, webhook, route).is_nothing
        assert aws.counts == {"dynamodb.GetItem": 1}


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/{mine}/../{theirs}/webhooks",
        "/accounts/{mine}%2F..%2F{theirs}/webhooks",
        "/accounts/{mine}/webhooks/wh_1%2Fsignature",
        "//accounts/{theirs}/webhooks",
        "/portal/accounts/{mine}/webhooks",
        "/accounts/{mine}/webhooks/",
        "/accounts//webhooks",
        "/accounts/{mine}/webhooks%0A",
        "/console/config.json",
        "/openapi.json",
        "/",
    ],
)
def test_no_spelling_leads_elsewhere(api: ApiClient, path: str) -> None:
    """Nor past the capability that a path wants by its own reading."""
    session = PortalClient.opened(api, "read")

    answer = session.send("GET", path.format(mine=api.account, theirs="2020"))

    assert answer.status in (400, 403, 404)


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", "Bearer ", "rps_x", "Basic {token}", "Bearer {token}x", "Bearer x{token}", "Bearer {token},{token}"],
)
def test_without_a_token_nobody_is_let_in(api: ApiClient, sent: str) -> None:
    """Nor with one of the user pool's, or with what only looks like one."""
    session = PortalClient.opened(api)

    refused = session.send("GET", api.webhooks, headers={"authorization": sent.format(token=session.token)})

    assert refused.status == 401


def test_a_key_of_a_session_is_one_of_its_account(api: ApiClient) -> None:
    """The same request again changes nothing, whoever of the account repeats it."""
    session, headers = PortalClient.opened(api), {"Idempotency-Key": "k1"}
    first = session.call("POST", api.webhooks, draft(), headers=headers)

    again = api.call("POST", api.webhooks, draft(), headers=headers)

    assert (again.status, again.json) == (201, first.json)
    assert len(session.call("GET", api.webhooks).json["webhooks"]) == 1
