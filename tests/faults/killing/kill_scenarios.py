"""What happens while the kill test's functions are killed: events, receivers that fail or not, jobs and sweeps."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from local.listener import BROKEN, Answer, Listener, Received
from recado.rules.delivery.counts import HOUR_MS, hour_of
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.digest import digest_id
from recado.rules.event.event import parse_event
from recado.rules.webhook.authentication import AuthenticationType, OAuth2
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Webhook
from tests.faults.infrastructure import Infrastructure
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.events import NOON_MS, batch_event, detail, envelope
from tests.support.system import System
from tests.unit.use_cases.fakes.journal import FixedDeadline

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_UNAUTHORIZED = Answer(HTTPStatus.UNAUTHORIZED)
_TOKENS = 20
_END_OF_TIME = 10**14
_MOST_WORLDS = 1000
_LARGE = {"note": "x" * 80_000}  # one POST holds three of these


@dataclass
class World:
    """One run of a scenario: accounts of its own, receivers, and what each webhook is to get."""

    system: System
    infrastructure: Infrastructure
    healthy: Listener
    faulty: Listener
    account: int
    webhooks: list[Webhook] = field(default_factory=list)
    expected: dict[str, set[str]] = field(default_factory=dict)
    again: bool = False
    """Whether each event is to arrive once more, if the request for that is answered."""
    withdrawn: set[str] = field(default_factory=set)
    """What need not arrive, if it is cancelled."""
    entirely: bool = False
    """Whether it goes on until no webhook is in the index any more."""
    unreadable: int = 0
    token_requests_needed: int = 0

    def subscribe(self, receiver: Listener, *, other_account: bool = False, **fields: Any) -> Webhook:
        """Register a webhook at this receiver."""
        account = self.account + other_account
        path = f"/{account}/{len(self.webhooks)}"
        options: dict[str, Any] = {"account": str(account), "name": f"wh_{account}_{len(self.webhooks)}", **fields}
        if "secret" in options:
            receiver.secrets[path] = options["secret"]
            webhook = self.system.add_signed_webhook(receiver.url + path, **options)
        else:
            webhook = self.system.add_webhook(receiver.url + path, **options)
        self.webhooks.append(webhook)
        self.expected[path] = set()
        return webhook

    def subscribe_with_token(self, *answers: Answer, tokens: int) -> Webhook:
        """Register a webhook of the healthy receiver that so many tokens do for, which the faulty one gives.

        It gives another one each time, after these answers.
        """
        bodies = (f'{{"access_token":"token-{number}","expires_in":3600}}' for number in range(_TOKENS))
        self.faulty.answers += [*answers, *(Answer(HTTPStatus.OK, body=body.encode()) for body in bodies)]
        self.token_requests_needed = len(answers) + tokens
        return self.subscribe(
            self.healthy,
            authentication=AuthenticationType.OAUTH2,
            oauth2=OAuth2(self.faulty.url + self.token_path, "recado"),
            credentials=Credentials(client_secret="correct horse battery"),
        )

    @property
    def token_path(self) -> str:
        """Where tokens are asked for."""
        return f"/{self.account}/token"

    def publish(self, count: int) -> None:
        """Bring so many real-time events."""
        for number in range(count):
            name = self._expect(number, self.account)
            content = detail(name, accountId=self.account, timestamp=NOON_MS + number)
            self.infrastructure.publish(envelope(content=content))

    def collect(self, count: int, *, other_account: bool = False, **changes: Any) -> None:
        """Let so many non-real-time events wait in the batch queue."""
        account = self.account + other_account
        for number in range(count):
            name = self._expect(number, account)
            event = batch_event(name, accountId=account, timestamp=NOON_MS + number, **changes)
            self.system.put_into_batch_queue(event)

    def collect_unreadable(self) -> None:
        """Let a message wait in the batch queue that nobody can read."""
        self.system.put_into_batch_queue(f"no event {self.account}")
        self.unreadable += 1

    def ask(self, path: str, body: object = None) -> None:
        """Let a request about the only webhook be on its way."""
        (webhook,) = self.webhooks
        api = ApiClient(self.system, ApiDocument(), webhook.account_id)
        text = None if body is None else json.dumps(body)
        self.infrastructure.ask(api.request("POST", f"{api.webhooks}/{webhook.webhook_id}{path}", text))

    def ask_for_the_first(self, action: str) -> None:
        """Let a request about the oldest delivery be on its way."""
        self.ask(f"/deliveries/{self.system.deliveries(self.webhooks[0])[0].delivery_id}/{action}")

    def wait_for_a_digest(self) -> None:
        """Let the time come at which the only webhook's digest is due; other worlds' are no part of this one."""
        (webhook,) = self.webhooks
        entries = {one.webhook_id: one for one in self.system.digests.due(_END_OF_TIME, _MOST_WORLDS)}
        own = entries.pop(webhook.webhook_id)
        assert all(self.system.digests.move(other, None) for other in entries.values())
        self.infrastructure.wait_until(own.due_at)
        self.expected[f"/{self.account}/0"].add(digest_id(own.webhook_id, hour_of(own.due_at) - HOUR_MS))

    def join_backlog_after_give_up(self) -> None:
        """Let an event come into the backlog the moment that its owner has given the only webhook up."""
        (webhook,) = self.webhooks

        def look(operation: str) -> None:
            lane = self.system.webhook(webhook).lane
            if operation == "UpdateItem" and lane.owner is None and lane.next_at is not None:
                late = detail(self._expect(99, self.account), accountId=self.account, timestamp=NOON_MS + 99)
                event = parse_event("COURSE_ENROLLMENT", late)
                now = int(self.system.clock.milliseconds())
                delivery = Delivery(webhook.webhook_id, event, DeliveryStatus.PENDING, now)
                self.infrastructure.workers.after = lambda _operation: None
                assert not self.system.store.record([delivery], [], FixedDeadline(60))

        self.infrastructure.workers.after = look

    def arrived(self, path: str) -> Counter[str]:
        """How often each event has been answered for with success, or with 410, at this path."""
        return Counter(
            event_id
            for receiver in (self.healthy, self.faulty)
            for request in receiver.received
            if request.path == path
            and request.answered not in (BROKEN.status, _UNAUTHORIZED.status)
            and is_whole(request)
            for event_id in request.event_ids
        )

    def _expect(self, number: int, account: int) -> str:
        name = f"{account}-{number}"
        for path in self.expected:
            if path.startswith(f"/{account}/"):
                self.expected[path].add(name)
        return name


def is_whole(request: Received) -> bool:
    """Whether the sender lived long enough to send it all."""
    return len(request.body) == int(request.headers["content-length"])


def two_healthy(world: World) -> None:
    """An event in real time to two webhooks."""
    world.subscribe(world.healthy)
    world.subscribe(world.healthy)
    world.publish(1)


def one_of_two_fails(world: World) -> None:
    """An event in real time to two webhooks, one of which fails at first."""
    world.subscribe(world.healthy)
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(1)


def into_a_backlog(world: World) -> None:
    """Two events in real time, of which the first one makes the webhook a failing one."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)


def ordered(world: World) -> None:
    """Two events in real time to a webhook that wants them in order."""
    world.subscribe(world.healthy, ordered=True)
    world.publish(2)


def signed(world: World) -> None:
    """An event in real time to a webhook whose POSTs are signed."""
    world.subscribe(world.healthy, secret=SECRET)
    world.publish(1)


def with_token(world: World) -> None:
    """Two events in real time to a webhook whose POSTs bear a token, which the token server refuses at first."""
    world.subscribe_with_token(BROKEN, tokens=1)
    world.publish(2)


def with_refused_token(world: World) -> None:
    """Two events in real time to a receiver that refuses the first token."""
    world.subscribe_with_token(tokens=2)
    world.healthy.answers.append(_UNAUTHORIZED)
    world.publish(2)


def drain_for_two_accounts(world: World) -> None:
    """Twelve events of two accounts and an unreadable message, drained."""
    world.subscribe(world.healthy)
    world.subscribe(world.healthy, other_account=True)
    world.collect(6)
    world.collect_unreadable()
    world.collect(6, other_account=True)


def drain_that_fails(world: World) -> None:
    """Four events, drained, whose receiver fails at first."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.collect(4)


def backlog_in_two_posts(world: World) -> None:
    """Five events of 80 KB in a backlog, which leave it in two POSTs."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.collect(5, data=_LARGE)


def fails_again(world: World) -> None:
    """A redelivery that fails once more, then succeeds."""
    world.subscribe(world.faulty)
    world.faulty.answers += [BROKEN, BROKEN]
    world.publish(1)


def gone(world: World) -> None:
    """An event to a receiver that wants no more."""
    world.subscribe(world.faulty)
    world.faulty.usual_answer = Answer(HTTPStatus.GONE)
    world.publish(1)


def slow(world: World) -> None:
    """An event in real time whose receiver takes too long, and one after it."""
    world.infrastructure.latency_ms = 2_500
    world.subscribe(world.healthy)
    world.publish(2)


def second_look(world: World) -> None:
    """An event that joins the backlog of an ordered webhook when its owner has just given up."""
    world.subscribe(world.healthy, ordered=True)
    world.publish(1)
    world.infrastructure.deliver()
    world.join_backlog_after_give_up()


def redelivered(world: World) -> None:
    """A request for one event again."""
    world.subscribe(world.healthy)
    world.publish(1)
    world.infrastructure.deliver()
    world.ask_for_the_first("redeliver")
    world.again = True


def sent_sooner(world: World) -> None:
    """A request for one event again that waits for the next attempt still."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)
    world.infrastructure.deliver()
    world.ask_for_the_first("redeliver")


def job(world: World) -> None:
    """A job that delivers three events again."""
    world.infrastructure.latency_ms = 10  # so that all of them are delivered when it is asked for
    world.subscribe(world.healthy)
    world.publish(3)
    world.infrastructure.deliver()
    world.ask("/redeliver", {"status": "DELIVERED", "from": NOON_MS, "to": NOON_MS + 1000})
    world.again = True


def cancelled(world: World) -> None:
    """One of two events that wait is withdrawn."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)
    world.infrastructure.deliver()
    world.ask_for_the_first("cancel")
    world.withdrawn = {f"{world.account}-0"}


def orphan(world: World) -> None:
    """A failing webhook whose wake-up was lost: the sweep wakes it, and looks at it once more afterwards."""
    world.subscribe(world.faulty)
    world.faulty.answers.append(BROKEN)
    world.publish(2)
    world.infrastructure.deliver()
    world.infrastructure.lose_wake_ups()
    world.entirely = True


def digest(world: World) -> None:
    """A digest that is due: the sweep makes it, and whoever then owns the webhook sends it."""
    world.subscribe(world.healthy, delivery=DeliverySettings(digest=True))
    world.wait_for_a_digest()


SCENARIOS: tuple[Callable[[World], None], ...] = (
    two_healthy,
    one_of_two_fails,
    into_a_backlog,
    ordered,
    signed,
    with_token,
    with_refused_token,
    drain_for_two_accounts,
    drain_that_fails,
    backlog_in_two_posts,
    fails_again,
    gone,
    slow,
    second_look,
    redelivered,
    sent_sooner,
    job,
    cancelled,
    digest,
    orphan,
)
