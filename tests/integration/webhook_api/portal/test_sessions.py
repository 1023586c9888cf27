"""Portal sessions: who opens them, how long they last, and how they end."""

from typing import Any

import boto3
import pytest

from tests.support.api.client import ApiClient, token
from tests.support.api.portal_client import EVERYTHING, PortalClient, open_session
from tests.support.aws.aws_calls import AwsCalls
from tests.support.clock import Clock
from tests.support.secret_search import Secret, SecretSearch

MINUTE = 60


@pytest.fixture(scope="module", autouse=True)
def minutes_pass_when_a_test_says_so(clock: Clock) -> None:
    """Or a slow machine would end sessions."""
    clock.stop()


def items_of(api: ApiClient) -> list[Any]:
    """Return what the tables keep of the account."""
    scanned = boto3.resource("dynamodb").Table(api.system.stack.physical_id("WebhooksTable")).scan()
    return [item for item in scanned["Items"] if item["account_id"] == api.account]


def test_the_platform_lets_a_customer_in(api: ApiClient) -> None:
    """By a link with the token in its fragment, which no server and no log is sent."""
    opened = open_session(api, capabilities=["read", "resend"], minutes=15, locale="pt-BR", theme="dark", user="Ana")

    session = opened.json
    assert opened.status == 201
    assert (session["accountId"], session["capabilities"], session["user"]) == (api.account, ["read", "resend"], "Ana")
    assert session["url"] == (f"http://localhost:8080/console/portal#token={session['token']}&locale=pt-BR&theme=dark")


def test_only_the_platform_opens_one(api: ApiClient) -> None:
    """Neither an account's own admin, nor a session; the table is not even asked."""
    asked = {"capabilities": ["read"]}
    session = PortalClient.opened(api)

    assert api.document.routes["POST", "/accounts/{accountId}/portal-sessions"]["security"] == [
        {"jwt": ["recado/admin"]}
    ]
    assert session.send("POST", f"/accounts/{api.account}/portal-sessions", asked).is_nothing
    assert session.send("POST", "/portal-sessions", asked).is_nothing


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "capabilities"),
        ({"capabilities": []}, "capabilities"),
        ({"capabilities": ["admin"]}, "capabilities[0]"),
        ({"capabilities": "read"}, "capabilities"),
        ({"capabilities": ["read"] * 5}, "capabilities"),
        ({"capabilities": ["read"], "minutes": 61}, "minutes"),
        ({"capabilities": ["read"], "minutes": 0}, "minutes"),
        ({"capabilities": ["read"], "minutes": 1.5}, "minutes"),
        ({"capabilities": ["read"], "locale": "pt_BR&token=x"}, "locale"),
        ({"capabilities": ["read"], "theme": "blue"}, "theme"),
        ({"capabilities": ["read"], "user": ""}, "user"),
        ({"capabilities": ["read"], "user": "a\nb"}, "user"),
        ({"capabilities": ["read"], "user": "x" * 121}, "user"),
        ({"capabilities": ["read"], "accountId": "2020"}, "accountId"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(api: ApiClient, asked: dict[str, Any], field: str) -> None:
    """The field is named, and no session is kept."""
    answer = open_session(api, **asked)

    assert (answer.status, answer.fields) == (422, [field])
    assert not [item for item in items_of(api) if item["webhook_id"].startswith("portal#")]


def test_a_session_is_asked_what_it_may_do(api: ApiClient) -> None:
    """By itself; it is told no token."""
    opened = open_session(api, capabilities=["write", "read"]).json

    told = PortalClient(api, opened["token"]).call("GET", "/session")

    del opened["token"], opened["url"]
    assert (told.status, told.json) == (200, opened)


def test_it_ends_by_itself(api: ApiClient) -> None:
    """When its minutes are over, whether the table has removed it or not."""
    session = PortalClient.opened(api, minutes=2)
    api.system.clock.advance(2 * MINUTE - 1)
    assert session.call("GET", api.webhooks).status == 200

    api.system.clock.advance(1)

    over = session.call("GET", api.webhooks)
    assert (over.status, over.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert over.json["detail"] == "The portal session is over, or there is none: the platform opens another."


def test_it_is_ended_by_its_bearer(api: ApiClient) -> None:
    """At once and everywhere; others of the account go on."""
    one, other = PortalClient.opened(api), PortalClient.opened(api)

    assert one.call("DELETE", "/session").status == 204

    assert [session.call("GET", api.webhooks).status for session in (one, other)] == [401, 200]


def test_what_was_ended_a_moment_ago_is_over(api: ApiClient, aws: AwsCalls) -> None:
    """A session is looked for, and all of them are, where every write is seen that was answered."""
    session = PortalClient.opened(api)
    aws.clear()

    session.call("GET", "/session")
    api.call("DELETE", f"/accounts/{api.account}/portal-sessions", claims=token(scope="recado/admin"))

    reads = [*aws.of("GetItem"), *aws.of("Query")]
    assert [call.parameters.get("ConsistentRead") for call in reads] == [True, True]


def test_the_platform_ends_all_of_an_account(api: ApiClient) -> None:
    """And none of another's."""
    mine = [PortalClient.opened(api) for _ in range(3)]
    other = PortalClient.opened(ApiClient(api.system, api.document))

    ended = api.call("DELETE", f"/accounts/{api.account}/portal-sessions", claims=token(scope="recado/admin"))

    assert ended.status == 204
    assert [session.call("GET", "/session").status for session in mine] == [401] * 3
    assert other.call("GET", "/session").status == 200


def test_a_link_for_one_is_none_for_the_other(api: ApiClient) -> None:
    """Of two who take another token with the same one, one gets it."""
    session = PortalClient.opened(api)

    assert [session.call("POST", "/session").status for _ in range(2)] == [201, 401]


def test_it_takes_another_token(api: ApiClient) -> None:
    """What stood in the link is worth nothing any more, and the end stays where it was."""
    session = PortalClient.opened(api, minutes=10)
    first = session.call("GET", "/session").json
    api.system.clock.advance(5 * MINUTE)

    renewed = session.call("POST", "/session")

    fresh = PortalClient(api, renewed.json["token"])
    assert (renewed.status, {**renewed.json, "token": None}) == (201, {**first, "token": None})
    assert [one.call("GET", "/session").status for one in (session, fresh)] == [401, 200]
    api.system.clock.advance(5 * MINUTE)
    assert fresh.call("GET", "/session").status == 401


def test_what_is_ended_while_it_takes_another_token_is_over(api: ApiClient, aws: AwsCalls) -> None:
    """Neither token lets anybody in, whoever was quicker."""
    session = PortalClient.opened(api)
    path = f"/accounts/{api.account}/portal-sessions"
    ending = []
    aws.before("UpdateItem", lambda: ending.append(api.call("DELETE", path, claims=token(scope="recado/admin"))))

    renewed = session.call("POST", "/session")

    assert ([answer.status for answer in ending], renewed.status) == ([204], 401)
    session = PortalClient.opened(api)
    aws.before("DeleteItem", lambda: ending.append(session.call("POST", "/session")))
    api.call("DELETE", path, claims=token(scope="recado/admin"))
    assert PortalClient(api, ending[-1].json["token"]).call("GET", "/session").status == 401


def test_it_takes_another_token_twenty_times(api: ApiClient) -> None:
    """A session that is renewed over and over is nobody's page; it ends, or is ended, as ever."""
    session = PortalClient.opened(api)
    for _ in range(20):
        session = PortalClient(api, session.call("POST", "/session").json["token"])

    assert session.call("POST", "/session").status == 401
    assert session.call("GET", "/session").status == 200
    assert session.call("DELETE", "/session").status == 204


def test_no_token_is_kept(api: ApiClient) -> None:
    """In no table; what is kept removes itself."""
    session = PortalClient.opened(api)
    session = PortalClient(api, session.call("POST", "/session").json["token"])

    kept = items_of(api)

    assert SecretSearch([Secret("the token", session.token)]).names_in(kept) == set()
    (item,) = [item for item in kept if item["webhook_id"].startswith("portal#")]
    assert 3600 <= int(item["expires_at"]) - api.system.clock.milliseconds() / 1000 < 3600 + 15 * MINUTE


def test_who_acted_is_who_the_platform_says(api: ApiClient) -> None:
    """In the activity, marked as of a portal, so that nobody is taken for one of the user pool."""
    session = PortalClient.opened(api, user="ana@customer.example")
    session.call("POST", api.webhooks, {"name": "W", "targetUrl": "https://r.example/", "eventNames": ["CI_STATS"]})

    (act,) = session.call("GET", f"/accounts/{api.account}/activity").json["activity"]

    assert act["by"] == "portal:ana@customer.example"
    assert set(EVERYTHING) == set(session.call("GET", "/session").json["capabilities"])
