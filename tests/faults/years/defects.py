"""Defects of the product that the simulation is to notice: what may be left out, and what it says then."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.adapters.dynamodb.lanes import lane_store
from recado.adapters.dynamodb.tables import WebhookItem
from recado.ports.sending import Expect
from recado.rules.activity.activity import Activity
from recado.rules.delivery.delivery import CancelReason
from recado.rules.delivery.job import Job, JobState, next_of
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.direct.dispatch import Dispatch
from recado.use_cases.sending.direct.drain import Drain
from recado.use_cases.sending.queued import pages
from recado.use_cases.sending.queued.head import HeadReader
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.sweep import Sweep, SweepReport
from tests.faults.interleaving.omissions.asking import ASKING_LEFT_OUT
from tests.faults.interleaving.omissions.lane import LEFT_OUT
from tests.faults.years.outside.load import NAMES

Leaving = Callable[[], AbstractContextManager[Any]]


def _patched(owner: Any, name: str, instead: Any) -> Leaving:
    return lambda: patch.object(owner, name, instead)


def _whoever_owns(_table: Any, _before: Any, _expected: Expect) -> Any:
    return WebhookItem.version.exists()


def _cancelled_all_the_same(
    self: DynamoWithdrawals, delivery: Any, now_ms: int, because: CancelReason, activity: Activity | None = None
) -> bool:
    ended = delivery.cancelled(now_ms, because)
    if activity is not None:
        self._activities.note(activity)
    store = DynamoDeliveries(self._table, self._activities.retention_days)
    store._put([store._item(ended)], _Plenty())
    store._delete([store._waiting(delivery)], _Plenty())
    return True


class _Plenty:
    def remaining_seconds(self) -> float:
        return 20.0


_flow_of = Drain._by_account


def _acknowledged_first(self: Drain, window: Any, report: Any) -> Any:
    self._end(window, [], report)
    return _flow_of(self, window, report)


def _recorded_nowhere(self: Dispatch, sendings: Any, _arrived_at: int, _deadline: Any) -> None:
    self._settle([one for one in sendings if one.first_failure])


_read_head = HeadReader.read


def _whatever_it_wants(self: HeadReader, webhook: Webhook, *rest: Any, **part: Any) -> Any:
    return _read_head(self, replace(webhook, event_names=NAMES), *rest, **part)


def _only_while_on(jobs: Iterable[Job], *, active: bool) -> Job | None:
    return next_of(jobs, active=True) if active else None


_withdrawn = Pages._withdrawn


def _ended_and_left(self: Pages, job: Job, deadline: Any) -> Job:
    ends = job.state is JobState.ENDING
    return self._after(job, None) if ends else _withdrawn(self, job, deadline)


DEFECTS: dict[str, Leaving] = {
    "the owner, in conditions": _patched(lane_store, "_as_expected", _whoever_owns),
    "the conditions of a cancel": _patched(DynamoWithdrawals, "withdraw", _cancelled_all_the_same),
    "recording before acknowledging": _patched(Drain, "_by_account", _acknowledged_first),
    "recording": _patched(Dispatch, "_conclude", _recorded_nowhere),
    "the duplicate check": _patched(DynamoDeliveries, "recorded", lambda *_: {}),
    "the mark of a keyed request": _patched(DynamoActivities, "_once", lambda *_: None),
    "what the webhook wants": _patched(HeadReader, "read", _whatever_it_wants),
    "withdrawing while it is off": _patched(pages, "next_of", _only_while_on),
    "what an ended job has put there": _patched(Pages, "_withdrawn", _ended_and_left),
    "the sweep": _patched(Sweep, "__call__", lambda _: SweepReport()),
    **{name: one.leaving for name, one in (LEFT_OUT | ASKING_LEFT_OUT).items() if not one.conditions},
}

NOTICED = (
    "recording before acknowledging",
    "recording",
    "the sweep",
    "reading again before each POST",
    "the duplicate check",
    "the conditions of a cancel",
    "putting before deleting",
    "on: a new owner",
    "the mark of a keyed request",
    "what the webhook wants",
)
"""What a world notices within seconds; what takes a seldom order of steps is for the enumeration, which has all."""
NOTICED_LATE = ("the owner, in conditions", "withdrawing while it is off", "what an ended job has put there")
"""What takes some more worlds."""
