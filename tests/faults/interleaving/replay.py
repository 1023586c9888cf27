"""Use cases that are run step by step without a thread: what a process has been answered so far is all its state.

The use cases are deterministic between two calls of their ports. So a process is advanced by running it from its start
with the answers it has had, as far as the first call that has no answer yet: that call is the process's next step.
"""

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

from recado.ports import Opened, OurFaultError, Recorded, VersionConflictError
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.wake_up import WakeUp
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.alert import MOST_COUNTED
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Health, Status, Webhook
from recado.use_cases.managing.administration import Administration
from recado.use_cases.sending import redelivery as redelivery_module
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.dispatch import Dispatch
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.redelivery import Redelivery
from recado.use_cases.sending.sweep import Sweep
from tests.unit.builders import NOW, delivered, event, failed, pending
from tests.unit.use_cases.fakes.journal import FixedDeadline, SameThread

EVENTS = [event(f"e{number}", timestamp=NOW + number) for number in range(3)]
ACCOUNT_ID, WEBHOOK_ID = "1010", "wh_1"
ME = "me"  # a lease holder, whoever it is: the store knows who is calling
_BITS = {one.key: 1 << number for number, one in enumerate(EVENTS)}
_BITS_BY_ID = {one.event_id: 1 << number for number, one in enumerate(EVENTS)}
_TO_STORE = frozenset({"record", "finish"})


class Suspended(BaseException):
    """The process has come to a call that has no answer yet: no handler of the code under test catches this."""


class Answer(NamedTuple):
    """What a call of a port was answered, in a form that can be compared: a kind, and what there is to say."""

    kind: str
    content: Hashable = None


DONE, FAULT, CONFLICT = Answer("done"), Answer("fault"), Answer("conflict")


@dataclass(frozen=True)
class Call:
    """The next step of a process."""

    operation: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class End:
    """A process has ended: with what its use case returned, or by a fault of ours."""

    value: Any = None
    faulty: bool = False


class Omissions(NamedTuple):
    """What is left out of the protocol, to see that it is missed."""

    second_reading: bool = False
    dispatchers_check: bool = False


class Script:
    """All the ports of one process; those that nobody else can see the effect of answer at once."""

    def __init__(self, answers: list[Answer], decode: Callable[[Answer], Any], omissions: Omissions) -> None:
        self._answers = answers
        self._decode = decode
        self._omissions = omissions
        self._position = 0
        self._last = ""
        self.next_call: Call | None = None

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda *arguments, **named: self._call(operation, (*arguments, *named.values()))

    def open(self, webhook: Webhook) -> Opened:
        """Open the vault: the webhook has no secret."""
        return Opened(webhook, Credentials())

    def backlog_size(self, _webhook_id: str, _at_most: int) -> int:
        """Count for an alert's text, which nothing depends on."""
        return MOST_COUNTED

    def _call(self, operation: str, arguments: tuple[Any, ...]) -> Any:
        if operation in _TO_STORE:
            arguments = (list(arguments[0]),)
            if not arguments[0]:
                return None
        last, self._last = self._last, operation
        if operation == "backlog" and last == "save_under_lease" and self._omissions.second_reading:
            return []
        if self.next_call is not None:
            raise Suspended
        if self._position == len(self._answers):
            self.next_call = Call(operation, _digest(operation, arguments))
            raise Suspended
        answer = self._answers[self._position]
        self._position += 1
        value = self._decode(answer)
        if isinstance(value, Exception):
            raise value
        return value


def _digest(operation: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what of a call's arguments counts, so that the store has nothing to work out at every step."""
    return _DIGESTS[operation](*arguments) if operation in _DIGESTS else ()


def _recorded(deliveries: list[Delivery]) -> tuple[int, ...]:
    kinds = (DeliveryStatus.PENDING, DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED)
    return tuple(_mask(d.event.key for d in deliveries if d.status is status) for status in kinds)


def _saved(webhook: Webhook, _holder: str, health: Health, status: Status, release: bool) -> tuple[Any, ...]:
    return (webhook.status, essence(health), (status, release))


_DIGESTS: dict[str, Callable[..., tuple[Any, ...]]] = {
    "record": _recorded,
    "finish": lambda deliveries: (_mask(delivery.event.key for delivery in deliveries),),
    "recorded": lambda wanted: (_mask(one.key for one in wanted[WEBHOOK_ID]),),
    "post": lambda request, _: (sum(_BITS_BY_ID[one["eventId"]] for one in json.loads(request.body)["events"]),),
    "mark_failing": lambda webhook, health, status: (
        (webhook.health.version, webhook.status),
        essence(health),
        status,
    ),
    "save_under_lease": _saved,
    "disown": lambda webhook: (webhook,),
    "remove": lambda webhook: (webhook,),
    "replace": lambda current, changed, _sealed: (current, changed),
}


def essence(health: Health) -> Health:
    """Return a health without what is only counted or shown; whether a time has come is for the store to choose."""
    due = None if health.next_attempt_at is None else NOW
    since = None if health.failing_since is None else NOW
    return replace(health, attempts=min(health.attempts, 1), next_attempt_at=due, failing_since=since, last_error=None)


def _mask(keys: Iterable[str]) -> int:
    return sum(_BITS[key] for key in keys)


def of_mask(mask: int) -> list[Any]:
    """Return the pending deliveries that a set of bits stands for, oldest first."""
    return [pending(one) for one in EVENTS if _BITS[one.key] & mask]


def statuses(log: int, skipped: int, backlog: int) -> dict[tuple[str, str], Recorded]:
    """Return the answer to a look-up of recorded deliveries: one that is in log and backlog is pending."""
    found: dict[tuple[str, str], Recorded] = {}
    for mask, status in (
        (log, DeliveryStatus.DELIVERED),
        (skipped, DeliveryStatus.SKIPPED),
        (backlog, DeliveryStatus.PENDING),
    ):
        found |= {(WEBHOOK_ID, one.key): Recorded(status, one.name) for one in EVENTS if _BITS[one.key] & mask}
    return found


POSTS: dict[str, AttemptResult] = {"accepted": delivered(), "refused": failed(), "gone": failed(410)}
REFUSALS: dict[str, Exception] = {
    "fault": OurFaultError("throttled"),
    "conflict": VersionConflictError(),
}


def run(program: Hashable, script: Script) -> End:
    """Run a process from its start; raises `Suspended` at the first call without an answer."""
    try:
        return End(_run(program, script))
    except OurFaultError:
        return End(faulty=True)


def _run(program: Any, script: Any) -> Any:
    match program:
        case ("dispatch", number):
            return _dispatch(script)([EVENTS[number]], FixedDeadline(25))
        case ("redelivery", message):
            wake_up = WakeUp(f"m{message}", f"m{message}", ACCOUNT_ID, WEBHOOK_ID)
            with patch.object(redelivery_module, "uuid", SimpleNamespace(uuid4=lambda: SimpleNamespace(hex=ME))):
                [answer] = _redelivery(script)([wake_up], FixedDeadline(100))
            return answer.back_in_seconds
        case ("sweep",):
            return Sweep(_ports(script), overdue=script, jobs=script)()
        case ("admin", *changes):
            return _administer(script, changes)
    raise LookupError(program)


def _administer(script: Any, changes: list[str]) -> None:
    administration = Administration(
        registry=script, deliveries=script, vault=script, wake_ups=script, policy=TargetPolicy(), clock=_stopped
    )
    try:
        for change in changes:
            if change == "remove":
                administration.remove(ACCOUNT_ID, WEBHOOK_ID, None)
            else:
                administration.change(ACCOUNT_ID, WEBHOOK_ID, Changes(active=change == "activate"), None)
    except VersionConflictError:
        return


def _dispatch(script: Any) -> Dispatch:
    return Dispatch(_ports(script), SameThread())


def _redelivery(script: Any) -> Redelivery:
    return Redelivery(_ports(script), script, SameThread())


def _ports(script: Any) -> SendingPorts:
    return SendingPorts(
        webhooks=script,
        deliveries=script,
        health=script,
        vault=script,
        sender=_Posts(script),
        wake_ups=script,
        alerting=_alerting(script),
        clock=_stopped,
    )


def _alerting(script: Any) -> Alerting:
    return Alerting(SimpleNamespace(send=script.alert), script, _stopped)


class _Posts:
    """Tells a POST from a wake-up: both ports call it `send`."""

    def __init__(self, script: Any) -> None:
        self._script = script

    def send(self, request: Any, deadline: Any) -> Any:
        """Send one POST."""
        return self._script.post(request, deadline)


def _stopped() -> int:
    return NOW
