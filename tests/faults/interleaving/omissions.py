"""What can be left out of the lane, one thing at a time, and what comes of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from recado.adapters.dynamodb import delivery_items, delivery_reader, delivery_store, key_ranges, withdrawals
from recado.adapters.dynamodb.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.lane_store import DynamoLanes
from recado.ports import Expect
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.webhook.lane import left, owned
from recado.rules.webhook.webhook import Status
from recado.use_cases.managing import switching
from recado.use_cases.sending.direct import dispatch as dispatch_module
from recado.use_cases.sending.direct.dispatch import Dispatch
from recado.use_cases.sending.queued import redelivery as redelivery_module
from recado.use_cases.sending.queued import run as run_module
from recado.use_cases.sending.queued.hold import Hold
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.progress import Ended
from recado.use_cases.sending.queued.run import Run
from recado.use_cases.sending.requests import Requests
from tests.faults.interleaving import tables

Leaving = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Omission:
    """What is left out, the scenario that misses it, and what it finds."""

    scenario: str
    problem: str
    leaving: Leaving = nullcontext
    conditions: tuple[str, ...] = ()


def without(owner: Any, name: str, instead: Any) -> Leaving:
    """Return what puts something else in the place of a part of the code."""
    return lambda: patch.object(owner, name, instead)


def _settle_as_it_was(self: Any, sendings: Any) -> None:
    for one in sendings:
        self._settle_one(one, one.webhook)


def _put_first(self: Any, webhook: Any, delivery: Any, requested_by: str) -> Any:
    now = self._clock()
    if delivery.status_at(now) is not DeliveryStatus.PENDING:
        self._aside.renew(delivery.again(now, requested_by))
    after = self._with_owner(webhook, now)
    self._lanes.change(webhook, after, Expect.ANYTHING)
    self._wake_ups.send(after, 0)
    return delivery


def _send_first(self: Any, webhook: Any, delivery: Any, requested_by: str) -> Any:
    now = self._clock()
    after = self._with_owner(webhook, now)
    self._lanes.change(webhook, after, Expect.ANYTHING)
    self._wake_ups.send(after, 0)
    if delivery.status_at(now) is not DeliveryStatus.PENDING:
        self._aside.renew(delivery.again(now, requested_by))
    return delivery


def _place_first(self: Any, job: Any, deadline: Any) -> None:
    found, position, done = self._read(job)
    copies = [one.again(job.created_at, job.requested_by) for one in found if job.wants(one)]
    self._jobs.advance(job, job.advanced(position, len(copies), 0, done=done))
    for fault in self._ports.deliveries.record(copies, [], deadline).values():
        raise fault


def _only_pages_with_copies(self: Any, job: Any, deadline: Any) -> None:
    found, position, done = self._read(job)
    copies = [one.again(job.created_at, job.requested_by) for one in found if job.wants(one)]
    for fault in self._ports.deliveries.record(copies, [], deadline).values():
        raise fault
    if copies or done:
        self._jobs.advance(job, job.advanced(position, len(copies), 0, done=done))


def _all_that_waits(self: Any, webhook: Any, job: Any) -> Any:
    head = self._heads.read(webhook, self._hold.cut)
    if not head.is_empty:
        return head
    self._pages.put_next(job, self._deadline)
    return None


def _log_first(self: Any, places: Any) -> list[Any]:
    if places[0][0].endswith("#backlog"):
        keys = dict.fromkeys(key.removesuffix("##again") for _, key in places)
        self.logged = list(self._table.batch_get([(places[0][0].removesuffix("#backlog"), key) for key in keys]))
        return list(self._table.batch_get(places))
    return list(self.logged)


_next_head = Run._next_head


def _nothing_waits(self: Any, webhook: Any) -> Any:
    self._hold.job_is_done = False
    head = self._heads.read(webhook, self._hold.cut)
    return head if head.is_empty else _next_head(self, webhook)


def _without_look_up(self: Any, deliveries: Any, deadline: Any) -> None:
    self._put([self._item(one) for one in deliveries if one.requested_at is None], deadline)
    self._delete([self._waiting(one, "" if one.requested_at is None else "##again") for one in deliveries], deadline)


def _deleted_first(self: Any, deliveries: Any, _attempts: Any, deadline: Any) -> None:
    copies = [one for one in deliveries if one.requested_at is not None]
    self._delete([*map(self._waiting, deliveries), *(self._waiting(one, "##again") for one in copies)], deadline)
    self._put([*map(self._item, deliveries)], deadline)


def _itself_alone(self: Any, deliveries: Any, _attempts: Any, deadline: Any) -> None:
    self._put([*map(self._item, deliveries)], deadline)
    self._delete([self._waiting(one, "" if one.requested_at is None else "##again") for one in deliveries], deadline)


_record = DynamoDeliveries.record


def _unconfirmed(self: Any, *arguments: Any) -> dict[str, Any]:
    _record(self, *arguments)
    return {}


def _off_alone(webhook: Any, owner: str, now: int) -> Any:
    return replace(webhook, lane=owned(webhook.lane, owner, now)) if (webhook.status is Status.ACTIVE) else webhook


def _on_alone(webhook: Any, _owner: str, _now: int) -> Any:
    return webhook if webhook.status is Status.ACTIVE else replace(webhook, lane=left(webhook.lane))


_sending = dispatch_module._sending


def only_what_is_new(*arguments: Any) -> Any:
    """Stand in for a dispatcher's `_sending`."""
    one = _sending(*arguments)
    one.already_pending = False
    return one


_renew = Hold.renew


def _counting_on(self: Any) -> bool:
    quick = self._quick
    holds = _renew(self)
    self._quick = quick
    return holds


def _write_once(self: Any, health: Any, *, status: Any = Status.ACTIVE, lane: Any = lambda one: one) -> bool:
    return bool(self.write(replace(self.webhook, status=status, health=health, lane=lane(self._lane()))))


def backlog_alone(self: Any, webhook: Any) -> bool:
    """Stand in for a sweep's look."""
    return next(self._ports.deliveries.backlog(webhook.webhook_id, 1), None) is not None


@contextmanager
def _one_key() -> Iterator[None]:
    with ExitStack() as stack:
        for module in (delivery_items, delivery_store, delivery_reader, key_ranges, withdrawals, tables):
            stack.enter_context(patch.object(module, "COPY_SUFFIX", ""))
        yield


LATE = "nobody comes but a sweep, and nothing has gone wrong"
_LEFT = "what a job was to send was left out"
_NO_END = "no end can be reached"
_SLOW = "slow, marked meanwhile, and a death"
_COMES_AND_GOES = "recovered, while another owner comes and goes"
_LEASE_ENDS = "a job, and a lease that ends"
_SWITCHED = "off and on, ordered, two runs"
_STEPS: dict[str, tuple[str, str, Any, str, Any]] = {
    "the second look": (_COMES_AND_GOES, LATE, Hold, "claim_back", lambda _: False),
    "reading again before each POST": (_SLOW, LATE, Hold, "renew", lambda _: True),
    "reading again after the put": (_COMES_AND_GOES, LATE, Dispatch, "_settle", _settle_as_it_was),
    "seeing to it where it waits already": (
        "such a lease, and a death",
        "stranded",
        dispatch_module,
        "_sending",
        only_what_is_new,
    ),
    "confirming what was put": ("a job, and faults", _LEFT, DynamoDeliveries, "record", _unconfirmed),
    "a request's owner before its copy": ("again, and the copy expires", "stranded", Requests, "one", _put_first),
    "a request's message last": ("again, and the copy expires", LATE, Requests, "one", _send_first),
    "a job's page before its place": ("a job of what has expired", _LEFT, Pages, "put_next", _place_first),
    "a job's place after an empty page": (
        "two jobs of two kinds",
        _NO_END,
        Pages,
        "put_next",
        _only_pages_with_copies,
    ),
    "nothing behind a catch-up's page": (
        "caught up, and what waits",
        "sent ahead of what is to be caught up",
        Run,
        "_head_before_the_rest",
        _all_that_waits,
    ),
    "what was skipped: the backlog before the log": (
        "caught up, and a cancel",
        "sent after it was cancelled",
        DynamoDeliveryReader,
        "_read_all",
        _log_first,
    ),
    "no giving up with a job": (_LEASE_ENDS, _NO_END, Run, "_next_head", _nothing_waits),
    "carrying jobs on": (_LEASE_ENDS, _LEFT, Pages, "unfinished", lambda *_: None),
    "a job leaves out what has ended since": (
        "a job, and a cancel",
        "sent after it was cancelled",
        Job,
        "wants",
        lambda self, one: one.status_at(self.created_at) is self.status,
    ),
    "the look-up before expiry": (
        "expires, and a death",
        "what was DELIVERED is EXPIRED",
        DynamoDeliveries,
        "expire",
        _without_look_up,
    ),
    "putting before deleting": ("slow, found by its owner", "lost", DynamoDeliveries, "finish", _deleted_first),
    "the late look": ("again, off and on", "stranded", run_module, "given_up", lambda lane, _, **__: left(lane)),
    "off: no owner": ("a job, and off", _NO_END, switching, "switched", _off_alone),
    "on: a new owner": (_SWITCHED, "stranded", switching, "switched", _on_alone),
    "coming back after another's lease": (
        "messages that come twice",
        LATE,
        redelivery_module,
        "_refused",
        lambda *_: Ended(),
    ),
    "recognising a change": ("slow, found by its owner", LATE, DynamoLanes, "_is_stored", lambda *_: False),
    "the owner counts anew after a mark": (_SLOW, "a mark of slowness is lost", Hold, "renew", _counting_on),
    "writing again after a mark": (_SLOW, LATE, Hold, "save", _write_once),
    "ending the lease": (_SWITCHED, "a run ends, and keeps its lease", Hold, "release", lambda _: None),
}
_CONDITIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "lease: free": (_SWITCHED, "two send at once", ("take_lease.lease_until", "take_lease.lease_holder")),
    "lease: due": (
        "messages that come twice",
        "a run begins before it is due",
        ("take_lease.due_at", "take_lease.lease_holder"),
    ),
    "writer: no owner": (_SWITCHED, "two send at once", ("change UNOWNED.owner",)),
    "request: active": ("again, off and on", _NO_END, ("change ANYTHING.status",)),
    "sweep: due as read": (_COMES_AND_GOES, "a late look is undone", ("change UNCHANGED.due_at",)),
    "run: owner": ("two jobs", _LEFT, ("change LEASED.owner",)),
    "lease: owner": (
        "slow, found by its owner",
        "a run begins that does not own the webhook",
        ("take_lease.owner",),
    ),
    "lease: recognised": (
        "slow, found by its owner",
        "a run ends, and keeps its lease",
        ("take_lease.lease_holder",),
    ),
    "writer: active": ("off", _NO_END, ("change UNOWNED.status",)),
    "run: mark of slowness": (_SLOW, "a mark of slowness is lost", ("change LEASED.slow_at",)),
    "mark: told by one": (
        "slow, found by two dispatchers",
        "told twice that it is slow",
        ("mark_slow.slow_told_at",),
    ),
    "mark: webhook": ("deleted, and slow", "a webhook that was removed is there again", ("mark_slow.version",)),
    "job: no other": ("two jobs of two kinds", _LEFT, ("start.state",)),
    "job: active": ("a job, and off", _NO_END, ("start.status",)),
    "cancel: no end": (
        "cancelled, while it expires",
        "what was DELIVERED is CANCELLED",
        ("withdraw.log of a delivery",),
    ),
    "cancel: the copy waits": (
        "again, and cancelled",
        "a cancel is confirmed of what does not wait",
        ("withdraw.backlog of a copy",),
    ),
    "admin: status": ("410, and on again", "stranded", ("replace.status",)),
}
LEFT_OUT = {
    name: Omission(scenario, problem, without(owner, attribute, instead))
    for name, (scenario, problem, owner, attribute, instead) in _STEPS.items()
}
LEFT_OUT |= {"a copy's own key": Omission(_LEASE_ENDS, "sent again, and nothing has gone wrong", _one_key)}
LEFT_OUT |= {
    name: Omission(scenario, problem, conditions=conditions)
    for name, (scenario, problem, conditions) in _CONDITIONS.items()
}
