"""The gaps of the emulator that a template can close."""

import copy
import re
from typing import Any

import pytest

from local.deploying import gaps
from local.deploying.translation import read
from local.emulator.gaps import LOGICAL_ID_TAG
from local.settings import SHIPPED_TEMPLATE, Settings

FRONT = "http://127.0.0.1:8080"


def _operation(function: str, security: list[dict[str, list[str]]]) -> dict[str, Any]:
    uri = {"Fn::Sub": f"arn:${{AWS::Partition}}:…:${{{function}.Arn}}/invocations"}
    return {
        "x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": uri, "payloadFormatVersion": "2.0"},
        "security": security,
        "responses": {},
    }


@pytest.fixture
def template() -> dict[str, Any]:
    """A translated template with an HTTP API, a function and a queue."""
    body = {
        "info": {"title": {"Ref": "AWS::StackName"}, "version": "1.0"},
        "paths": {
            "/health": {"get": _operation("F", [{"NONE": []}])},
            "/accounts/{accountId}/webhooks": {"post": _operation("F", [{"Jwt": ["recado/admin", "recado/x"]}])},
            "/any": {"x-amazon-apigateway-any-method": _operation("F", [])},
        },
        "x-amazon-apigateway-cors": {"allowOrigins": ["*"]},
        "components": {
            "securitySchemes": {
                "Jwt": {
                    "x-amazon-apigateway-authorizer": {
                        "type": "jwt",
                        "identitySource": "$request.header.Authorization",
                        "jwtConfiguration": {"issuer": "https://issuer", "audience": [{"Ref": "Client"}]},
                    }
                }
            }
        },
    }
    function = {"Type": "AWS::Lambda::Function", "Properties": {"ReservedConcurrentExecutions": 2, "Timeout": 3}}
    return {
        "Resources": {
            "HttpApi": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": body, "FailOnWarnings": True}},
            "F": function,
            "Queue": {"Type": "AWS::SQS::Queue"},
        },
        "Outputs": {"SignIn": {"Value": {"Fn::Sub": "https://${Domain}.auth.${AWS::Region}.amazoncognito.com/login"}}},
    }


def test_every_path_of_the_body_becomes_a_route(template: dict[str, Any]) -> None:
    """One route a method and path, leading to the integration made for it."""
    resources = gaps.expand_http_api(template)["Resources"]

    routes = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::ApiGatewayV2::Route"]
    assert {route["RouteKey"] for route in routes} == {
        "GET /health",
        "POST /accounts/{accountId}/webhooks",
        "ANY /any",
    }
    for route in routes:
        integration = resources[route["Target"]["Fn::Sub"].removeprefix("integrations/${").removesuffix("}")]
        assert "${F.Arn}" in integration["Properties"]["IntegrationUri"]["Fn::Sub"]


def test_a_route_keeps_its_authorizer_and_scopes(template: dict[str, Any]) -> None:
    """What the body secures stays secured, and with the same scopes."""
    resources = gaps.expand_http_api(template)["Resources"]

    route = resources["HttpApiPOSTAccountsAccountIdWebhooksRoute"]["Properties"]
    assert route["AuthorizationType"] == "JWT"
    assert route["AuthorizationScopes"] == ["recado/admin", "recado/x"]
    authorizer = resources[route["AuthorizerId"]["Ref"]]["Properties"]
    assert authorizer["JwtConfiguration"] == {"Issuer": "https://issuer", "Audience": [{"Ref": "Client"}]}


def test_an_open_route_stays_open(template: dict[str, Any]) -> None:
    """`NONE` is no authorizer."""
    resources = gaps.expand_http_api(template)["Resources"]

    assert "AuthorizationType" not in resources["HttpApiGETHealthRoute"]["Properties"]


def test_the_api_itself_keeps_everything_but_its_body(template: dict[str, Any]) -> None:
    """Name and CORS settings move from the body to the API, with the keys the emulator understands."""
    properties = gaps.expand_http_api(template)["Resources"]["HttpApi"]["Properties"]

    assert properties == {
        "Name": {"Ref": "AWS::StackName"},
        "ProtocolType": "HTTP",
        "Tags": {"ms-custom-id": gaps.API_ID},
        "CorsConfiguration": {"allowOrigins": ["*"]},
    }


def test_concurrency_is_not_limited(template: dict[str, Any]) -> None:
    """The limit goes, the rest of the function stays."""
    function = gaps.allow_any_concurrency(template)["Resources"]["F"]

    assert function["Properties"] == {"Timeout": 3}


def test_functions_are_tagged_with_their_logical_id(template: dict[str, Any]) -> None:
    """The tag that CloudFormation adds on AWS."""
    function = gaps.name_functions(template)["Resources"]["F"]

    assert function["Properties"]["Tags"] == [{"Key": LOGICAL_ID_TAG, "Value": "F"}]


def test_sign_in_pages_are_at_the_front(template: dict[str, Any]) -> None:
    """The domain's address is replaced wherever it is mentioned, the path behind it stays."""
    changed = gaps.sign_in_at_the_front(template, FRONT)

    assert changed["Outputs"]["SignIn"]["Value"] == {"Fn::Sub": f"{FRONT}/login"}


def test_sign_in_may_return_to_this_machine() -> None:
    """By the address of its one origin, which the template of the project refuses."""
    template = read(SHIPPED_TEMPLATE)
    settings = Settings.from_env({})
    changed = gaps.let_sign_in_return_to_this_machine(template)

    patterns = [each["Parameters"]["ConsoleUrl"]["AllowedPattern"] for each in (template, changed)]
    assert [bool(re.fullmatch(pattern, settings.console_url)) for pattern in patterns] == [False, True]
    assert not re.fullmatch(patterns[1], "http://10.0.0.1:8080/console")


def test_no_gap_changes_the_template_it_is_given(template: dict[str, Any]) -> None:
    """Each gap returns a changed copy."""
    before = copy.deepcopy(template)

    gaps.close_gaps(template, FRONT)

    assert template == before


def test_every_gap_says_what_the_emulator_does_wrong() -> None:
    """A work-around without its reason cannot be removed later."""
    functions = [getattr(gap, "func", gap) for gap in gaps.template_gaps(FRONT)]

    assert all(function.__doc__ for function in functions)
