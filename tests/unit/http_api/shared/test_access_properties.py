"""Who may, whatever a token claims and whatever the path holds."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from recado.http_api.shared.access import admits, attempt, reaches
from tests.support.api.client import authorized, bearer
from tests.unit.rules.event.json_values import VALUES

GROUPS = "cognito:groups"
ACCOUNT = "1010"
# Pieces of which claims are made that look nearly right.
PIECES = st.sampled_from(
    [
        "account:",
        ACCOUNT,
        "2020",
        "recado/admin",
        "account:1010",
        " ",
        ",",
        "[",
        "]",
        '"',
        "\n",
        "\t",
        "*",
        ":",
        "\u00a0",
        "a",
    ]
)
NEARLY = st.lists(PIECES, max_size=8).map("".join)
CLAIM = VALUES | NEARLY | st.lists(NEARLY, max_size=3)
CLAIMS = st.dictionaries(st.sampled_from([GROUPS, "scope", "scp", "groups", "sub", "client_id"]), CLAIM)
PATHS = st.lists(st.sampled_from(["accounts", ACCOUNT, "2020", "webhooks", "wh_1", "", "..", "1010/", "{accountId}"]))
ROUTE = "GET /accounts/{accountId}/webhooks/{webhookId}"


def with_claims(claims: Any) -> dict[str, Any]:
    """Build an event with a token of these claims, as the authorizer has verified it."""
    jwt = {"claims": authorized(claims), "scopes": ["recado/admin"]}
    return {"headers": {"authorization": bearer(claims)}, "requestContext": {"authorizer": {"jwt": jwt}}}


def says(claim: object, member: str) -> bool:
    """Whether a claim has this very member, or is it."""
    return member in claim if isinstance(claim, list) else claim == member


@given(CLAIMS)
@example({GROUPS: "[account:1010"})
@example({GROUPS: "account:1010]"})
@example({GROUPS: ["account:1010", {"a": 1}]})
@example({"scope": ["recado/admin"], GROUPS: None})
def test_a_token_reaches_what_it_names_and_nothing_else(claims: dict[str, Any]) -> None:
    """Never with an error, and never without the group of this very account or the scope of admins."""
    named = says(claims.get(GROUPS), f"account:{ACCOUNT}")
    scopes = [claim.split(" ") if isinstance(claim, str) else claim for claim in map(claims.get, ("scope", "scp"))]
    administers = any(says(claim, "recado/admin") for claim in scopes)

    if reaches(with_claims(claims), ACCOUNT, GROUPS):
        assert named or administers


@given(st.lists(st.from_regex("account:[A-Za-z0-9._:@+~-]{3,9}", fullmatch=True), max_size=6), CLAIM, CLAIM)
def test_a_member_reaches_its_accounts_whatever_else_is_claimed(groups: list[str], scope: Any, other: Any) -> None:
    """As a list."""
    event = with_claims({"sub": "5f2c", "iat": 1, "scope": scope, "other": other, GROUPS: groups})
    assert all(reaches(event, group.removeprefix("account:"), GROUPS) for group in groups)


@given(CLAIMS, CLAIMS)
def test_another_token_than_the_verified_one_reaches_nothing(claims: dict[str, Any], others: dict[str, Any]) -> None:
    """Whatever both claim, where they are told apart by one thing."""
    event = with_claims({**claims, "jti": "verified"})
    event["headers"]["authorization"] = bearer({**others, "jti": "another", "scope": "recado/admin"})

    assert not reaches(event, ACCOUNT, GROUPS)


@given(st.text(st.characters()) | NEARLY)
def test_what_is_no_account_id_is_reached_by_nobody(account: str) -> None:
    """However the group is called."""
    event = with_claims({GROUPS: [f"account:{account}"], "scope": "recado/admin"})

    sound = account not in {".", ".."} and all(
        sign.isascii() and (sign.isalnum() or sign in "._:@+~-") for sign in account
    )
    assert sound or not reaches(event, account, GROUPS)


@given(PATHS.map("/".join) | st.text(st.characters()))
@example(f"accounts/{ACCOUNT}/webhooks/wh_1")
@example(f"accounts/{ACCOUNT}/webhooks/wh_1/signature")
@example("accounts/2020/webhooks/wh_1")
def test_a_path_is_admitted_by_its_own_account(path: str) -> None:
    """And in the shape of its route alone."""
    event: dict[str, Any] = {"rawPath": f"/{path}", "routeKey": ROUTE, **with_claims({GROUPS: [f"account:{ACCOUNT}"]})}
    event["requestContext"]["stage"] = "$default"

    if admits(event, GROUPS):
        assert path.split("/")[:3] == ["accounts", ACCOUNT, "webhooks"]
        assert len(path.split("/")) == len(ROUTE.split("/")) - 1


@given(CLAIMS | VALUES, st.text(st.characters()))
def test_an_attempt_can_always_be_logged(claims: Any, path: str) -> None:
    """In short words, without the whole of its claims."""
    told = attempt({"rawPath": path, "routeKey": ROUTE, **with_claims(claims if isinstance(claims, dict) else {})})

    assert set(told) <= {"route", "path", "sub", "client_id"}
    assert all(len(value) <= 200 for value in told.values())
