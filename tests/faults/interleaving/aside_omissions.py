"""What can be left out of setting aside, one thing at a time, and what comes of it."""

from dataclasses import replace
from typing import Any

from recado.adapters.dynamodb.aside_store import DynamoAside
from recado.adapters.dynamodb.delivery_items import delivery_to_item
from recado.adapters.dynamodb.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.withdrawals import DynamoWithdrawals
from recado.rules.webhook.failing import failing
from recado.rules.webhook.lane import left
from recado.use_cases.sending import dispatch as dispatch_module
from recado.use_cases.sending import outcomes as outcomes_module
from recado.use_cases.sending import sweep as sweep_module
from recado.use_cases.sending.aside import Aside
from recado.use_cases.sending.dispatch import Dispatch
from recado.use_cases.sending.outcomes import Outcomes
from recado.use_cases.sending.pages import Pages
from recado.use_cases.sending.parcel import Parcel, Source
from recado.use_cases.sending.run import Run
from recado.use_cases.sending.sweep import Sweep
from tests.faults.interleaving.omissions import (
    Omission,
    backlog_alone,
    only_what_is_new,
    without,
)
from tests.faults.interleaving.tables import Transaction


def _without_a_last_look(self: Any, webhook: Any) -> Any:
    aside = self._aside.next(webhook) if self._aside.has_turn(webhook) else None
    head = aside or self._next_head(webhook)
    if aside is not None or head is None or head.is_empty:
        return aside if head is not None and not getattr(head, "is_empty", False) else head and Parcel(Source.HEAD, [])
    self._expire(head)
    return Parcel(Source.HEAD, head.batch, head.by_events, head.by_bytes, head.bounds) if head.batch else None


_set_aside = Dispatch._set_aside
_settle = Dispatch._settle


def _settled_first(self: Any, sendings: Any) -> None:
    _settle(self, sendings)
    for sending in sendings:
        _set_aside(self, sending, 0)


def _not_what_was_named(sending: Any) -> bool:
    return bool(sending.failed or sending.waiting or sending.already_pending)


def _beside(self: Any, copy: Any) -> None:
    self._moved(lambda transaction: transaction.save(self._item(copy)))


def _page_beside(self: Any, job: Any, deadline: Any) -> None:
    found, done = self._read(job)
    missing = [one for one in found if job.wants(one) and one.requested_at != job.created_at]
    copies = [one.again(job.created_at, job.requested_by) for one in missing]
    self._ports.deliveries.record(copies, [], deadline)
    self._jobs.advance(job, job.advanced(found, len(copies), 0, done=done))


def _page_of_what_waits(self: Any, job: Any, deadline: Any) -> None:
    found, done = self._read(job)
    missing = [one for one in found if job.wants(one) and one.requested_at != job.created_at]
    for one in missing:
        self._ports.aside.renew(one.again(job.created_at, job.requested_by))
    self._jobs.advance(job, job.advanced(found, len(missing), 0, done=done))


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


def _as_if_unordered(webhook: Any, *arguments: Any, **named: Any) -> Any:
    return failing(replace(webhook, ordered=False), *arguments, **named)


def _new_in_the_log(self: Any, delivery: Any, *, waits: bool) -> bool:
    table = self._table

    def fill(transaction: Any) -> None:
        if waits:
            key = delivery.event.key + ("#again" if delivery.is_copy else "")
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


_STEPS: dict[str, tuple[str, str, Any, str, Any]] = {
    "the look at what is set aside before giving up": ("", "", Run, "_parcel", _without_a_last_look),
    "the sweep's look at what is set aside": ("", "", Sweep, "_is_needed", backlog_alone),
    "one more late look": ("", "", sweep_module, "emptied", lambda lane, _: left(lane)),
    "setting aside before reading again": ("", "", Dispatch, "_settle", _settled_first),
    "seeing to it what was named": ("", "", dispatch_module, "_is_to_be_settled", _not_what_was_named),
    "seeing to it what is set aside already": ("", "", dispatch_module, "_sending", only_what_is_new),
    "looking for the end of what fails alone": ("", "", DynamoDeliveries, "forget_ended", lambda *_: False),
    "forgetting only what was read": ("", "", DynamoAside, "_forget", lambda _, item: item.delete()),
    "a copy in one place": ("", "", DynamoAside, "renew", _beside),
    "a job's copy in one place": ("", "", Pages, "put_next", _page_beside),
    "a job ends what has expired aside": ("", "", Pages, "put_next", _page_of_what_waits),
    "what was asked for is due": ("", "", Aside, "_is_due", _when_it_is_time),
    "what was tried before it was asked for is due": ("", "", Aside, "_is_due", _since_it_was_set_aside),
    "ending what was moved back while it was out": ("", "", Outcomes, "_of_aside", _nothing_more),
    "ordered: nothing aside": ("", "", outcomes_module, "failing", _as_if_unordered),
    "setting aside what is aside already": ("", "", DynamoAside, "put", _new_in_the_log),
    "cancelling what is in two places": ("", "", DynamoWithdrawals, "_ending", _unless_it_is_known),
    "one transaction": ("", "", DynamoAside, "_moved", _moved_in_two),
}
_CONDITIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "set aside: it waits": ("", "", ("put.backlog of a delivery",)),
    "set aside: the copy waits": ("", "", ("put.backlog of a copy",)),
    "set aside: no end": ("", "", ("put.log of a delivery",)),
    "kept: it is aside": ("", "", ("keep.aside of a delivery",)),
    "kept: the copy is aside": ("", "", ("keep.aside of a copy",)),
    "ended: it is aside": ("", "", ("end.aside of a delivery",)),
    "ended: the copy is aside": ("", "", ("end.aside of a copy",)),
    "ended: no end": ("", "", ("end.log of a delivery",)),
    "moved back: it is aside": ("", "", ("back.aside of a delivery",)),
    "moved back: no end": ("", "", ("back.log of a delivery",)),
    "cancel: it is aside": ("", "", ("withdraw.aside of a delivery",)),
    "cancel: the copy is aside": ("", "", ("withdraw.aside of a copy",)),
    "cancel: no end of what is aside": ("", "", ("withdraw.log of a delivery",)),
    "expiry: it is aside": ("", "", ("note_expired.aside of a delivery",)),
    "expiry: no end of what is aside": ("", "", ("note_expired.log of a delivery",)),
}
ASIDE_LEFT_OUT = {
    name: Omission(scenario, problem, without(owner, attribute, instead))
    for name, (scenario, problem, owner, attribute, instead) in _STEPS.items()
}
ASIDE_LEFT_OUT |= {
    name: Omission(scenario, problem, conditions=conditions)
    for name, (scenario, problem, conditions) in _CONDITIONS.items()
}
