"""What processes do: the real use cases over the real adapters, up to the calls of DynamoDB, SQS and the receiver."""

from dataclasses import replace
from typing import Any

from recado.ports.managing import VersionConflictError
from recado.ports.requests import TooManyJobsError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import Once, Requester
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.selection import Selection
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.rewriting import NoSuchWebhookError
from recado.use_cases.sending.asking import NotActiveError
from recado.use_cases.sending.direct.dispatch import Dispatch
from recado.use_cases.sending.jobs import JobFinishedError, NoSuchJobError
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.redelivery import Redelivery
from recado.use_cases.sending.queued.sweep import Sweep
from recado.use_cases.sending.requests import NotWaitingError, NotWantedError
from tests.faults.interleaving.model.lane_item import EVENTS, NUMBERS, OWN
from tests.faults.interleaving.model.places import ACCOUNT_ID, WEBHOOK_ID
from tests.faults.interleaving.stepping.cutting import Resumed
from tests.faults.interleaving.stepping.process_world import World
from tests.faults.interleaving.stepping.replay import FAULT, End, Script
from tests.unit.builders import NOW
from tests.unit.use_cases.fakes.journal import FixedDeadline, SameThread

_ADMIN = Requester("admin")
_REFUSED = (NotActiveError, NotWantedError, NotWaitingError, TooManyJobsError, JobFinishedError, NoSuchJobError)


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
    Sweep(world.sending(), overdue=world, beside=())()


def _asked(world: World, ask: Any, answer: str) -> str:
    """Ask something about the webhook as it is; what is answered."""
    webhook = world.webhooks.get(ACCOUNT_ID, WEBHOOK_ID)
    if webhook is None:
        return "404"
    try:
        ask(webhook)
    except _REFUSED:
        return "409"
    except VersionConflictError:  # somebody was quicker, at every look: it is to be asked again
        return "503"
    return answer


def _requester(key: str | None) -> Requester:
    """Who asks, with an `Idempotency-Key` or without."""
    return _ADMIN if key is None else replace(_ADMIN, once=Once("a token", "a request"))


def _about(world: World, number: int, ask: Any, answer: str) -> str:
    delivery = world.reader.get(WEBHOOK_ID, EVENTS[number].key, NOW)
    return "404" if delivery is None else _asked(world, lambda webhook: ask(webhook, delivery), answer)


def _redeliver(world: World, number: int, key: str | None = None) -> str:
    def ask(webhook: Webhook, delivery: Any) -> None:
        world.requests().one(webhook, delivery, _requester(key))

    return _about(world, number, ask, "202")


def _cancel(world: World, number: int, key: str | None = None) -> str:
    def ask(webhook: Webhook, delivery: Any) -> None:
        world.requests().cancel(webhook, delivery, _requester(key))

    return _about(world, number, ask, "200")


def _send_now(world: World, key: str | None = None) -> str:
    return _asked(world, lambda webhook: world.requests().send_now(webhook, _requester(key)), "202")


def _job(world: World, status: str, key: str | None = None) -> str:
    selection = Selection(set_aside=True) if status == "ASIDE" else Selection(DeliveryStatus(status))
    return _asked(world, lambda one: world.jobs_of_admins().redeliver(one, selection, _requester(key)), "202")


def _cancel_all(world: World, what: str = "ALL", key: str | None = None) -> str:
    selection = Selection(set_aside=what == "ASIDE")
    return _asked(world, lambda one: world.jobs_of_admins().cancel(one, selection, _requester(key)), "202")


def _end(world: World, key: str | None = None) -> str:
    return _asked(world, lambda one: world.jobs_of_admins().end(one, None, _requester(key)), "202")


def _admin(world: World, *changes: str) -> None:
    administration = world.administration()
    try:
        for change in changes:
            if change == "delete":
                administration.remove(ACCOUNT_ID, WEBHOOK_ID, None, _ADMIN)
            elif change == "url":
                elsewhere = Changes(target_url="https://elsewhere.example/hooks")
                administration.change(ACCOUNT_ID, WEBHOOK_ID, elsewhere, None, _ADMIN)
            else:
                _switch(administration, change)
    except (VersionConflictError, NoSuchWebhookError, InvalidRegistrationError):
        return


def _switch(administration: Administration, change: str) -> None:
    """Switch off or on; where too many jobs are in the way of catching up, go without."""
    changes = Changes(active=change != "off", catch_up=change == "caught up")
    try:
        administration.change(ACCOUNT_ID, WEBHOOK_ID, changes, None, _ADMIN)
    except TooManyJobsError:
        administration.change(ACCOUNT_ID, WEBHOOK_ID, Changes(active=True), None, _ADMIN)


_PROGRAMS: dict[str, Any] = {
    "dispatch": _dispatch,
    "run": _run,
    "sweep": _sweep,
    "redeliver": _redeliver,
    "job": _job,
    "send": _send_now,
    "cancel": _cancel,
    "cancel all": _cancel_all,
    "end": _end,
    "admin": _admin,
}
