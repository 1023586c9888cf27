"""What processes do: the real use cases over the real adapters, up to the calls of DynamoDB, SQS and the receiver."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from pynamodb.exceptions import PynamoDBException

from recado.adapters.dynamodb.aside_store import DynamoAside
from recado.adapters.dynamodb.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.job_store import DynamoJobs
from recado.adapters.dynamodb.lane_store import DynamoLanes
from recado.adapters.dynamodb.webhook_registry import DynamoRegistry
from recado.adapters.dynamodb.webhook_store import DynamoWebhooks
from recado.adapters.dynamodb.withdrawals import DynamoWithdrawals
from recado.ports import Due, JobRunningError, Opened, OurFaultError, VersionConflictError, Waiting
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.wake_up import WakeUp
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.registration import Changes, InvalidRegistrationError
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.administration import Administration, NoSuchWebhookError
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.dispatch import Dispatch
from recado.use_cases.sending.pages import Pages
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.redelivery import Redelivery
from recado.use_cases.sending.requests import NotActiveError, NotWaitingError, Requests
from recado.use_cases.sending.sweep import Sweep
from tests.faults.interleaving.cutting import Resumed
from tests.faults.interleaving.lane_item import EVENTS, NUMBERS, OWN
from tests.faults.interleaving.replay import FAULT, End, Script
from tests.faults.interleaving.tables import (
    ACCOUNT_ID,
    WEBHOOK_ID,
    Writer,
    deliveries_of,
    webhooks_of,
)
from tests.unit.builders import NOW, failed
from tests.unit.use_cases.fakes.journal import FixedDeadline, SameThread

SLOW_AFTER_MS = 2_000
_CLASSES = {400: FailureClass.CLIENT_ERROR, 500: FailureClass.SERVER_ERROR}
_BITS_BY_ID = {one.event_id: 1 << NUMBERS[one.key] for one in EVENTS}


class World:
    """The ports of one process."""

    def __init__(self, script: Script, template: Webhook, *, may_hurry: bool, status: int) -> None:
        self.script = script
        self._status = status
        self.template = template
        webhooks, deliveries = webhooks_of(script, template), deliveries_of(script, template)
        self.webhooks = DynamoWebhooks(webhooks)
        self.registry: Any = _Named(DynamoRegistry(webhooks, 100), script)
        self.lanes: Any = _Named(DynamoLanes(webhooks), script)
        self.jobs: Any = _Named(DynamoJobs(webhooks), script)
        self.deliveries: Any = _Named(DynamoDeliveries(deliveries, 30, Writer(script)), script)  # type: ignore[arg-type]
        self.aside: Any = _Named(DynamoAside(deliveries, 30), script)
        self.reader = DynamoDeliveryReader(deliveries)
        self.withdrawals: Any = _Named(DynamoWithdrawals(deliveries, 30), script)
        self.hurries = may_hurry
        self.may_hurry = False  # until its run has begun

    def sending(self) -> SendingPorts:
        """Return what sending needs."""
        return SendingPorts(
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            aside=self.aside,
            lanes=self.lanes,
            vault=self,  # type: ignore[arg-type]  # it only opens
            sender=self,
            wake_ups=_WakeUps(self.script),
            alerting=_Silent(),
            clock=_stopped,
            slow_after_ms=SLOW_AFTER_MS,
            alert_after_ms=0,
            token=_token,
            chance=lambda: 0.0,
            pause=lambda _: None,
        )

    def requests(self) -> Requests:
        """Return what answers admins."""
        return Requests(
            reader=self.reader,
            aside=self.aside,
            withdrawals=self.withdrawals,
            jobs=self.jobs,
            lanes=self.lanes,
            wake_ups=_WakeUps(self.script),
            clock=_stopped,
            token=_token,
        )

    def open(self, webhook: Webhook) -> Opened:
        """Open the vault: the webhook has no secret."""
        return Opened(webhook, Credentials())

    def keeping(self) -> Any:
        """Return a sender for a run."""
        return nullcontext(self)

    def send(self, request: Any, _deadline: Any) -> AttemptResult:
        """POST."""
        mask = sum(_BITS_BY_ID[one["eventId"]] for one in json.loads(request.body)["events"])
        of_copies, self.script.of_copies = self.script.of_copies, False
        try:
            kind, mark = self.script.ask("post", mask, of_copies)
        except PynamoDBException as error:
            raise OurFaultError from error
        if kind == "refused":
            return replace(failed(self._status), failure=Failure(_CLASSES[self._status], "Refused."))
        self.script.named = mark if kind == "named" else 0
        if kind == "gone":
            return failed(410)
        return AttemptResult(mark, SLOW_AFTER_MS + 1, 202) if kind == "slow" else AttemptResult(NOW, 20, 202)

    def remaining_seconds(self) -> float:
        """Say how much time a run has left: enough, unless it may be over."""
        return 100 if not self.may_hurry or self.script.ask("time") == "enough" else 10

    def count_skipped(self, *_arguments: Any) -> Waiting:
        """Answer for the reader of deliveries: nothing depends on it."""
        return Waiting(0)

    def due(self, _before_ms: int) -> Iterator[Due]:
        """Answer for the index: whether it is right shows when the webhook is read."""
        yield Due(ACCOUNT_ID, WEBHOOK_ID)


class _Named:
    """Tells a script which method of a store asks."""

    def __init__(self, store: Any, script: Script) -> None:
        self._store = store
        self._script = script

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def named(*arguments: Any, **others: Any) -> Any:
            self._script.site = name if name != "change" else f"change {arguments[2].name}"
            return method(*arguments, **others)

        return named


class _WakeUps:
    def __init__(self, script: Script) -> None:
        self._script = script

    def send(self, webhook: Webhook, _delay_seconds: int) -> None:
        assert webhook.lane.owner == OWN
        try:
            self._script.ask("send")
        except PynamoDBException as error:
            raise OurFaultError from error

    def visible(self) -> int:
        return 0

    def postpone(self, _receipt_handle: str, _seconds: int) -> None:
        """It comes back."""


class _Silent(Alerting):
    def __init__(self) -> None:
        """Nothing depends on an alert."""

    def tell(self, *_arguments: Any) -> None:
        """Tell nobody."""


class Programs:
    """Runs processes of a scenario."""

    def __init__(self, template: Webhook, *, may_hurry: bool, status: int) -> None:
        self._template = template
        self._may_hurry = may_hurry
        self._status = status

    def __call__(self, program: tuple[Any, ...], script: Script) -> End:
        """Run a process from its start; raises `Suspended` at the first call without an answer."""
        world = World(script, self._template, may_hurry=self._may_hurry, status=self._status)
        try:
            return End(_PROGRAMS[program[0]](world, *program[1:]))
        except OurFaultError:
            return End(FAULT, faulty=True)


def _dispatch(world: World, mask: int) -> str:
    events = [one for one in EVENTS if mask >> NUMBERS[one.key] & 1]
    Dispatch(world.sending(), SameThread())(events, FixedDeadline(25))
    return "done"


def _run(world: World, resumed: Any = None) -> bool:
    if resumed is not None:
        status, health, lane = resumed[0]
        world.script.resumed = resumed
        world.lanes = Resumed(world.lanes, replace(world.template, status=status, health=health, lane=lane))
    ports = world.sending()
    redelivery = Redelivery(ports, Pages(ports, world.jobs, world.reader))
    wake_up = WakeUp("m", "m", ACCOUNT_ID, WEBHOOK_ID, OWN)
    return redelivery(wake_up, world).back_in_seconds is not None


def _sweep(world: World) -> None:
    Sweep(world.sending(), overdue=world)()


def _redeliver(world: World, number: int) -> str:
    webhook = world.webhooks.get(ACCOUNT_ID, WEBHOOK_ID)
    delivery = None if webhook is None else world.reader.get(WEBHOOK_ID, EVENTS[number].key, NOW)
    if webhook is None or delivery is None:
        return "404"
    try:
        world.requests().one(webhook, delivery, "admin")
    except NotActiveError:
        return "409"
    return "202"


def _job(world: World, status: str) -> str:
    webhook = world.webhooks.get(ACCOUNT_ID, WEBHOOK_ID)
    if webhook is None:
        return "404"
    try:
        world.requests().many(webhook, DeliveryStatus(status), NOW, NOW + 1_000, "admin")
    except (NotActiveError, JobRunningError):
        return "409"
    return "202"


def _cancel(world: World, number: int) -> str:
    delivery = world.reader.get(WEBHOOK_ID, EVENTS[number].key, NOW)
    if delivery is None:
        return "404"
    try:
        world.requests().cancel(delivery)
    except NotWaitingError:
        return "409"
    return "200"


def _admin(world: World, *changes: str) -> None:
    administration = Administration(
        registry=world.registry,
        vault=world,  # type: ignore[arg-type]
        wake_ups=_WakeUps(world.script),
        reader=world,  # type: ignore[arg-type]  # it only counts what was skipped
        policy=TargetPolicy(),
        clock=_stopped,
        token=_token,
    )
    try:
        for change in changes:
            if change == "delete":
                administration.remove(ACCOUNT_ID, WEBHOOK_ID, None)
            else:
                _switch(administration, change)
    except (VersionConflictError, NoSuchWebhookError, InvalidRegistrationError):
        return


def _switch(administration: Administration, change: str) -> None:
    """Switch off or on; where another job is in the way of catching up, go without."""
    changes = Changes(active=change != "off", catch_up=change == "caught up")
    try:
        administration.change(ACCOUNT_ID, WEBHOOK_ID, changes, None, "admin")
    except JobRunningError:
        administration.change(ACCOUNT_ID, WEBHOOK_ID, Changes(active=True), None)


_PROGRAMS: dict[str, Any] = {
    "dispatch": _dispatch,
    "run": _run,
    "sweep": _sweep,
    "redeliver": _redeliver,
    "job": _job,
    "cancel": _cancel,
    "admin": _admin,
}


def _stopped() -> int:
    return NOW


def _token() -> str:
    return OWN
