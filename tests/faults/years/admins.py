"""Admins: they switch, change, redeliver, cancel and remove, whatever is under way."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from recado.ports import JobRunningError, LimitReachedError, VersionConflictError
from recado.rules.delivery.delivery import DeliveryStatus, id_of
from recado.rules.webhook.registration import Changes, InvalidRegistrationError
from recado.use_cases.managing.administration import NoSuchWebhookError
from recado.use_cases.managing.delivery_log import NoSuchDeliveryError
from recado.use_cases.sending.requests import NotActiveError, NotWaitingError
from tests.faults.simulation import Simulation
from tests.faults.years.deployment import Deployed
from tests.faults.years.faults import DAY_MS, HOUR_MS
from tests.faults.years.invocations import Invocation
from tests.faults.years.ledger import Watched
from tests.faults.years.load import NAMES

_ANSWERS = (
    JobRunningError,
    LimitReachedError,
    VersionConflictError,
    InvalidRegistrationError,
    NoSuchWebhookError,
    NoSuchDeliveryError,
    NotActiveError,
    NotWaitingError,
)
"""What the API answers with a 4xx."""
API_SECONDS = 29
Act = Callable[[Invocation], object]
PACES = (None, None, 1, 6, 60)
"""POSTs a minute."""
_CHOICES = {
    "off": 3,
    "on": 6,
    "address": 2,
    "order": 2,
    "pace": 2,
    "settings": 3,
    "redeliver": 6,
    "redeliver many": 3,
    "cancel": 4,
    "remove": 0.3,
}


@dataclass
class Admin:
    """Acts on the webhooks of the simulation, one at a time; `known` draws a delivery, of those that wait if asked."""

    simulation: Simulation
    random: Random
    deployed: Deployed
    invoke: Callable[[Act], object]
    webhooks: Callable[[], list[Watched]]
    known: Callable[[Watched, bool], str | None]
    registered: Callable[[str, str | None], str]
    every_seconds: float
    done: Counter[str] = field(default_factory=Counter)

    def go_on_until(self, end_ms: int) -> None:
        """Act, with pauses; to be run."""
        while self.simulation.now_ms < end_ms:
            self.simulation.sleep(self.random.expovariate(1 / self.every_seconds))
            here = self.webhooks()
            if self.simulation.now_ms >= end_ms or not here:
                continue
            busy = [one for one in here if one.backlog]
            watched = self.random.choice(busy if busy and self.random.random() < 0.5 else here)
            for _ in range(self.random.choice([1, 1, 1, 2, 4])):
                what = self.random.choices(list(_CHOICES), list(_CHOICES.values()))[0]
                self.act(what, watched)
                self.simulation.sleep(self.random.choice([0, 0.05, 1, 30]))

    def act(self, what: str, watched: Watched) -> None:
        """Do this to a webhook."""
        acts: dict[str, Callable[[Watched], Act | None]] = {
            "off": lambda one: self._changing(one, active=False),
            "on": self._switching_on,
            "address": self._moving,
            "order": lambda one: self._changing(one, ordered=not one.ordered),
            "pace": lambda one: self._changing(one, delivery={"max_posts_per_minute": self.random.choice(PACES)}),
            "settings": self._setting,
            "redeliver": self._redelivering,
            "redeliver many": self._redelivering_many,
            "cancel": self._cancelling,
            "remove": self._removing,
        }
        act = acts[what](watched)
        if act is not None:
            self.done[what] += 1
            self.invoke(act)

    def register(self, account_id: str) -> None:
        """Add a webhook."""
        url = self.registered(account_id, None)
        names = self.random.sample(NAMES, self.random.randint(2, len(NAMES)))
        changes = Changes(name="W", target_url=url, event_names=names, active=True)
        self.invoke(lambda _invocation: self.deployed.api.administration.create(account_id, changes))

    def _changing(self, one: Watched, **changes: Any) -> Act:
        administration = self.deployed.api.administration
        return lambda _: administration.change(one.account_id, one.webhook_id, Changes(**changes), None, "admin")

    def _switching_on(self, one: Watched) -> Act:
        return self._changing(one, active=True, catch_up=one.status != "ACTIVE" and self.random.random() < 0.6)

    def _moving(self, one: Watched) -> Act:
        return self._changing(one, target_url=self.registered(one.account_id, one.webhook_id))

    def _setting(self, one: Watched) -> Act:
        random = self.random
        settings = {
            "max_events": random.choice([5, 20, 100, 100]),
            "max_bytes": random.choice([8_192, 96 * 1024]),
            "timeout_seconds": random.choice([3, 5, 5, 15]),
            "partial_responses": random.random() < 0.4,
        }
        return self._changing(one, delivery=settings)

    def _removing(self, one: Watched) -> Act:
        administration = self.deployed.api.administration

        def remove(_: Invocation) -> None:
            administration.remove(one.account_id, one.webhook_id, None)
            self.simulation.at_for(None, self.simulation.now_ms + HOUR_MS, self.register, one.account_id)

        return remove

    def _redelivering(self, one: Watched) -> Act | None:
        key = self.known(one, self.random.random() < 0.3)
        api = self.deployed.api

        def redeliver(_: Invocation) -> None:
            webhook = api.administration.read(one.account_id, one.webhook_id)
            delivery = api.delivery_log.read(webhook.webhook_id, id_of(key or ""))
            api.requests.one(webhook, delivery, "admin")

        return redeliver if key else None

    def _redelivering_many(self, one: Watched) -> Act:
        api, now = self.deployed.api, self.simulation.now_ms
        status = self.random.choice([DeliveryStatus.DELIVERED, DeliveryStatus.EXPIRED, DeliveryStatus.SKIPPED])
        begin = now - self.random.randint(0, 3 * DAY_MS)
        end = begin + self.random.randint(HOUR_MS, DAY_MS)

        def redeliver_many(_: Invocation) -> None:
            webhook = api.administration.read(one.account_id, one.webhook_id)
            api.requests.many(webhook, status, begin, end, "admin")

        return redeliver_many

    def _cancelling(self, one: Watched) -> Act | None:
        key = self.known(one, True)
        api = self.deployed.api

        def cancel(_: Invocation) -> None:
            webhook = api.administration.read(one.account_id, one.webhook_id)
            api.requests.cancel(api.delivery_log.read(webhook.webhook_id, id_of(key or "")))

        return cancel if key else None


def is_answer(problem: BaseException | None) -> bool:
    """Whether an admin was told why not."""
    return isinstance(problem, _ANSWERS)
