"""Who may, whatever a token claims and whatever the path holds."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from recado.http_api.shared.access import admits, attempt, reaches
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
    """Build an event with these claims."""
    return {"requestContext": {"authorizer": {"jwt": {"claims": claims, "scopes": ["recado/admin"]}}}}


def says(claim: object, word: str) -> bool:
    """Whether a claim says a word at all, by itself and not as a part of another one."""
    members = claim if isinstance(claim, list) else [claim]
    texts = [str(member) for member in members if isinstance(member, str) or isinstance(claim, list)]
    return any(word in text.replace(",", " ").replace("[", " ").replace("]", " ").split() for text in texts)


@given(CLAIMS)
@example({GROUPS: "[account:1010"})
@example({GROUPS: "account:1010]"})
@example({GROUPS: ["account:1010", {"a": 1}]})
@example({"scope": ["recado/admin"], GROUPS: None})
def test_a_token_reaches_what_it_names_and_nothing_else(claims: dict[str, Any]) -> None:
    """Never with an error, and never without the group of this very account or the scope of admins."""
    named = says(claims.get(GROUPS), f"account:{ACCOUNT}")
    administers = says(claims.get("scope"), "recado/admin") or says(claims.get("scp"), "recado/admin")

    if reaches(with_claims(claims), ACCOUNT, GROUPS):
        assert named or administers


@given(st.lists(st.from_regex("account:[A-Za-z0-9]{1,6}", fullmatch=True), max_size=6), CLAIMS)
def test_a_member_reaches_its_accounts_whatever_else_is_claimed(groups: list[str], claims: dict[str, Any]) -> None:
    """In both spellings of a list."""
    for claim in (groups, f"[{' '.join(groups)}]"):
        event = with_claims({**claims, GROUPS: claim})
        assert all(reaches(event, group.removeprefix("account:"), GROUPS) for group in groups)


@given(st.text(st.characters()) | NEARLY)
def test_what_is_no_account_id_is_reached_by_nobody(account: str) -> None:
    """However the group is called."""
    event = with_claims({GROUPS: [f"account:{account}"], "scope": "recado/admin"})

    sound = account.isascii() and account.replace(".", "").replace("_", "").replace("-", "").isalnum()
    assert sound or not reaches(event, account, GROUPS)


@given(PATHS.map("/".join) | st.text(st.characters()))
@example(f"accounts/{ACCOUNT}/webhooks/wh_1")
@example(f"accounts/{ACCOUNT}/webhooks/wh_1/signature")
@example("accounts/2020/webhooks/wh_1")
def test_a_path_is_admitted_by_its_own_account(path: str) -> None:
    """And in the shape of its route alone."""
    event: dict[str, Any] = {"rawPath": f"/{path}", "routeKey": ROUTE, **with_claims({GROUPS: f"[account:{ACCOUNT}]"})}
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
