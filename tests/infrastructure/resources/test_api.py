"""The HTTP API: its routes, who may call them, and how often."""

import json
from typing import Any

import pytest

from tests.infrastructure.cloudformation import Stack, referred

READ, WRITE, PUBLISH = "recado/webhooks.read", "recado/webhooks.write", "recado/events.publish"
ADMIN = "recado/admin"
ANY_METHOD = "x-amazon-apigateway-any-method"
WEBHOOKS = "/accounts/{accountId}/webhooks"
WEBHOOK = f"{WEBHOOKS}/{{webhookId}}"
SCOPES = {
    ("GET", "/event-types"): READ,
    ("GET", "/event-types/{eventName}/schema"): READ,
    ("POST", WEBHOOKS): WRITE,
    ("GET", WEBHOOKS): READ,
    ("GET", WEBHOOK): READ,
    ("PATCH", WEBHOOK): WRITE,
    ("DELETE", WEBHOOK): WRITE,
    ("POST", f"{WEBHOOKS}/test"): WRITE,
    ("POST", f"{WEBHOOK}/test"): WRITE,
    ("POST", f"{WEBHOOKS}/preview"): READ,
    ("POST", f"{WEBHOOK}/preview"): READ,
    ("POST", f"{WEBHOOK}/signature"): WRITE,
    ("GET", f"{WEBHOOK}/signature"): WRITE,
    ("DELETE", f"{WEBHOOK}/signature/previous"): WRITE,
    ("GET", "/accounts/{accountId}/deliveries"): READ,
    ("GET", "/accounts/{accountId}/events/{eventId}"): READ,
    ("GET", f"{WEBHOOK}/deliveries"): READ,
    ("GET", f"{WEBHOOK}/deliveries/{{deliveryId}}"): READ,
    ("GET", f"{WEBHOOK}/deliveries/{{deliveryId}}/attempts"): READ,
    ("GET", f"{WEBHOOK}/attempts"): READ,
    ("GET", f"{WEBHOOK}/delivery-counts"): READ,
    ("POST", f"{WEBHOOK}/deliveries/{{deliveryId}}/redeliver"): WRITE,
    ("POST", f"{WEBHOOK}/deliveries/{{deliveryId}}/cancel"): WRITE,
    ("POST", f"{WEBHOOK}/redeliver"): WRITE,
    ("GET", f"{WEBHOOK}/redeliver"): READ,
    ("DELETE", f"{WEBHOOK}/redeliver"): WRITE,
    ("POST", f"{WEBHOOK}/cancel"): WRITE,
    ("POST", f"{WEBHOOK}/send-now"): WRITE,
    ("POST", "/accounts/{accountId}/events"): PUBLISH,
    ("GET", "/accounts/{accountId}/activity"): READ,
    ("GET", f"{WEBHOOK}/activity"): READ,
    ("POST", "/accounts/{accountId}/portal-sessions"): ADMIN,
    ("DELETE", "/accounts/{accountId}/portal-sessions"): ADMIN,
    ("GET", "/accounts/{accountId}/alert-addresses"): READ,
    ("PUT", "/accounts/{accountId}/alert-addresses"): WRITE,
    ("DELETE", "/accounts/{accountId}/alert-addresses"): WRITE,
}
OPEN = (
    ("GET", "/health"),
    ("GET", "/egress.json"),
    ("GET", "/accounts/{accountId}/webhook-keys.json"),
    ("POST", "/alert-addresses/confirm"),
    ("POST", "/alert-addresses/unsubscribe"),
    ("GET", "/alert-addresses/unsubscribe"),
    ("GET", "/openapi.json"),
    ("ANY", "/portal/{proxy+}"),
    ("GET", "/receive/{accountId}/{webhookId}/events"),
    ("POST", "/receive/{accountId}/{webhookId}/resend"),
    ("GET", "/"),
    ("GET", "/favicon.ico"),
    ("GET", "/docs"),
    ("GET", "/console"),
    ("GET", "/console/{proxy+}"),
)
OF_THE_CONSOLE = OPEN[-5:]


@pytest.fixture(scope="module")
def routes(stack: Stack) -> dict[tuple[str, str], Any]:
    """Return the operations of the API by method and path."""
    paths = stack.properties("HttpApi")["Body"]["paths"]
    return {
        ("ANY" if method == ANY_METHOD else method.upper(), path): operation
        for path, operations in paths.items()
        for method, operation in operations.items()
    }


def test_routes_are_the_documented_ones(routes: dict[tuple[str, str], Any]) -> None:
    """The API answers the documented routes and no others."""
    assert set(routes) == set(SCOPES) | set(OPEN)


@pytest.mark.parametrize(("route", "scope"), SCOPES.items(), ids=map(" ".join, SCOPES))
def test_route_wants_its_scope(routes: dict[tuple[str, str], Any], route: tuple[str, str], scope: str) -> None:
    """A route is open to tokens with its scope and to administrators."""
    assert routes[route]["security"] == [{"JwtAuthorizer": list(dict.fromkeys([scope, ADMIN]))}]


@pytest.mark.parametrize("route", OPEN, ids=map(" ".join, OPEN))
def test_open_route_wants_no_token(routes: dict[tuple[str, str], Any], route: tuple[str, str]) -> None:
    """A route that says nothing about any account, but what everybody may know, can be called without a token.

    Whether somebody was let into the portal, or is a webhook's receiver, is found out by the function.
    """
    assert routes[route]["security"] == [{"NONE": []}]


@pytest.mark.parametrize("route", [*SCOPES, *OPEN], ids=map(" ".join, [*SCOPES, *OPEN]))
def test_route_leads_to_its_function(routes: dict[tuple[str, str], Any], route: tuple[str, str]) -> None:
    """The console's routes are answered by its own function, the others by the API's."""
    function = "ConsoleFunction" if route in OF_THE_CONSOLE else "WebhookApiFunction"
    uri = routes[route]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    assert uri.endswith(f"/functions/${{{function}.Arn}}/invocations")


def test_route_added_without_a_word_wants_a_token(source: Stack) -> None:
    """A route that says nothing about its authorizer is closed."""
    assert source.properties("HttpApi")["Auth"]["DefaultAuthorizer"] == "JwtAuthorizer"


def test_tokens_come_from_the_user_pool_or_the_outside_issuer(stack: Stack) -> None:
    """A token is accepted from the stack's own clients, or from the outside issuer for the named audiences only."""
    schemes = stack.properties("HttpApi")["Body"]["components"]["securitySchemes"]
    authorizer = schemes["JwtAuthorizer"]["x-amazon-apigateway-authorizer"]
    assert authorizer["identitySource"] == "$request.header.Authorization"
    condition, own, outside = authorizer["jwtConfiguration"]["issuer"]["Fn::If"]
    assert condition == "OwnIdentity"
    assert own["Fn::Sub"] == "https://cognito-idp.${AWS::Region}.${AWS::URLSuffix}/${UserPool}"
    assert outside == {"Ref": "IdentityIssuer"}
    condition, own, outside = authorizer["jwtConfiguration"]["audience"]["Fn::If"]
    assert condition == "OwnIdentity"
    assert [referred(client) for client in own] == ["MachineClient", "ConsoleClient", "CliClient"]
    assert outside == {"Fn::Split": [",", {"Ref": "IdentityAudience"}]}


def test_calls_are_limited(stack: Stack) -> None:
    """The stack answers a bounded number of calls, so that it leaves some of the account's quota to others."""
    settings = stack.properties("HttpApiApiGatewayDefaultStage")["DefaultRouteSettings"]
    assert 0 < settings["ThrottlingRateLimit"] <= settings["ThrottlingBurstLimit"] <= 1000


def test_a_flood_without_a_token_leaves_most_to_those_who_have_one(stack: Stack) -> None:
    """Each open route, and no other, has a limit of its own, and all of them together leave something of the whole."""
    stage = stack.properties("HttpApiApiGatewayDefaultStage")
    limits = stage["RouteSettings"]
    assert set(limits) == {" ".join(route) for route in OPEN}
    most = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
    assert sum(limit["ThrottlingRateLimit"] for limit in limits.values()) < most
    assert all(limit["ThrottlingBurstLimit"] == 2 * limit["ThrottlingRateLimit"] for limit in limits.values())


def test_metrics_of_routes_are_paid_for_only_if_asked_for(stack: Stack) -> None:
    """Without the parameter CloudWatch gets those of the API alone."""
    settings = stack.properties("HttpApiApiGatewayDefaultStage")["DefaultRouteSettings"]
    assert settings["DetailedMetricsEnabled"] == {"Fn::If": ["WithDetailedMetrics", True, False]}


def test_calls_are_logged_without_their_tokens(stack: Stack) -> None:
    """Every call is logged as one JSON object that tells who called what, and never the token or the body."""
    settings = stack.properties("HttpApiApiGatewayDefaultStage")["AccessLogSettings"]
    assert referred(settings["DestinationArn"]) == "HttpApiLogGroup"
    entry = json.loads(settings["Format"])
    assert {"requestId", "routeKey", "path", "status", "client", "subject", "authorizerError"} <= entry.keys()
    assert not [value for value in entry.values() if "header" in value.lower() or "body" in value.lower()]


def test_other_origins_are_not_let_in(stack: Stack) -> None:
    """The console is served from the API's own origin, so no other needs to be allowed."""
    assert "x-amazon-apigateway-cors" not in stack.properties("HttpApi")["Body"]
