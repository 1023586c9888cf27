"""Who may: no token reaches an account that is not its own, by any route or spelling."""

import json
from collections.abc import Callable
from io import StringIO
from itertools import product
from typing import Any

import pytest

from tests.integration.webhook_api.shared.routes import (
    ACCOUNT_ROUTES,
    BODIES,
    DELIVERY_ROUTES,
    FIRST,
    REDELIVERY,
    WEBHOOK_ROUTES,
    filled,
    in_order,
    try_route,
)
from tests.support.api.client import ADMIN_SCOPE, OF_EVERY_ANSWER, Answer, ApiClient, draft, token
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook with a signature and a delivery."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    record(api.system, delivery(webhook["webhookId"], "e", timestamp=1, name="CI_STATS"))
    return webhook


def test_every_route_that_takes_a_body_is_tried_with_a_sound_one(document: ApiDocument) -> None:
    """Or the tests would take its refusal for what they look for."""
    with_body = {route for route, operation in document.routes.items() if "requestBody" in operation}

    assert with_body == BODIES.keys()


@pytest.mark.parametrize("route", ACCOUNT_ROUTES, ids=" ".join)
def test_a_route_is_open_to_its_own_account(api: ApiClient, webhook: Any, route: tuple[str, str]) -> None:
    """Which shows that the requests of the other tests are sound."""
    if route in FIRST:
        assert try_route(api, webhook, FIRST[route], None).status == 202
    assert try_route(api, webhook, route, None).status < 300


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"scope": "recado/webhooks.read recado/webhooks.write recado/events.publish"},
        token("2020"),
        token("2020", "3030"),
        token(),
        token("ACCOUNT0"),
        token("0ACCOUNT"),
        {
            "cognito:groups": [
                "ACCOUNT",
                "account:",
                "account:*",
                "Account:ACCOUNT",
                "xaccount:ACCOUNT",
                "account:ACCOUNTx",
            ]
        },
        {"cognito:groups": ["Support account:ACCOUNT readers", "team,account:ACCOUNT", "no access to account:ACCOUNT"]},
        {"cognito:groups": ["[account:ACCOUNT]", "account:ACCOUNT,", '"account:ACCOUNT"', "account:ACCOUNT\u200b"]},
        {"cognito:groups": "account:2020,account:ACCOUNT"},
        {"cognito:groups": "[account:2020 account:ACCOUNT]"},
        {"cognito:groups": None},
        {"cognito:groups": {"account:ACCOUNT": True}},
        {"groups": ["account:ACCOUNT"]},
        {"account": "ACCOUNT", "custom:account": "account:ACCOUNT"},
        token("2020", scope="recado/admins recado/webhooks.admin admin xrecado/admin"),
        token("2020", aud=ADMIN_SCOPE, client_id=ADMIN_SCOPE, username=ADMIN_SCOPE),
    ],
    ids=str,
)
def test_another_accounts_token_finds_nothing(
    api: ApiClient, webhook: Any, aws: AwsCalls, claims: dict[str, Any]
) -> None:
    """Nor does one whose groups only look like it, by any route; no table is asked."""
    aws.clear()
    looking_alike = json.loads(json.dumps(claims).replace("ACCOUNT", api.account))

    for route in ACCOUNT_ROUTES:
        assert try_route(api, webhook, route, looking_alike).is_nothing, route
    assert aws.seen == []


@pytest.mark.parametrize("route", ACCOUNT_ROUTES, ids=" ".join)
def test_another_accounts_path_looks_the_same_whatever_is_sent(
    api: ApiClient, webhook: Any, aws: AwsCalls, route: tuple[str, str]
) -> None:
    """There is nothing to learn from it: not even whether the account or the webhook exists."""
    method, path = route
    there = filled(api, webhook, path)
    nowhere = path.format(accountId="nobody", webhookId="wh_0", deliveryId="x", eventId="?", eventName="?")
    texts = (None, "", "{", "[]", '{"name": NaN}', b"\xff", json.dumps(draft(unknown=1)))
    headers: list[dict[str, str]] = [{}, {"content-type": "text/plain"}, {"If-Match": "garbage"}, {"If-Match": '"9"'}]
    queries: list[dict[str, str]] = [{}, {"status": "x", "cursor": "x", "unknown": "1"}]
    aws.clear()

    for place, text, header, query in product((there, nowhere), texts, headers, queries):
        event = api.request(method, place, text, headers=header, query=query, claims=token("2020"))
        assert api.send(event).is_nothing, (place, text, header, query)
    assert aws.seen == []


def made_for(aws: AwsCalls, answer: Callable[[], Answer]) -> list[str]:
    """Return the AWS calls that are made for what is not there."""
    aws.clear()
    assert answer().is_nothing
    return [call.name for call in aws.seen]


@pytest.mark.parametrize("route", WEBHOOK_ROUTES, ids=" ".join)
def test_another_accounts_webhook_is_not_under_ones_own_path(
    api: ApiClient, webhook: Any, aws: AwsCalls, route: tuple[str, str]
) -> None:
    """Nor what belongs to it, a delivery or a job: answer and AWS calls are those of an id that never was."""
    assert try_route(api, webhook, ("POST", REDELIVERY), None).status == 202
    before = api.as_registered(webhook)
    stranger = ApiClient(api.system, api.document)

    there = made_for(aws, lambda: try_route(stranger, webhook, route, None))
    nowhere = made_for(aws, lambda: try_route(stranger, {"webhookId": "wh_" + "0" * 32}, route, None))

    assert there == nowhere
    assert api.as_registered(webhook) == before


@pytest.mark.parametrize("same_account", [True, False])
@pytest.mark.parametrize("route", DELIVERY_ROUTES, ids=" ".join)
def test_another_webhooks_delivery_is_not_under_ones_own(
    api: ApiClient, webhook: Any, aws: AwsCalls, route: tuple[str, str], *, same_account: bool
) -> None:
    """Of whichever account it is: answer and AWS calls are those of an id that never was."""
    owner = api if same_account else ApiClient(api.system, api.document)
    record(api.system, delivery(owner.create()["webhookId"], "theirs", timestamp=2))

    def ask(event_id: str) -> Answer:
        method, path = route
        delivery_id = f"000000000002000-{event_id}"
        return api.call(
            method, path.format(accountId=api.account, webhookId=webhook["webhookId"], deliveryId=delivery_id)
        )

    assert made_for(aws, lambda: ask("theirs")) == made_for(aws, lambda: ask("nobodys"))


def test_another_webhooks_job_is_not_under_ones_own(api: ApiClient, webhook: Any) -> None:
    """A webhook that never had a job has none to show, and none to end; nor is the other's ended."""
    other = api.create()
    job = try_route(api, other, ("POST", REDELIVERY), None).json

    assert api.get(api.path(webhook, "/redeliver")).json == {"jobs": []}
    assert api.call("DELETE", api.path(webhook, "/redeliver"), query={"jobId": job["jobId"]}).is_nothing
    assert api.get(api.path(other, "/redeliver")).json == {"jobs": [job]}


def test_no_other_origin_is_let_in(api: ApiClient, webhook: Any, document: ApiDocument) -> None:
    """The console comes from the API's own origin: no answer, nor that to a preflight, opens it to pages of others."""
    origin = {"origin": "https://elsewhere.example"}
    preflight = {**origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    for method, path in document.routes:
        place = filled(api, webhook, path)
        answers = (
            api.send(api.request(method, place, headers=origin)),
            api.send(api.request(method, place, headers=origin, claims=token("2020"))),
            api.send(api.request("OPTIONS", place, headers=preflight)),
        )
        for answer in answers:
            assert not [name for name in answer.headers if name.lower().startswith("access-control")], (method, path)
        assert answers[-1].is_nothing


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": ADMIN_SCOPE},
        {"scope": f"openid {ADMIN_SCOPE} recado/webhooks.read"},
        {"scp": ["openid", ADMIN_SCOPE]},
        {"cognito:groups": ["account:2020"], "scope": ADMIN_SCOPE},
        {"cognito:groups": ["account:ACCOUNT"]},
        {"cognito:groups": ["account:2020", "account:ACCOUNT", "others, of account:3030"]},
        {"cognito:groups": "account:ACCOUNT"},
    ],
    ids=str,
)
def test_a_group_or_the_admin_scope_reaches(api: ApiClient, webhook: Any, claims: dict[str, Any]) -> None:
    """By every route; the authorizer's own text of a list does not matter."""
    own = json.loads(json.dumps(claims).replace("ACCOUNT", api.account))

    for route in sorted(ACCOUNT_ROUTES, key=in_order):
        assert try_route(api, webhook, route, own).status < 300, route


def test_the_scopes_of_the_route_are_not_the_tokens(api: ApiClient, webhook: Any) -> None:
    """API Gateway may list them beside the claims, and the admin scope opens every route."""
    event = api.request("GET", api.path(webhook), claims=token("2020"))
    jwt = event["requestContext"]["authorizer"]["jwt"]
    jwt["scopes"] = ["recado/webhooks.read", ADMIN_SCOPE]
    assert api.send(event).is_nothing

    jwt["claims"] = None
    assert api.send(event).is_nothing
    del event["requestContext"]["authorizer"]
    assert api.send(event).is_nothing


def test_the_groups_claim_is_a_parameter_of_the_stack(api: ApiClient, webhook: Any) -> None:
    """An outside issuer has a claim of its own."""
    api.system.stack.change_environment("WebhookApiFunction", GROUPS_CLAIM="https://issuer.example/groups")
    api.system.cold_start()
    try:
        claims = {"https://issuer.example/groups": [f"account:{api.account}"]}
        assert api.get(api.path(webhook), claims=claims).status == 200
        assert api.get(api.path(webhook), claims=token(api.account)).is_nothing
    finally:
        api.system.stack.change_environment("WebhookApiFunction", GROUPS_CLAIM="cognito:groups")
        api.system.cold_start()


def test_where_posts_come_from_is_a_parameter_of_the_stack(api: ApiClient) -> None:
    """Open to everybody, and to be kept for an hour; without it, nothing is known of it."""
    answer = api.get("/egress.json")
    assert (answer.json, answer.headers["Cache-Control"]) == ({"addresses": []}, "public, max-age=3600")

    api.system.stack.change_environment("WebhookApiFunction", EGRESS_ADDRESSES="198.51.100.7/32,2001:db8:1::/56")
    api.system.cold_start()
    try:
        assert api.get("/egress.json").json == {"addresses": ["198.51.100.7/32", "2001:db8:1::/56"]}
    finally:
        api.system.stack.change_environment("WebhookApiFunction", EGRESS_ADDRESSES="")
        api.system.cold_start()


def test_who_does_not_reach_an_account_is_logged(api: ApiClient, webhook: Any, log: StringIO) -> None:
    """With the token's subject and client, and what was asked for, up to a length."""
    claims = token("2020", sub="user-7", client_id="client-8")
    api.get(api.path(webhook), claims=claims)
    api.get(f"{api.webhooks}/wh_{'a' * 9000}", claims={"username": "hunter2"})
    api.get(f"{api.webhooks}/wh_0")

    first, second = (json.loads(line) for line in log.getvalue().splitlines() if "path not reached" in line)
    assert (first["level"], first["sub"], first["client_id"]) == ("WARNING", "user-7", "client-8")
    assert first["route"] == "GET /accounts/{accountId}/webhooks/{webhookId}"
    assert first["path"] == api.path(webhook)
    assert len(second["path"]) == 200
    assert "sub" not in second


def test_open_routes_want_no_token(api: ApiClient) -> None:
    """Health and the document say nothing of any account."""
    for path in ("/health", "/egress.json", "/openapi.json"):
        event = api.request("GET", path)
        del event["requestContext"]["authorizer"]
        assert api.send(event).status == 200
    assert api.get("/health").json["status"] == "ok"


def test_the_document_is_served_as_it_is_committed(api: ApiClient) -> None:
    """To everybody."""
    answer = api.get("/openapi.json")

    assert (answer.status, answer.headers) == (200, {"Content-Type": "application/json", **OF_EVERY_ANSWER})
    assert answer.json == api.document.content
