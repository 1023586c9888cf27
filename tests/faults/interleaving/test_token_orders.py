"""Two senders that need a token of one webhook, in every order of their steps: the store's calls and the requests."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from recado.adapters.dynamodb.webhooks.token_store import DynamoTokens
from recado.ports.sending import Clock, Opened
from recado.ports.tokens import NoTokenYetError
from recado.rules.sending.attempt import AttemptResult, Response, failure_of_status
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.tokens import send_with_token
from tests.support.deep import deep_but
from tests.support.environments import HOUR, Environments
from tests.support.system import System
from tests.unit.use_cases.fakes.journal import FixedDeadline

SENDERS = 2
TARGET = "https://127.0.0.1/hooks"


class Order:
    """One order of steps: who moves next, as `choices` say, and then whoever is first; `choices` grows by those."""

    def __init__(self, choices: list[int]) -> None:
        self.choices = choices
        self.open: list[int] = []
        self._turn = threading.Condition()
        self._waiting: set[int] = set()
        self._left = set(range(SENDERS))
        self._moving: int | None = None

    def step(self, sender: int) -> None:
        """Wait until it is this sender's turn."""
        with self._turn:
            self._park(sender)
            assert self._turn.wait_for(lambda: self._moving == sender, 60)
            self._waiting.discard(sender)

    def leave(self, sender: int) -> None:
        """Move no more."""
        with self._turn:
            self._left.discard(sender)
            self._park(None)

    def _park(self, sender: int | None) -> None:
        self._moving = None
        if sender is not None:
            self._waiting.add(sender)
        if self._waiting == self._left and self._left:
            movers = sorted(self._left)
            if len(self.open) == len(self.choices):
                self.choices.append(0)
            self._moving = movers[self.choices[len(self.open)]]
            self.open.append(len(movers))
        self._turn.notify_all()


def orders() -> Iterator[Order]:
    """Every order there is, each as it comes about; depth first."""
    choices: list[int] = []
    while True:
        order = Order(choices)
        yield order
        choices = order.choices
        while choices and choices[-1] + 1 == order.open[len(choices) - 1]:
            choices.pop()
        if not choices:
            return
        choices[-1] += 1


class Stepping:
    """A store whose every call that goes out is a step."""

    def __init__(self, store: DynamoTokens, step: Callable[[], None]) -> None:
        self._store = store
        self._step = step

    def __getattr__(self, name: str) -> Any:
        """Return the call, behind a step unless it is answered from memory."""
        call = getattr(self._store, name)

        def stepping(*arguments: Any, **options: Any) -> Any:
            self._step()
            return call(*arguments, **options)

        return call if name == "remembered" else stepping


class Outside:
    """A token server that gives another token each time, and a receiver that refuses some."""

    def __init__(self, clock: Clock, *revoked: str) -> None:
        self._clock = clock
        self.revoked = set(revoked)
        self.given: list[str] = []
        self.borne: list[str] = []

    def send(self, request: OutgoingRequest, _deadline: object) -> AttemptResult:
        """Answer as either."""
        if request.url != TARGET:
            self.given.append(f"new-{len(self.given)}")
            body = json.dumps({"access_token": self.given[-1], "expires_in": 3600}).encode()
            return AttemptResult(self._clock(), 1, 200, response=Response((), body, truncated=False))
        self.borne.append(request.headers["Authorization"].removeprefix("Bearer "))
        status = 401 if self.borne[-1] in self.revoked else 204
        return AttemptResult(self._clock(), 1, status, failure_of_status(status))


class Senders:
    """Two environments, each with its store, that send to one webhook."""

    def __init__(self, stores: list[DynamoTokens], clock: Clock, of: Webhook, outside: Outside, order: Order) -> None:
        self._stores = stores
        self._opened = Opened(of, Credentials(client_secret="s"))
        self._outside = outside
        self._order = order
        self._clock = clock

    def came_of(self, pool: ThreadPoolExecutor) -> list[int | None]:
        """Let both send one event: the status of each one's last POST, None where its event goes to the backlog."""
        return list(pool.map(self._send, range(SENDERS)))

    def _send(self, sender: int) -> int | None:
        store = Stepping(self._stores[sender], lambda: self._order.step(sender))

        def send(request: OutgoingRequest, deadline: object) -> AttemptResult:
            self._order.step(sender)
            return self._outside.send(request, deadline)

        by = SimpleNamespace(send=send)
        ports: Any = SimpleNamespace(
            clock=self._clock,
            tokens=lambda: store,
            sender=by,
            token=lambda: f"sender {sender}",
            pause=lambda _seconds: None,
        )
        try:
            request = OutgoingRequest(TARGET, {}, b"{}", 5.0)
            return send_with_token(ports, by, self._opened, request, FixedDeadline(10))[1].status_code
        except NoTokenYetError:
            return None
        finally:
            self._order.leave(sender)


@pytest.fixture
def environments(system: System, monkeypatch: pytest.MonkeyPatch) -> Environments:
    """Give environments in which whoever waits looks twice, on a clock that stands still."""
    system.clock.stop()
    monkeypatch.setattr("recado.use_cases.sending.tokens.PAUSES_SECONDS", (0.05,))
    return Environments(system)


@pytest.mark.parametrize(
    "revoked", deep_but([False], [False, True]), ids=["none is there", "what both remember is refused"]
)
def test_one_of_two_asks_and_both_send_in_every_order(environments: Environments, revoked: bool) -> None:
    """One request for a token; each event is delivered with it, or waits for a token or after the 401."""
    stores = [environments() for _ in range(SENDERS)]
    outcomes: set[tuple[int | None, ...]] = set()
    with ThreadPoolExecutor(SENDERS) as pool:
        for number, order in enumerate(orders()):
            of = replace(environments.read, webhook_id=f"wh_{number}")
            outside = Outside(environments.now, "old")
            if revoked:
                keep_and_read(stores, of, environments.now() + HOUR)

            came_of = Senders(stores, environments.now, of, outside, order).came_of(pool)

            assert outside.given == ["new-0"], order.choices
            assert stores[0].read(of).token is not None, order.choices
            assert outside.borne.count("new-0") == came_of.count(204), order.choices
            outcomes.add(tuple(came_of))
    less = 401 if revoked else None
    assert outcomes == {(204, 204), (204, less), (less, 204)}


def keep_and_read(stores: list[DynamoTokens], of: Webhook, until: int) -> None:
    """Let a token be in the memory of all."""
    assert stores[0].take_lease(of, "earlier", None)
    assert stores[0].keep(of, "earlier", "old", until)
    for store in stores[1:]:
        store.read(of)
