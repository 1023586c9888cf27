"""A hundred events at once whose POSTs need a token: it is fetched once, and a refusal counts once."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from recado.ports.sending import OurFaultError
from tests.integration.sending.authentication.oauth2.behind_gateway import FUNCTION, webhook
from tests.support.aws.aws_calls import running
from tests.support.events import NOON_MS, detail, envelope
from tests.support.functions import LambdaContext, load_function
from tests.support.receivers.token_servers import CLIENT_SECRET, Gateway, TokenServer
from tests.support.system import System

MANY = 100
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
    assert sorted(set(gateway.event_ids)) == [f"e{number:03}" for number in range(MANY)]
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
