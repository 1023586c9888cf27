"""Identity: the user pool that the stack brings along, and doing without it."""

from urllib.parse import urlsplit

import pytest

from tests.infrastructure.cloudformation import Stack, referred

OWN_IDENTITY = ("UserPool", "UserPoolResourceServer", "MachineClient", "ConsoleClient", "CliClient", "UserPoolDomain")
SCOPES = ("webhooks.read", "webhooks.write", "events.publish", "admin")


@pytest.mark.parametrize("logical_id", OWN_IDENTITY)
def test_outside_issuer_replaces_the_user_pool(stack: Stack, logical_id: str) -> None:
    """Nothing of the user pool is made for a stack with an outside issuer."""
    assert stack.document["Resources"][logical_id]["Condition"] == "OwnIdentity"
    assert stack.document["Conditions"]["OwnIdentity"] == {"Fn::Equals": [{"Ref": "IdentityIssuer"}, ""]}


def test_all_of_cognito_is_known(stack: Stack) -> None:
    """There is nothing of Cognito in the stack that these tests do not know."""
    resources = stack.document["Resources"].items()
    assert {name for name, resource in resources if "Cognito" in resource["Type"]} == set(OWN_IDENTITY)


def test_nobody_signs_up_on_their_own(stack: Stack) -> None:
    """Users are created by an administrator."""
    assert stack.properties("UserPool")["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_whoever_is_invited_is_told_where_to_sign_in(stack: Stack) -> None:
    """The mail leads to the console, and holds the name and the password that Cognito puts in."""
    invitation = stack.properties("UserPool")["AdminCreateUserConfig"]["InviteMessageTemplate"]
    text = invitation["EmailMessage"]["Fn::Sub"]
    assert 'href="${ConsoleUrl}"' in text
    assert ("{username}" in text, "{####}" in text) == (True, True)


def test_users_outlive_the_stack(stack: Stack) -> None:
    """Removing the stack, or a slip in the console, leaves the users, whose passwords no export holds."""
    pool = stack.document["Resources"]["UserPool"]
    assert (pool["DeletionPolicy"], pool["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"


def test_password_is_long_or_joined_by_a_second_factor(stack: Stack) -> None:
    """A password has fourteen characters at least, and a user can add a second factor."""
    pool = stack.properties("UserPool")
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 14
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])


def test_scopes_are_those_of_the_routes(stack: Stack) -> None:
    """The resource server knows the scopes that the routes ask for."""
    server = stack.properties("UserPoolResourceServer")
    assert server["Identifier"] == "recado"
    assert tuple(scope["ScopeName"] for scope in server["Scopes"]) == SCOPES


def test_machines_get_tokens_with_their_secret(stack: Stack) -> None:
    """A machine gets a token for its client id and secret, and cannot sign a user in."""
    client = stack.properties("MachineClient")
    assert client["GenerateSecret"] is True
    assert client["AllowedOAuthFlows"] == ["client_credentials"]
    assert client["AllowedOAuthScopes"] == [f"recado/{scope}" for scope in SCOPES]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]


def test_console_signs_users_in_without_a_secret(stack: Stack) -> None:
    """The console gets a code for its user, holds no secret, and cannot ask for administration."""
    client = stack.properties("ConsoleClient")
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid", *(f"recado/{scope}" for scope in SCOPES[:3])]
    assert client["CallbackURLs"] == client["LogoutURLs"] == [{"Ref": "ConsoleUrl"}]


def test_the_command_line_signs_users_in_without_a_secret(stack: Stack) -> None:
    """The command gets a code for its user on the user's own machine, and cannot ask for administration."""
    client = stack.properties("CliClient")
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid", *(f"recado/{scope}" for scope in SCOPES[:3])]
    assert {urlsplit(url).hostname for url in client["CallbackURLs"]} == {"localhost"}
    assert "LogoutURLs" not in client


@pytest.mark.parametrize("logical_id", ["MachineClient", "ConsoleClient", "CliClient"])
def test_client_is_sound(stack: Stack, logical_id: str) -> None:
    """A client comes after its scopes, gives tokens of an hour, can revoke them, and does not tell who exists."""
    assert stack.document["Resources"][logical_id]["DependsOn"] == "UserPoolResourceServer"
    client = stack.properties(logical_id)
    assert client["AllowedOAuthFlowsUserPoolClient"] is True
    assert (client["AccessTokenValidity"], client["TokenValidityUnits"]["AccessToken"]) == (60, "minutes")
    assert client["EnableTokenRevocation"] is True
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_session_of_the_console_lasts_a_working_day(stack: Stack) -> None:
    """A user signs in once a day."""
    client = stack.properties("ConsoleClient")
    assert (client["RefreshTokenValidity"], client["TokenValidityUnits"]["RefreshToken"]) == (12, "hours")


def test_domain_is_derived_from_the_account_or_given(stack: Stack) -> None:
    """The sign-in page has a host name of its own without anybody choosing one."""
    domain = stack.properties("UserPoolDomain")
    assert referred(domain["UserPoolId"]) == "UserPool"
    condition, derived, given = domain["Domain"]["Fn::If"]
    assert condition == "DerivedDomainPrefix"
    assert derived["Fn::Sub"][0] == "recado-${AWS::AccountId}-${StackPart}"
    assert given == {"Ref": "UserPoolDomainPrefix"}
