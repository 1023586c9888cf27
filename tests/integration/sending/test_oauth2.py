"""Receivers behind a gateway: tokens of a real token server that rotates, refuses, hangs and lies."""

import json
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from local.listener import Answer
from recado.adapters.dynamodb.compressed import decompressed
from recado.ports.sending import OurFaultError
from recado.rules.webhook.authentication import AuthenticationType, ClientAuthentication, OAuth2
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.webhook import HealthState, Status, Webhook
from tests.support.acts import act_on
from tests.support.aws_calls import AwsCalls, running
from tests.support.events import NOON_MS, detail, envelope
from tests.support.functions import LambdaContext, load_function
from tests.support.redeliveries import publish
from tests.support.secret_search import Secret, SecretSearch
from tests.support.system import System
from tests.support.token_servers import CLIENT_SECRET, Gateway, TokenServer, lie

FUNCTION = "realtime_dispatcher"
MANY = 100


@pytest.fixture
def server() -> Iterator[TokenServer]:
    """Give a token server."""
    with TokenServer(scopes=("hooks:write", "hooks:read")) as server:
        yield server


@pytest.fixture
def gateway(server: TokenServer) -> Iterator[Gateway]:
    """Give a receiver that takes its tokens."""
    with Gateway(server) as gateway:
        yield gateway


def webhook(system: System, gateway: Gateway, oauth2: OAuth2 | None = None, **fields: Any) -> Webhook:
    """Register a webhook of the gateway."""
    return system.add_webhook(
        gateway.url,
        authentication=AuthenticationType.OAUTH2,
        oauth2=oauth2 or gateway.server.client(),
        credentials=Credentials(client_secret=CLIENT_SECRET),
        **fields,
    )


def error(system: System, of: Webhook) -> tuple[str, str]:
    """Return class and detail of the webhook's last error."""
    last = system.webhook(of).health.last_error
    assert last is not None
    return last.failure_class.value, last.detail


@pytest.mark.parametrize("authentication", ClientAuthentication)
def test_events_reach_a_receiver_behind_a_gateway(
    system: System, server: TokenServer, gateway: Gateway, authentication: ClientAuthentication
) -> None:
    """With one token, whichever way the secret is sent, and whatever signs id and secret hold."""
    client = server.client(authentication, scope="hooks:write hooks:read", audience="https://hooks.example/")
    of = webhook(system, gateway, client)

    publish(system, "e0", "e1")

    assert system.outcomes(of) == {"e0": "DELIVERED", "e1": "DELIVERED"}
    assert (len(server.received), gateway.tokens) == (1, server.given * 2)
    assert b"scope=hooks%3Awrite+hooks%3Aread" in server.received[0].body
    assert server.received[0].headers["accept"] == "application/json"


def test_a_token_is_fetched_anew_before_it_ends(system: System, gateway: Gateway) -> None:
    """No event comes with one that is over."""
    webhook(system, gateway)
    publish(system, "e0")
    system.clock.advance(3600 - 15)
    publish(system, "e1")

    assert gateway.tokens == gateway.server.given
    assert len(gateway.server.given) == 2


def test_a_revoked_token_costs_one_post_more(system: System, server: TokenServer, gateway: Gateway) -> None:
    """Within the same attempt; another environment then takes the fresh one."""
    of = webhook(system, gateway)
    publish(system, "e0")
    server.revoke_all()

    publish(system, "e1")
    system.cold_start()
    publish(system, "e2")

    first, second = server.given
    assert gateway.tokens == [first, first, second, second]
    assert [request.answered for request in gateway.received] == [204, 401, 204, 204]
    assert set(system.outcomes(of).values()) == {"DELIVERED"}
    assert [delivery.attempt is not None for delivery in system.deliveries(of)] == [True] * 3


def test_new_credentials_count_at_once(system: System, server: TokenServer, gateway: Gateway) -> None:
    """What was fetched with the old ones is not sent any more."""
    of = webhook(system, gateway, server.client(scope="hooks:read"))
    publish(system, "e0")
    current = system.webhook(of)
    wider = replace(current, oauth2=server.client(scope="hooks:write"), version=current.version + 1)
    system.registry.replace(current, wider, act_on(current))

    publish(system, "e1")

    assert gateway.tokens == server.given
    assert [b"write" in request.body for request in server.received] == [False, True]


REFUSALS: dict[str, tuple[Answer, str]] = {
    "an unknown client": (
        lie(401, {"error": "invalid_client", "error_description": "No such client."}),
        "The token server answered with status 401: invalid_client: No such client.",
    ),
    "gone": (lie(410), "The token server answered with status 410."),
    "down": (lie(503, "<html>down</html>"), "The token server answered with status 503."),
    "a page": (lie(200, "<html>"), "The token server answered with status 200, but its body is not JSON."),
    "nothing": (lie(204), "The token server answered with status 204, but with an empty body."),
    "no token": (lie(200, {"ok": True}), "The token server answered with status 200, but without an access_token."),
    "a line break": (
        lie(200, {"access_token": "a\r\nX-Evil: 1", "token_type": "Bearer"}),
        "The token server answered with status 200, but its access_token holds a space, a line break or another sign "
        "that no header may.",
    ),
    "another kind": (
        lie(200, {"access_token": "a", "token_type": "mac"}),
        "The token server answered with status 200, but with a token_type that is not Bearer: mac.",
    ),
    "too much": (
        lie(200, "{" + " " * 200_000 + '"access_token":"a"}'),
        "The token server answered with status 200, but its body did not come whole, in time and within 96 KB.",
    ),
    "elsewhere": (
        Answer(302, headers={"Location": "http://169.254.169.254/token"}),
        "The token server answered with status 302, which leads to http://169.254.169.254/token.",
    ),
    "the secret": (lie(400, {"error": f"not {CLIENT_SECRET}"}), "The token server answered with status 400: [hidden]."),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_an_event_waits_where_there_is_no_token(
    system: System, server: TokenServer, gateway: Gateway, what: str
) -> None:
    """Nothing is POSTed; the webhook fails for what the server answered, and goes on when there is one."""
    answer, told = REFUSALS[what]
    of = webhook(system, gateway)
    server.answers.append(answer)

    publish(system, "e0")

    assert gateway.received == []
    assert error(system, of) == ("OAUTH2", told)
    assert (system.webhook(of).status, system.webhook(of).health.attempts) == (Status.ACTIVE, 1)
    system.clock.advance(5)
    system.redeliver()
    assert system.outcomes(of) == {"e0": "DELIVERED"}
    assert system.webhook(of).health.state is HealthState.HEALTHY


def test_a_token_server_that_hangs_is_waited_for_five_seconds(
    system: System, server: TokenServer, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here for one: it is the time of the token server, not of the receiver."""
    monkeypatch.setattr("recado.use_cases.sending.tokens.TOKEN_SECONDS", 1.05)
    of = webhook(system, gateway)
    server.answers.append(lie(200, {"access_token": "late"}, delay_seconds=1.5))

    publish(system, "e0")

    assert gateway.received == []
    assert error(system, of)[1].startswith("The token server did not answer")


def test_a_token_server_that_is_not_there_is_told(system: System, gateway: Gateway) -> None:
    """As that, and not as the receiver's."""
    of = webhook(system, gateway, OAuth2("http://127.0.0.1:9/token", "recado"))

    publish(system, "e0")

    assert error(system, of) == ("OAUTH2", "No connection to 127.0.0.1: connection refused.")


def test_a_token_of_no_known_lifetime_is_fetched_for_each_post(
    system: System, server: TokenServer, gateway: Gateway
) -> None:
    """And kept nowhere."""
    webhook(system, gateway)
    for _ in range(2):
        server.answers.append(lie(200, {"access_token": server.give(), "token_type": "bearer", "expires_in": "soon"}))

    publish(system, "e0", "e1")

    assert gateway.tokens == server.given
    assert len(server.received) == 2


def test_the_backlog_is_sent_with_one_token(system: System, server: TokenServer, gateway: Gateway) -> None:
    """As the owner's run goes on."""
    of = webhook(system, gateway, ordered=True)

    publish(system, "e0", "e1", "e2")
    system.redeliver()

    assert set(system.outcomes(of).values()) == {"DELIVERED"}
    assert (len(server.received), gateway.tokens) == (1, server.given)


def stored(system: System) -> Iterator[str]:
    """Return every attribute of every item, of what is compressed its text."""
    client = boto3.client("dynamodb")
    for table in ("WebhooksTable", "DeliveriesTable"):
        for item in client.scan(TableName=system.stack.physical_id(table))["Items"]:
            for value in item.values():
                try:
                    yield decompressed(value["B"])
                except (KeyError, UnicodeDecodeError, zlib.error):
                    yield str(value)


def test_neither_secret_nor_token_is_kept_or_told(
    system: System, server: TokenServer, gateway: Gateway, log: StringIO, aws: AwsCalls
) -> None:
    """Of a receiver and a token server that repeat what they were sent: not in tables, logs, alerts and messages."""
    for function in ("RealtimeDispatcherFunction", "RedeliveryFunction"):
        system.stack.change_environment(function, ALERT_AFTER_SECONDS="0")
    webhook(system, gateway)
    publish(system, "e0")
    (token,) = server.given
    gateway.answers.append(Answer(500, body=f"Authorization: Bearer {token}".encode()))
    publish(system, "e1")
    server.revoke_all()
    authorization = server.received[0].headers["authorization"]
    server.answers.append(lie(400, {"error": authorization, "error_description": f"{CLIENT_SECRET} {token}"}))
    system.clock.advance(3600)
    system.redeliver()
    system.redeliver()

    secret_texts = {"secret": CLIENT_SECRET, "Basic": authorization.removeprefix("Basic ")}
    tokens = {f"token {number}": one for number, one in enumerate(server.given)}
    search = SecretSearch([Secret(name, text) for name, text in (secret_texts | tokens).items()])
    told = [call.parameters for call in aws.all if call.operation in ("PutEvents", "SendMessage", "Publish")]
    places = {"logs": log.getvalue(), "told": told, **{text[:40]: text for text in stored(system)}}
    assert {"logs", "told"} < places.keys()
    assert any("[hidden]" in text for text in stored(system))
    assert {place: names for place, content in places.items() if (names := search.names_in(content))} == {}


BUSY_SECONDS = 20.0
"""So long an answer may take on a machine that is busy."""
WAITED_FOR = (
    "recado.use_cases.sending.tokens.TOKEN_SECONDS",
    "recado.use_cases.sending.tokens.ATTEMPT_SECONDS",
    "recado.use_cases.sending.direct.sending.DIRECT_ATTEMPT_SECONDS",
    "recado.rules.oauth2.token_request.TOKEN_SECONDS",
    "recado.adapters.sending.http_sender.ATTEMPT_SECONDS",
)


@pytest.fixture
def pool(system: System, server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    """Give as many threads as there are events, on a clock that stands still: nothing depends on how busy this is.

    Who waits for a token does so until the server was asked for it. moto breaks under threads, so calls take turns.
    """
    system.clock.stop()
    asked = threading.Event()
    server.on_request = lambda _request: asked.set()
    monkeypatch.setattr("recado.composition.senders.time", SimpleNamespace(sleep=lambda _seconds: asked.wait(60)))
    for name in WAITED_FOR:
        monkeypatch.setattr(name, BUSY_SECONDS)
    with ThreadPoolExecutor(MANY) as pool:
        yield pool


def in_many_environments(system: System, pool: ThreadPoolExecutor) -> None:
    """Bring 100 events at once, each to a cold environment of its own.

    All share this process and its threads that resolve names: where these are busy, Lambda repeats the invocation.
    """
    environment = system.stack.environment("RealtimeDispatcherFunction")
    handlers = [load_function(FUNCTION, environment).lambda_handler for _ in range(MANY)]

    def invoke(number: int) -> None:
        with running("RealtimeDispatcherFunction"):
            content = detail(f"e{number:03}", timestamp=NOON_MS + number)
            for tries_left in reversed(range(20)):
                try:
                    handlers[number](envelope(content=content), LambdaContext(seconds_left=30))
                    return
                except OurFaultError:
                    if not tries_left:
                        raise

    list(pool.map(invoke, range(MANY)))


@pytest.mark.deep
def test_a_hundred_events_at_once_need_one_token(
    system: System, server: TokenServer, gateway: Gateway, pool: ThreadPoolExecutor
) -> None:
    """Of 100 cold environments one asks the server; the others wait, or their events join the backlog."""
    of = webhook(system, gateway)

    in_many_environments(system, pool)

    assert len(server.received) == 1
    while "PENDING" in system.outcomes(of).values():
        system.clock.advance(5)
        system.redeliver()
    assert list(system.outcomes(of).values()) == ["DELIVERED"] * MANY
    assert len(server.received) == 1
    assert sorted({event for request in gateway.received for event in request.event_ids}) == [
        f"e{number:03}" for number in range(MANY)
    ]
    assert set(gateway.tokens) == set(server.given)


@pytest.mark.deep
def test_a_refusal_of_a_hundred_events_counts_once(
    system: System, server: TokenServer, gateway: Gateway, pool: ThreadPoolExecutor
) -> None:
    """One request, one failed attempt of the webhook, and nothing lost."""
    of = webhook(system, gateway)
    server.secret = "another by now"

    in_many_environments(system, pool)

    assert len(server.received) == 1
    assert system.webhook(of).health.attempts <= 1
    assert len(system.backlog(of)) == MANY
    assert gateway.received == []
    server.secret = CLIENT_SECRET
    system.clock.advance(60)
    for _ in range(3):
        system.redeliver()
        system.clock.advance(10)
    assert list(system.outcomes(of).values()) == ["DELIVERED"] * MANY
    assert len(server.received) == 2
    assert json.loads(gateway.received[0].body)["events"]
