"""What can be left out of the lane, one thing at a time, and what comes of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from recado.adapters.dynamodb import delivery_items, delivery_reader, delivery_store, key_ranges, withdrawals
from recado.adapters.dynamodb.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.lane_store import DynamoLanes
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.webhook.lane import left
from recado.use_cases.managing import administration
from recado.use_cases.sending import dispatch as dispatch_module
from recado.use_cases.sending import redelivery as redelivery_module
from recado.use_cases.sending import run as run_module
from recado.use_cases.sending.dispatch import Dispatch
from recado.use_cases.sending.hold import Hold
from recado.use_cases.sending.pages import Pages
from recado.use_cases.sending.redelivery import Ended
from recado.use_cases.sending.requests import Requests
from recado.use_cases.sending.run import Run
from recado.use_cases.sending.sweep import Sweep
from tests.faults.interleaving import tables

Leaving = Callable[[], AbstractContextManager[Any]]


def _without(owner: Any, name: str, instead: Any) -> Leaving:
    return lambda: patch.object(owner, name, instead)


def _settle_as_it_was(self: Any, sendings: Any) -> None:
    for one in sendings:
        self._settle_one(one, one.webhook)


def _put_first(self: Any, webhook: Any, delivery: Any, requested_by: str, deadline: Any) -> Any:
    now = self._clock()
    if delivery.status_at(now) is not DeliveryStatus.PENDING:
        self._deliveries.record([delivery.again(now, requested_by)], [], deadline)
    after = self._with_owner(webhook, now)
    self._lanes.change(webhook, after, redelivery_anything())
    self._wake_ups.send(after, 0)
    return delivery


def _send_first(self: Any, webhook: Any, delivery: Any, requested_by: str, deadline: Any) -> Any:
    now = self._clock()
    after = self._with_owner(webhook, now)
    self._lanes.change(webhook, after, redelivery_anything())
    self._wake_ups.send(after, 0)
    if delivery.status_at(now) is not DeliveryStatus.PENDING:
        self._deliveries.record([delivery.again(now, requested_by)], [], deadline)
    return delivery


def redelivery_anything() -> Any:
    """Return what a request expects of a webhook: nothing."""
    return dispatch_module.Expect.ANYTHING


def _place_first(self: Any, job: Any, deadline: Any) -> None:
    found, done = self._read(job)
    copies = [one.again(job.created_at, job.requested_by) for one in found if job.wants(one)]
    self._jobs.advance(job, job.advanced(found, len(copies), 0, done=done))
    for fault in self._ports.deliveries.record(copies, [], deadline).values():
        raise fault


def _only_pages_with_copies(self: Any, job: Any, deadline: Any) -> None:
    found, done = self._read(job)
    copies = [one.again(job.created_at, job.requested_by) for one in found if job.wants(one)]
    for fault in self._ports.deliveries.record(copies, [], deadline).values():
        raise fault
    if copies or done:
        self._jobs.advance(job, job.advanced(found, len(copies), 0, done=done))


_next_head = Run._next_head


def _nothing_waits(self: Any, webhook: Any) -> Any:
    self._job_is_done = False
    head = self._heads.read(webhook)
    return head if head.is_empty else _next_head(self, webhook)


def _without_look_up(self: Any, deliveries: Any, deadline: Any) -> None:
    self._put([self._item(one) for one in deliveries if one.requested_at is None], deadline)
    self._delete([self._waiting(one, "" if one.requested_at is None else "#again") for one in deliveries], deadline)


def _deleted_first(self: Any, deliveries: Any, _attempts: Any, deadline: Any) -> None:
    copies = [one for one in deliveries if one.requested_at is not None]
    self._delete([*map(self._waiting, deliveries), *(self._waiting(one, "#again") for one in copies)], deadline)
    self._put([*map(self._item, deliveries)], deadline)


def _itself_alone(self: Any, deliveries: Any, _attempts: Any, deadline: Any) -> None:
    self._put([*map(self._item, deliveries)], deadline)
    self._delete([self._waiting(one, "" if one.requested_at is None else "#again") for one in deliveries], deadline)


_record = DynamoDeliveries.record


def _unconfirmed(self: Any, *arguments: Any) -> dict[str, Any]:
    _record(self, *arguments)
    return {}


def _off_alone(webhook: Any, owner: str, now: int) -> Any:
    return (
        administration.replace(webhook, lane=administration.owned(webhook.lane, owner, now))
        if (webhook.status is administration.Status.ACTIVE)
        else webhook
    )


_sending = dispatch_module._sending


def _only_what_is_new(*arguments: Any) -> Any:
    one = _sending(*arguments)
    one.already_pending = False
    return one


_refused = redelivery_module._refused


def _renew(self: Any) -> bool:
    self._posted = False
    return bool(self._hold.renew())


def _write_once(self: Any, ended: Any, health: Any) -> bool:
    webhook = self._hold.webhook
    return bool(self._hold.write(replace(webhook, health=health, lane=ended(self._lane()))))


def _backlog_alone(self: Any, webhook: Any) -> bool:
    return next(self._ports.deliveries.backlog(webhook.webhook_id, 1), None) is not None


@contextmanager
def _one_key() -> Iterator[None]:
    with ExitStack() as stack:
        for module in (delivery_items, delivery_store, delivery_reader, key_ranges, withdrawals, tables):
            stack.enter_context(patch.object(module, "COPY_SUFFIX", ""))
        yield


LEFT_OUT: dict[str, Leaving] = {
    "the second look": _without(Hold, "claim_back", lambda _: False),
    "reading again before each POST": _without(Hold, "renew", lambda _: True),
    "reading again after the put": _without(Dispatch, "_settle", _settle_as_it_was),
    "seeing to it where it waits already": _without(dispatch_module, "_sending", _only_what_is_new),
    "confirming what was put": _without(DynamoDeliveries, "record", _unconfirmed),
    "a request's owner before its copy": _without(Requests, "one", _put_first),
    "a request's message last": _without(Requests, "one", _send_first),
    "a job's page before its place": _without(Pages, "put_next", _place_first),
    "a job's place after an empty page": _without(Pages, "put_next", _only_pages_with_copies),
    "no giving up with a job": _without(Run, "_next_head", _nothing_waits),
    "carrying jobs on": _without(Pages, "unfinished", lambda *_: None),
    "a job leaves out what has ended since": _without(
        Job, "wants", lambda self, one: one.status_at(self.created_at) is self.status
    ),
    "a copy's own key": _one_key,
    "the look-up before expiry": _without(DynamoDeliveries, "expire", _without_look_up),
    "putting before deleting": _without(DynamoDeliveries, "finish", _deleted_first),
    "a copy takes its original with it": _without(DynamoDeliveries, "finish", _itself_alone),
    "the late look": _without(run_module, "given_up", lambda lane, _: left(lane)),
    "off: no owner": _without(administration, "_switched", _off_alone),
    "on: a new owner": _without(administration, "_switched", lambda webhook, *_: webhook),
    "coming back after another's lease": _without(redelivery_module, "_refused", lambda *_: Ended()),
    "the sweep looks for a job": _without(Sweep, "_is_needed", _backlog_alone),
    "recognising a change": _without(DynamoLanes, "_is_stored", lambda *_: False),
    "the owner counts anew after a mark": _without(Run, "_renew", _renew),
    "writing again after a mark": _without(Run, "_write_last", _write_once),
    "ending the lease": _without(Hold, "release", lambda _: None),
}
CONDITIONS: dict[str, tuple[str, ...]] = {
    "lease: owner": ("take_lease.owner",),
    "lease: active": ("take_lease.status",),
    "lease: free": ("take_lease.lease_until", "take_lease.lease_holder"),
    "lease: due": ("take_lease.due_at", "take_lease.lease_holder"),
    "lease: recognised": ("take_lease.lease_holder",),
    "writer: no owner": ("change UNOWNED.owner",),
    "writer: active": ("change UNOWNED.status",),
    "request: active": ("change ANYTHING.status",),
    "sweep: owner": ("change UNCHANGED.owner",),
    "sweep: due as read": ("change UNCHANGED.due_at",),
    "sweep: active": ("change UNCHANGED.status",),
    "run: owner": ("change LEASED.owner",),
    "run: lease": ("change LEASED.lease_holder",),
    "run: active": ("change LEASED.status",),
    "run: mark of slowness": ("change LEASED.slow_at",),
    "release: lease": ("release.lease_holder",),
    "mark: webhook": ("mark_slow.version",),
    "job: no other": ("start.state",),
    "job: active": ("start.status",),
    "page: this job": ("advance.job_id",),
    "page: running": ("advance.state",),
    "page: place": ("advance.position",),
    "cancel: it waits": ("withdraw.backlog of a delivery",),
    "cancel: no end": ("withdraw.log of a delivery",),
    "cancel: the copy waits": ("withdraw.backlog of a copy",),
    "cancel: the log knows it": ("withdraw.log of a copy",),
    "admin: version": ("replace.version",),
    "admin: status": ("replace.status",),
    "delete: version": ("remove.version",),
}
NOTHING: Leaving = nullcontext
