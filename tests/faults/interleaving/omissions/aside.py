"""What can be left out of setting aside, one thing at a time, and what comes of it."""

from typing import Any
from unittest.mock import patch

from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.delivery_items import delivery_to_item
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.rules.webhook.lane import left
from recado.use_cases.sending.direct import dispatch as dispatch_module
from recado.use_cases.sending.queued import sweep as sweep_module
from recado.use_cases.sending.queued.aside import Aside
from recado.use_cases.sending.queued.outcomes import Outcomes
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.run import Run
from recado.use_cases.sending.queued.sweep import Sweep
from tests.faults.interleaving.omissions.leaving import (
    ASKED_AND_NOT_TRIED,
    Omission,
    backlog_alone,
    only_what_is_new,
    without,
)
from tests.faults.interleaving.stepping.tables import Transaction

_next = Aside.next


def _without_a_last_look(self: Any, webhook: Any) -> Any:
    def may_go_first(one: Aside, seen: Any) -> bool:
        return one.comes_first(seen) and not self._turns.aside_gives_way

    with patch.object(Aside, "next", lambda one, seen: _next(one, seen) if may_go_first(one, seen) else None):
        return _parcel(self, webhook)


_parcel = Run._parcel


def _not_what_was_named(sending: Any) -> bool:
    return bool(sending.failed or sending.waiting or sending.already_pending)


def _beside(self: Any, copy: Any) -> None:
    self._moved(lambda transaction: transaction.save(self._item(copy)))


def _page_beside(self: Any, _webhook: Any, job: Any, deadline: Any) -> Any:
    found, looked_to = self._read(job)
    missing = [one for one in found if job.wants(one) and one.requested_at != job.created_at]
    copies = [one.again(job.created_at, job.requested_by) for one in missing]
    self._ports.deliveries.record(copies, [], deadline)
    return self._after(job, looked_to)


def _since_it_was_set_aside(self: Any, one: Any, webhook: Any) -> bool:
    tried_at = max(one.set_aside_at or 0, one.last_attempt_at or 0)
    return (one.retry_at or 0) <= self._ports.clock() or tried_at < (webhook.lane.asked_at or 0)


def _when_it_is_time(self: Any, one: Any, _webhook: Any) -> bool:
    return bool((one.retry_at or 0) <= self._ports.clock())


def _nothing_more(self: Any, delivery: Any, posted: Any) -> Any:
    after, _ = self._aside.tried(delivery, posted)
    if posted.result.delivered:
        self._ports.aside.end(after)
        return self._recovered(anything_aside=False)
    self._ports.aside.keep(after)
    return None


def _as_if_unordered(self: Any, head: Any, bounds: Any, *, drawn: bool) -> Any:
    return self._heads.behind(self._hold.webhook, head, bounds, drawn=drawn)


def _new_in_the_log(self: Any, delivery: Any, *, waits: bool) -> bool:
    table = self._table

    def fill(transaction: Any) -> None:
        if waits:
            key = delivery.event.key + ("##again" if delivery.is_copy else "")
            transaction.delete(table(delivery.webhook_id + "#backlog", key), condition=table.key.exists())
        transaction.save(self._item(delivery))
        if not delivery.is_copy:
            transaction.save(self._logged(delivery), condition=table.key.does_not_exist())

    return bool(self._moved(fill))


def _unless_it_is_known(self: Any, delivery: Any, end: Any) -> Any:
    table = self._table

    def fill(transaction: Any) -> None:
        transaction.delete(delivery_to_item(table, delivery, 30), condition=table.key.exists())
        pending = table.status == "PENDING"
        transaction.save(
            delivery_to_item(table, end, 30), condition=pending if delivery.is_aside else table.key.does_not_exist()
        )

    return fill


def _moved_in_two(self: Any, fill: Any) -> bool:
    """Each part by itself: no transaction."""
    whole = Transaction()
    fill(whole)
    answers = []
    for part in whole.parts:
        answers.append(self._connection.ask("transact", part) == "yes")
        if not answers[-1]:
            return False
    return True


_ALONE = "what blocks the others is not set aside"
_AGAIN = "sent again, and nothing has gone wrong"
_APART = "log and aside do not agree"
_ASKED = ASKED_AND_NOT_TRIED
_CANCELLED = "sent after it was cancelled"
_STEPS: dict[str, tuple[str, str, Any, str, Any]] = {
    "the look at what is set aside before giving up": (
        "named by a run",
        "no end can be reached",
        Run,
        "_parcel",
        _without_a_last_look,
    ),
    "the sweep's look at what is set aside": ("aside, tried again", "stranded", Sweep, "_is_needed", backlog_alone),
    "seeing to it what was named": (
        "named, a purge, and a death",
        "stranded",
        dispatch_module,
        "_is_to_be_settled",
        _not_what_was_named,
    ),
    "seeing to it what is set aside already": (
        "named by a dispatcher, and two deaths",
        "stranded",
        dispatch_module,
        "_sending",
        only_what_is_new,
    ),
    "looking for the end of what fails alone": (
        "poison, delivered before",
        _ALONE,
        DynamoDeliveries,
        "forget_ended",
        lambda *_: False,
    ),
    "forgetting only what was read": (
        "aside, moved back, set aside again, and a sweep",
        _APART,
        DynamoAside,
        "_forget",
        lambda _, item: item.delete(),
    ),
    "a copy in one place": ("aside, a copy, and a job", _AGAIN, DynamoAside, "renew", _beside),
    "a job's copy in one place": ("aside, a copy, and a job", _AGAIN, Pages, "_requeued", _page_beside),
    "what was asked for is due": ("named, off and on", _ASKED, Aside, "_is_due", _when_it_is_time),
    "what was tried before it was asked for is due": (
        "poison, off and on",
        _ASKED,
        Aside,
        "_is_due",
        _since_it_was_set_aside,
    ),
    "ending what was moved back while it was out": ("aside, again", _AGAIN, Outcomes, "_of_aside", _nothing_more),
    "ordered: nothing aside": (
        "poison, and ordered",
        "what is ordered is set aside",
        Run,
        "_behind",
        _as_if_unordered,
    ),
    "setting aside what is aside already": ("aside, and in the backlog", _ALONE, DynamoAside, "put", _new_in_the_log),
    "cancelling what is in two places": (
        "aside, in the backlog, and cancelled",
        "what waits cannot be cancelled",
        DynamoWithdrawals,
        "_ending",
        _unless_it_is_known,
    ),
    "one transaction": ("aside, tried again", _APART, DynamoAside, "_moved", _moved_in_two),
}
# An original that is set aside stands in the log: there each of the two conditions does for both.
_CONDITIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "set aside: it waits": (
        "poison, and cancelled",
        "what was CANCELLED is PENDING",
        ("put.backlog of a delivery", "put.log of a delivery"),
    ),
    "set aside: the copy waits": ("poison, a copy, cancelled", _CANCELLED, ("put.backlog of a copy",)),
    "set aside: no end": ("named by one of two", "what was DELIVERED is PENDING", ("put.log of a delivery",)),
    "kept: it is aside": ("aside, again", _APART, ("keep.aside of a delivery",)),
    "kept: the copy is aside": ("aside, a copy, cancelled", _CANCELLED, ("keep.aside of a copy",)),
    "ended: it is aside": ("aside, again", _AGAIN, ("end.aside of a delivery", "end.log of a delivery")),
    "ended: the copy is aside": ("aside, a copy, again", _AGAIN, ("end.aside of a copy",)),
    "moved back: it is aside": ("aside, again", _AGAIN, ("ask.aside of a delivery", "ask.log of a delivery")),
    "cancel: it is aside": (
        "aside, cancelled",
        "a cancel is confirmed of what does not wait",
        ("withdraw.aside of a delivery", "withdraw.log of a delivery"),
    ),
    "cancel: the copy is aside": (
        "aside, a copy, cancelled",
        "a cancel is confirmed of what does not wait",
        ("withdraw.aside of a copy",),
    ),
    "cancel: no end of what is aside": (
        "named, and cancelled",
        "what was DELIVERED is CANCELLED",
        ("withdraw.log of a delivery",),
    ),
    "expiry: it is aside": (
        "aside, again, and it expires",
        "a cancel is confirmed of what does not wait",
        ("note_expired.aside of a delivery", "note_expired.log of a delivery"),
    ),
}
ASIDE_LEFT_OUT = {
    name: Omission(scenario, problem, without(owner, attribute, instead))
    for name, (scenario, problem, owner, attribute, instead) in _STEPS.items()
}
ASIDE_LEFT_OUT |= {
    name: Omission(scenario, problem, conditions=conditions)
    for name, (scenario, problem, conditions) in _CONDITIONS.items()
}
LONG_LEFT_OUT = {
    "one more late look": Omission(
        "aside, cancelled, while a request is overtaken",
        "stranded",
        without(sweep_module, "emptied", lambda lane, _: left(lane)),
    )
}
