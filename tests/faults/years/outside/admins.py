"""Admins: they switch, change, redeliver, cancel and remove, whatever is under way."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.requests import TooManyJobsError
from recado.rules.activity.activity import Once, Requester
from recado.rules.delivery.delivery import DeliveryStatus, id_of
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Changes
from recado.use_cases.managing.delivery_log import NoSuchDeliveryError
from recado.use_cases.managing.rewriting import NoSuchWebhookError
from recado.use_cases.sending.asking import NotActiveError
from recado.use_cases.sending.jobs import JobFinishedError, NoSuchJobError
from recado.use_cases.sending.requests import NotWaitingError, NotWantedError
from tests.faults.simulation import Simulation
from tests.faults.years.aws.deployment import Deployed
from tests.faults.years.aws.invocations import Invocation
from tests.faults.years.checks.watched import Watched
from tests.faults.years.faults import DAY_MS, HOUR_MS, MINUTE_MS
from tests.faults.years.outside.load import NAMES

_ANSWERS = (
    LimitReachedError,
    TooManyJobsError,
    VersionConflictError,
    InvalidRegistrationError,
    NoSuchWebhookError,
    NoSuchDeliveryError,
    NoSuchJobError,
    JobFinishedError,
    NotActiveError,
    NotWaitingError,
    NotWantedError,
)
"""What the API answers with a 4xx."""
API_SECONDS = 29
Act = Callable[[Invocation], object]
Request = Callable[[Requester], object]
"""Makes a request, for whoever asks; what identifies what it has brought about is its answer."""
PACES = (None, None, 1, 6, 60)
"""POSTs a minute."""
_CHOICES = {
    "off": 3,
    "on": 6,
    "address": 2,
    "order": 2,
    "pace": 2,
    "settings": 3,
    "types": 2,
    "send now": 4,
    "redeliver": 6,
    "redeliver many": 4,
    "cancel": 4,
    "cancel many": 2,
    "end a job": 3,
    "remove": 0.3,
}
_TAKE_A_KEY = ("send now", "redeliver", "redeliver many", "cancel", "cancel many")
_MOST_REPETITIONS = 6
_PLAIN = Requester("admin")


@dataclass
class Admin:
    """Acts on the webhooks of the simulation, one at a time; `known` draws a delivery, of those that wait if asked."""

    simulation: Simulation
    random: Random
    deployed: Deployed
    invoke: Callable[..., object]
    webhooks: Callable[[], list[Watched]]
    known: Callable[[Watched, bool], str | None]
    registered: Callable[[str, str | None], str]
    answered: Callable[[str, object], object]
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
        requests: dict[str, Callable[[Watched], Request | None]] = {
            "off": lambda one: self._changing(one, active=False),
            "on": self._switching_on,
            "address": self._moving,
            "order": lambda one: self._changing(one, ordered=not one.ordered),
            "pace": lambda one: self._changing(one, delivery={"max_posts_per_minute": self.random.choice(PACES)}),
            "settings": self._setting,
            "types": lambda one: self._changing(one, event_names=self._some_names()),
            "send now": self._sending_now,
            "redeliver": self._redelivering,
            "redeliver many": self._redelivering_many,
            "cancel": self._cancelling,
            "cancel many": self._cancelling_many,
            "end a job": self._ending,
            "remove": self._removing,
        }
        request = requests[what](watched)
        if request is not None:
            self.done[what] += 1
            self._ask(request, keyed=what in _TAKE_A_KEY and self.random.random() < 0.5)

    def register(self, account_id: str) -> None:
        """Add a webhook."""
        url = self.registered(account_id, None)
        changes = Changes(name="W", target_url=url, event_names=self._some_names(), active=True)

        def register(requester: Requester) -> object:
            return self.deployed.api.administration.create(account_id, changes, requester).webhook_id

        self._ask(register, keyed=self.random.random() < 0.5)

    def _ask(self, request: Request, *, keyed: bool) -> None:
        """Make a request; one with a key now and then twice at once, and again after its end, answered or not."""
        if not keyed:
            self.invoke(lambda _: request(_PLAIN))
            return
        marker = f"marker-{self.random.getrandbits(64):016x}"
        requester = Requester("admin", once=Once(marker, "request"))
        left = [_MOST_REPETITIONS]

        def ask(invocation: Invocation) -> None:
            invocation.marker = marker
            self.answered(marker, request(requester))

        def again(problem: BaseException | None) -> None:
            left[0] -= 1
            if left[0] > 0 and self.random.random() < (0.3 if problem is None or is_answer(problem) else 0.9):
                self.done["again, by its key"] += 1
                later = self.simulation.now_ms + self.random.choice([0, 1_000, 30_000, 30 * MINUTE_MS])
                self.simulation.at_for(None, later, self.invoke, ask, again)

        for _ in range(self.random.choice([1, 1, 1, 2])):
            self.invoke(ask, again)

    def _some_names(self) -> list[str]:
        return self.random.sample(NAMES, self.random.randint(2, len(NAMES)))

    def _changing(self, one: Watched, **changes: Any) -> Request:
        administration = self.deployed.api.administration
        return lambda requester: administration.change(
            one.account_id, one.webhook_id, Changes(**changes), None, requester
        )

    def _switching_on(self, one: Watched) -> Request:
        return self._changing(one, active=True, catch_up=one.status != "ACTIVE" and self.random.random() < 0.6)

    def _moving(self, one: Watched) -> Request:
        return self._changing(one, target_url=self.registered(one.account_id, one.webhook_id))

    def _setting(self, one: Watched) -> Request:
        random = self.random
        settings = {
            "max_events": random.choice([5, 20, 100, 100]),
            "max_bytes": random.choice([8_192, 96 * 1024]),
            "timeout_seconds": random.choice([3, 5, 5, 15]),
            "partial_responses": random.random() < 0.4,
        }
        return self._changing(one, delivery=settings)

    def _removing(self, one: Watched) -> Request:
        administration = self.deployed.api.administration

        def remove(requester: Requester) -> None:
            administration.remove(one.account_id, one.webhook_id, None, requester)
            self.simulation.at_for(None, self.simulation.now_ms + HOUR_MS, self.register, one.account_id)

        return remove

    def _sending_now(self, one: Watched) -> Request:
        api = self.deployed.api

        def send_now(requester: Requester) -> None:
            api.requests.send_now(api.administration.read(one.account_id, one.webhook_id), requester)

        return send_now

    def _redelivering(self, one: Watched) -> Request | None:
        key = self.known(one, self.random.random() < 0.3)
        api = self.deployed.api

        def redeliver(requester: Requester) -> None:
            webhook = api.administration.read(one.account_id, one.webhook_id)
            api.requests.one(webhook, api.delivery_log.read(webhook.webhook_id, id_of(key or "")), requester)

        return redeliver if key else None

    def _redelivering_many(self, one: Watched) -> Request:
        api, random = self.deployed.api, self.random
        statuses = [DeliveryStatus.DELIVERED, DeliveryStatus.EXPIRED, DeliveryStatus.SKIPPED, DeliveryStatus.CANCELLED]
        selection = self._selected(random.choice([*statuses, None]), 1.0)

        def redeliver_many(requester: Requester) -> object:
            webhook = api.administration.read(one.account_id, one.webhook_id)
            return api.jobs.redeliver(webhook, selection, requester).job_id

        return redeliver_many

    def _cancelling(self, one: Watched) -> Request | None:
        key = self.known(one, True)
        api = self.deployed.api

        def cancel(requester: Requester) -> None:
            webhook = api.administration.read(one.account_id, one.webhook_id)
            api.requests.cancel(webhook, api.delivery_log.read(webhook.webhook_id, id_of(key or "")), requester)

        return cancel if key else None

    def _cancelling_many(self, one: Watched) -> Request:
        api, selection = self.deployed.api, self._selected(None, 0.3)

        def cancel_many(requester: Requester) -> object:
            webhook = api.administration.read(one.account_id, one.webhook_id)
            return api.jobs.cancel(webhook, selection, requester).job_id

        return cancel_many

    def _ending(self, one: Watched) -> Request:
        api = self.deployed.api
        job_id = self.random.choice([None, *sorted(one.asked.jobs)[-3:], *sorted(one.jobs)])

        def end(requester: Requester) -> None:
            api.jobs.end(api.administration.read(one.account_id, one.webhook_id), job_id, requester)

        return end

    def _selected(self, status: DeliveryStatus | None, aside: float) -> Selection:
        """Draw what is meant; of what waits, what is set aside alone with that chance."""
        random, now = self.random, self.simulation.now_ms
        begin = now - random.randint(0, 3 * DAY_MS)
        bounds = {
            "time": {"from_ms": begin, "to_ms": begin + random.randint(HOUR_MS, DAY_MS)},
            "to now": {"from_ms": begin, "arrived_to": now},
            "arrival": {"arrived_from": begin, "arrived_to": begin + random.randint(HOUR_MS, 2 * DAY_MS)},
            "all": {},
        }
        names = tuple(random.sample(NAMES, 2)) if random.random() < 0.2 else ()
        set_aside = status is None and random.random() < aside
        kind = random.choice([one for one in bounds if status is None or one != "all"])
        return Selection(status, set_aside=set_aside, event_names=names, **bounds[kind])


def is_answer(problem: BaseException | None) -> bool:
    """Whether an admin was told why not."""
    return isinstance(problem, _ANSWERS)
