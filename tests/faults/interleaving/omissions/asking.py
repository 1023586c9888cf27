"""What can be left out of requests and jobs, one thing at a time, and what comes of it."""

from dataclasses import replace
from typing import Any

from recado.adapters.dynamodb.deliveries.aside_moves import moving_back, renewing
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.lanes.job_store import DynamoJobs
from recado.adapters.dynamodb.lanes.request_store import DynamoRequests
from recado.rules.delivery.job import Job, JobState
from recado.rules.webhook.lane import asked_for, left, owned
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing import switching
from recado.use_cases.sending import jobs as jobs_module
from recado.use_cases.sending.queued import pages as pages_module
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.run import Run
from recado.use_cases.sending.requests import Requests
from tests.faults.interleaving.omissions.leaving import LATE, LEFT_OUT_BY_A_JOB, Omission, both, without
from tests.faults.interleaving.stepping.tables import together

_ask = DynamoRequests.ask


def _copy_apart(self: Any, before: Any, after: Any, activity: Any, *, back: Any = None, copy: Any = None) -> bool:
    """The copy first, and then its owner."""
    if copy is not None:
        together(self._deliveries.script, renewing(self._deliveries, copy, 30))
    if back is not None:
        together(self._deliveries.script, moving_back(self._deliveries, back, 30))
    return bool(_ask(self, before, after, activity))


def _send_first(self: Any, webhook: Any, act: Any, *, back: Any = None, copy: Any = None) -> bool:
    after = replace(webhook, lane=asked_for(webhook.lane, self._asking.token(), act.at))
    self._asking.wake_ups.send(after, 0)
    return bool(self._store.ask(webhook, after, act, back=back, copy=copy))


def _place_first(self: Any, _webhook: Any, job: Any, deadline: Any) -> Any:
    found, looked_to = self._read(job)
    copies = [one.again(job.created_at, job.requested_by) for one in found if job.wants(one)]
    progressed = self._after(job, looked_to, requeued=len(copies))
    self._jobs.advance(job, progressed)
    for fault in self._ports.deliveries.record(copies, [], deadline).values():
        raise fault
    return progressed


_advance = DynamoJobs.advance


def _only_pages_with_copies(self: Any, current: Any, progressed: Any) -> bool:
    if progressed.requeued == current.requeued and progressed.is_unfinished:
        return True
    return bool(_advance(self, current, progressed))


def _all_that_waits(self: Any, webhook: Any, job: Any) -> Any:
    head = self._heads.read(webhook, self._hold.cut)
    if not head.is_empty:
        return head
    self._put_next(job)
    return None


def _log_first(self: Any, places: Any) -> list[Any]:
    if places[0][0].endswith("#backlog"):
        keys = dict.fromkeys(key.removesuffix("##again") for _, key in places)
        self.logged = list(self._table.batch_get([(places[0][0].removesuffix("#backlog"), key) for key in keys]))
        return list(self._table.batch_get(places))
    return list(self.logged)


_next_head = Run._next_head


def _nothing_waits(self: Any, webhook: Any, job: Any) -> Any:
    head = self._heads.read(webhook, self._hold.cut)
    return head if head.is_empty else _next_head(self, webhook, job)


_record = DynamoDeliveries.record


def _unconfirmed(self: Any, *arguments: Any) -> dict[str, Any]:
    _record(self, *arguments)
    return {}


def _named_still(_self: Any, _job: Any, item: Any, actions: Any, unchanged: Any) -> Any:
    return lambda transaction: transaction.update(item, actions=actions, condition=unchanged)


def _in_turn(jobs: Any, *, active: bool) -> Any:
    """Return the oldest one."""
    found = [job for job in jobs if job.is_unfinished and (active or job.withdraws)]
    return min(found, key=lambda job: (job.created_at, job.job_id)) if found else None


_wants = Job.wants


def _whoever_asked(self: Any, delivery: Any) -> bool:
    return bool(delivery.waits_again if self.state is JobState.ENDING else _wants(self, delivery))


_waiting = DynamoDeliveryReader.waiting


def _at_any_time(self: Any, webhook_id: str, selection: Any, after: Any, now_ms: int, _requested_at: Any = None) -> Any:
    return _waiting(self, webhook_id, selection, after, now_ms)


_LEFT = LEFT_OUT_BY_A_JOB
_NO_END = "no end can be reached"
_LEASE_ENDS = "a job, and a lease that ends"
_CANCELLED = "sent after it was cancelled"
_TWICE = "a request has its effect twice"
_STEPS: dict[str, tuple[str, str, Any, str, Any]] = {
    "confirming what was put": ("a job, and faults", _LEFT, DynamoDeliveries, "record", _unconfirmed),
    "a request's copy with its owner": ("again, and the copy expires", "stranded", DynamoRequests, "ask", _copy_apart),
    "a request's message last": ("again, and the copy expires", LATE, Requests, "_ask", _send_first),
    "a job's page before its place": ("a job of what has expired", _LEFT, Pages, "_requeued", _place_first),
    "a job's place after an empty page": (
        "two jobs of two kinds",
        _NO_END,
        DynamoJobs,
        "advance",
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
        _CANCELLED,
        DynamoDeliveryReader,
        "_read_all",
        _log_first,
    ),
    "no giving up with a job": (_LEASE_ENDS, _NO_END, Run, "_next_head", _nothing_waits),
    "carrying jobs on": (_LEASE_ENDS, _NO_END, Pages, "next_job", lambda *_: None),
    "a job leaves out what has ended since": (
        "a job, and a cancel",
        _CANCELLED,
        Job,
        "wants",
        lambda self, one: one.status_at(self.created_at) is self.selection.status,
    ),
    "on: a new owner": (
        "off and on, ordered, two runs",
        "stranded",
        switching,
        "asked_for",
        lambda lane, *_: left(lane),
    ),
    "a finished job is named no more": (
        _LEASE_ENDS,
        "a webhook does not name the jobs that are unfinished",
        DynamoJobs,
        "_finished",
        _named_still,
    ),
    "withdrawing goes first": ("a job, all withdrawn", _CANCELLED, pages_module, "next_of", _in_turn),
    "a cancel leaves the wait": (
        "all withdrawn during a wait, and new events",
        "sent before a wait is over",
        jobs_module,
        "asked_to_withdraw",
        owned,
    ),
    "what ended before is deleted": (
        "all withdrawn, and two deaths",
        _CANCELLED,
        DynamoDeliveries,
        "forget_ended",
        lambda *_: False,
    ),
    "what is not wanted": ("unwanted, in the backlog", _CANCELLED, Webhook, "wants", lambda *_: True),
}
_CONDITIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "request: active": ("again, off and on", "asked for sending while it is off", ("ask.status",)),
    "job: active": ("a job, and off", "asked for sending while it is off", ("start.status",)),
    "request: once": ("again, once", _TWICE, ("ask.once",)),
    "job: once": ("a job, once", _TWICE, ("start.once",)),
    "job: so many": ("many jobs", "more jobs than there may be", ("start.jobs", "start.size(jobs)")),
    "progress: running still": ("a job ended, and a failed POST", _CANCELLED, ("advance.state",)),
    "end: running still": (
        "a job ended, and a failed POST",
        "a webhook does not name the jobs that are unfinished",
        ("end.state", "end.position"),
    ),
    "lease: for jobs while off": (
        "all withdrawn while off, and deaths",
        _NO_END,
        ("take_lease.jobs",),
    ),
    "off: no job since": ("all withdrawn, and off", "a job is left over", ("replace.jobs",)),
}
ASKING_LEFT_OUT = {
    name: Omission(scenario, problem, without(owner, attribute, instead))
    for name, (scenario, problem, owner, attribute, instead) in _STEPS.items()
}
ASKING_LEFT_OUT |= {
    name: Omission(scenario, problem, conditions=conditions)
    for name, (scenario, problem, conditions) in _CONDITIONS.items()
}
ASKING_LEFT_OUT |= {
    "off: an owner for jobs": Omission(
        "all withdrawn, and off",
        "a job is left over",
        without(switching, "switched_off", lambda lane, *_: left(lane)),
        ("replace.jobs",),
    ),
    "an ending job's own copies": Omission(
        "a job ended, and another's copy",
        "withdrawn, and nobody has asked for that",
        both(without(Job, "wants", _whoever_asked), without(DynamoDeliveryReader, "waiting", _at_any_time)),
    ),
}
LONG_ASKING_LEFT_OUT = {
    "cancel: once": Omission("cancelled, once, again, once more", _TWICE, conditions=("withdraw.once",))
}
