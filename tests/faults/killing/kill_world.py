"""The world of a scenario: what comes, who receives it, and what goes on until all is well."""

import json
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from local.listener import BROKEN, Answer, Listener, Received
from recado.rules.delivery.counts import HOUR_MS, hour_of
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.digest import digest_id
from recado.rules.event.event import parse_event
from recado.rules.webhook.authentication.authentication import AuthenticationType, OAuth2
from recado.rules.webhook.authentication.credentials import Credentials
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
