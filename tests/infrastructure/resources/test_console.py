"""The console: where its users sign in, with the stack's own user pool and with an outside issuer."""

from typing import Any

import pytest

from tests.infrastructure.cloudformation import Stack

DOMAIN = "https://${UserPoolDomain}.auth.${AWS::Region}.amazoncognito.com"
OWN_PAGES = {
    "AuthorizationUrl": "/oauth2/authorize",
    "TokenUrl": "/oauth2/token",
    "LogoutUrl": "/logout",
    "RevocationUrl": "/oauth2/revoke",
}
VARIABLES = {
    "AuthorizationUrl": "AUTHORIZATION_URL",
    "TokenUrl": "TOKEN_URL",
    "LogoutUrl": "LOGOUT_URL",
    "RevocationUrl": "REVOCATION_URL",
}


def environment(stack: Stack) -> dict[str, Any]:
    """Return the console function's variables."""
    variables: dict[str, Any] = stack.properties("ConsoleFunction")["Environment"]["Variables"]
    return variables


def chosen(stack: Stack, value: Any, **parameters: str) -> Any:
    """Return what CloudFormation makes of conditions, with these parameters given and the others at their defaults."""
    if not isinstance(value, dict) or "Fn::If" not in value:
        return value
    condition, when_true, when_false = value["Fn::If"]
    holds = holding(stack, stack.document["Conditions"][condition], parameters)
    return chosen(stack, when_true if holds else when_false, **parameters)


def holding(stack: Stack, condition: Any, parameters: dict[str, str]) -> bool:
    """Tell whether a condition made of equalities and negations holds."""
    if "Fn::Not" in condition:
        return not holding(stack, condition["Fn::Not"][0], parameters)
    reference, value = condition["Fn::Equals"]
    name = reference["Ref"]
    return bool(parameters.get(name, stack.document["Parameters"][name]["Default"]) == value)


@pytest.mark.parametrize("parameter", VARIABLES)
def test_the_own_user_pool_needs_no_parameter(stack: Stack, parameter: str) -> None:
    """A stack with its own user pool signs users in on its pages, without being told where they are."""
    value = chosen(stack, environment(stack)[VARIABLES[parameter]])

    assert value == {"Fn::Sub": DOMAIN + OWN_PAGES[parameter]}


@pytest.mark.parametrize("parameter", VARIABLES)
def test_an_outside_issuer_has_its_own_pages(stack: Stack, parameter: str) -> None:
    """With an outside issuer users sign in where the parameters say, and nowhere if they say nothing."""
    variable, page = environment(stack)[VARIABLES[parameter]], "https://login.example.com/page"

    told = chosen(stack, variable, IdentityIssuer="https://login.example.com", **{parameter: page})
    not_told = chosen(stack, variable, IdentityIssuer="https://login.example.com")

    assert (told, not_told) == ({"Ref": parameter}, "")


def test_the_client_and_the_issuer_belong_together(stack: Stack) -> None:
    """The console asks the issuer that the API trusts, as a client that the API accepts."""
    variables, outside = environment(stack), "https://login.example.com"
    authorizer = stack.properties("HttpApi")["Body"]["components"]["securitySchemes"]["JwtAuthorizer"]
    trusted = authorizer["x-amazon-apigateway-authorizer"]["jwtConfiguration"]["issuer"]

    assert variables["ISSUER"] == trusted
    assert chosen(stack, variables["CONSOLE_CLIENT_ID"]) == {"Ref": "ConsoleClient"}
    assert chosen(stack, variables["CONSOLE_CLIENT_ID"], IdentityIssuer=outside) == ""
    given = chosen(stack, variables["CONSOLE_CLIENT_ID"], IdentityIssuer=outside, ConsoleClientId="console")
    assert given == {"Ref": "ConsoleClientId"}


def test_the_command_line_finds_its_client(stack: Stack) -> None:
    """The command reads from the console's open settings as which client it signs people in."""
    variable = environment(stack)["CLI_CLIENT_ID"]

    own = chosen(stack, variable)
    outside = chosen(stack, variable, IdentityIssuer="https://login.example.com")
    given = chosen(stack, variable, IdentityIssuer="https://login.example.com", CliClientId="cli")

    assert (own, outside, given) == ({"Ref": "CliClient"}, "", {"Ref": "CliClientId"})


def test_the_console_asks_for_what_its_client_may_have(stack: Stack) -> None:
    """The scopes that the console asks for are among those of its client, and it asks for no more than it uses."""
    asked = stack.document["Parameters"]["ConsoleScopes"]["Default"].split()

    assert set(asked) <= set(stack.properties("ConsoleClient")["AllowedOAuthScopes"])
    assert "recado/events.publish" not in asked


def test_the_console_may_touch_nothing(stack: Stack) -> None:
    """The console's function has no rights beyond its own log and traces: what the page shows comes from the API."""
    role = stack.properties("ConsoleFunctionRole")

    assert role.get("Policies", []) == []
    policies = [str(arn).rsplit("/", 1)[-1] for arn in role["ManagedPolicyArns"]]
    assert policies == ["AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"]
