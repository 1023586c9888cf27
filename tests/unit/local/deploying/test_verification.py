"""A stack that is not what the template says is refused, and what is missing is named."""

from typing import Any

import pytest

from local.deploying import verification
from local.deploying.deployment import Deployed
from local.deploying.routes import Route, wanted_routes


def _event(method: str, path: str, auth: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"Type": "HttpApi", "Properties": {"Method": method, "Path": path, "Auth": auth or {}}}


def _template(events: dict[str, Any], api_auth: dict[str, Any] | None = None) -> dict[str, Any]:
    auth = {"DefaultAuthorizer": "Jwt", "Authorizers": {"Jwt": {"AuthorizationScopes": ["by default"]}}}
    return {
        "Resources": {
            "Api": {"Type": "AWS::Serverless::HttpApi", "Properties": {"Auth": api_auth if api_auth else auth}},
            "F": {"Type": "AWS::Serverless::Function", "Properties": {"Events": events}},
        }
    }


@pytest.mark.parametrize(
    ("event", "route"),
    [
        (_event("get", "/a"), Route("GET /a", "F", "Jwt", frozenset({"by default"}))),
        (_event("POST", "/a", {"AuthorizationScopes": ["x"]}), Route("POST /a", "F", "Jwt", frozenset({"x"}))),
        (_event("GET", "/a", {"Authorizer": "NONE"}), Route("GET /a", "F")),
        (_event("any", "/a/{proxy+}", {"Authorizer": "NONE"}), Route("ANY /a/{proxy+}", "F")),
        ({"Type": "HttpApi"}, Route("$default", "F", "Jwt", frozenset({"by default"}))),
    ],
)
def test_routes_are_read_from_the_template_as_it_is_written(event: dict[str, Any], route: Route) -> None:
    """An event without its own rules has those of the API."""
    assert wanted_routes(_template({"E": event})) == [route]


def test_other_events_are_no_routes() -> None:
    """Queues and schedules take no requests."""
    assert wanted_routes(_template({"E": {"Type": "SQS", "Properties": {}}})) == []


def test_routes_as_wanted_are_no_fault() -> None:
    """More routes than wanted do no harm to what is wanted."""
    wanted = Route("GET /a", "F", "Jwt", frozenset({"x", "y"}))

    assert verification.missing_routes([wanted], [wanted, Route("GET /b", "F")]) == []


def test_a_missing_route_is_named() -> None:
    """The fault names the route and its function."""
    assert verification.missing_routes([Route("GET /a", "F")], []) == ["missing route: GET /a (F)"]


@pytest.mark.parametrize(
    "found",
    [
        Route("GET /a", "F"),
        Route("GET /a", "Other", "Jwt", frozenset({"x"})),
        Route("GET /a", "F", "Jwt"),
        Route("GET /a", "F", "Jwt", frozenset({"x", "more"})),
    ],
)
def test_a_route_with_other_rights_or_another_target_is_a_fault(found: Route) -> None:
    """Open instead of closed, another function, fewer scopes and more scopes are all told."""
    wanted = Route("GET /a", "F", "Jwt", frozenset({"x"}))

    (fault,) = verification.missing_routes([wanted], [found])

    assert fault.startswith("wrong route: GET /a should be F, Jwt with x and is ")


def test_a_resource_that_the_stack_does_not_have_is_named() -> None:
    """The fault names the logical id and the type."""
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Topic": {"Type": "AWS::SNS::Topic"}}}
    deployed = Deployed({"Topic": "arn"}, {"Topic": "AWS::SNS::Topic"})

    assert verification.missing_resources(template, {}, deployed) == ["missing resource: Queue (AWS::SQS::Queue)"]
