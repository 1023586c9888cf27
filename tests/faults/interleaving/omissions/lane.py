"""What can be left out of the lane, one thing at a time, and what comes of it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from recado.adapters.dynamodb import key_ranges
from recado.adapters.dynamodb import pages as adapter_pages
from recado.adapters.dynamodb.deliveries import (
    aside_moves,
    delivery_items,
    delivery_reader,
    delivery_store,
    withdrawals,
)
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.lanes.lane_store import DynamoLanes
from recado.rules.webhook.lane import left
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.direct import dispatch as dispatch_module
from recado.use_cases.sending.direct.dispatch import Dispatch
from recado.use_cases.sending.queued import redelivery as redelivery_module
from recado.use_cases.sending.queued import run as run_module
from recado.use_cases.sending.queued.hold import Hold
from recado.use_cases.sending.queued.progress import Ended
from tests.faults.interleaving.model import places
from tests.faults.interleaving.omissions.leaving import ASKED_AND_NOT_TRIED, LATE, Omission, only_what_is_new, without


def _settle_as_it_was(self: Any, sendings: Any) -> None:
    for one in sendings:
        self._settle_one(one, one.webhook)


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


_renew = Hold.renew


def _counting_on(self: Any) -> bool:
    quick = self._quick
    holds = _renew(self)
    self._quick = quick
    return holds


def _write_once(self: Any, health: Any, *, status: Any = Status.ACTIVE, lane: Any = lambda one: one) -> bool:
    return bool(self.write(replace(self.webhook, status=status, health=health, lane=lane(self._lane()))))


@contextmanager
def _one_key() -> Iterator[None]:
    with ExitStack() as stack:
        for module in (
            delivery_items,
            delivery_store,
            delivery_reader,
            key_ranges,
            withdrawals,
            places,
            aside_moves,
            adapter_pages,
        ):
            stack.enter_context(patch.object(module, "COPY_SUFFIX", ""))
        yield


_TWO_OF_ALL = "two dispatchers, two runs, two failed POSTs"
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
    "the look-up before expiry": (
        "expires, and a death",
        "what was DELIVERED is EXPIRED",
        DynamoDeliveries,
        "expire",
        _without_look_up,
    ),
    "putting before deleting": ("slow, found by its owner", "lost", DynamoDeliveries, "finish", _deleted_first),
    "the late look": (_TWO_OF_ALL, "stranded", run_module, "given_up", lambda lane, _, **__: left(lane)),
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
    "sweep: due as read": (_COMES_AND_GOES, "a late look is undone", ("change UNCHANGED.due_at",)),
    "run: owner": ("poison, off and on", ASKED_AND_NOT_TRIED, ("change LEASED.owner",)),
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
    "writer: active": ("deleted", "a webhook that was removed is there again", ("change UNOWNED.status",)),
    "run: mark of slowness": (_SLOW, "a mark of slowness is lost", ("change LEASED.slow_at",)),
    "mark: told by one": (
        "slow, found by two dispatchers",
        "told twice that it is slow",
        ("mark_slow.slow_told_at",),
    ),
    "mark: webhook": ("deleted, and slow", "a webhook that was removed is there again", ("mark_slow.version",)),
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
    "admin: status": ("410, and another address", "stranded", ("replace.status",)),
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
