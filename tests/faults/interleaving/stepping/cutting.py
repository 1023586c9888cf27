"""How the real code is cut into steps: what is patched, and where a run's past is forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from recado.adapters.dynamodb.accounts import activity_store
from recado.adapters.dynamodb.deliveries import aside_store, delivery_reader, withdrawals
from recado.adapters.dynamodb.lanes import job_store
from recado.ports.sending import Lease
from recado.rules.sending import retry
from recado.rules.sending.cutting import UNCUT
from recado.rules.webhook import lane as lane_module
from recado.rules.webhook.webhook import Health, Webhook
from recado.use_cases.sending.direct import sending as direct_module
from recado.use_cases.sending.posting import Posted, post
from recado.use_cases.sending.queued import hold as hold_module
from recado.use_cases.sending.queued import pages as pages_module
from recado.use_cases.sending.queued import redelivery as redelivery_module
from recado.use_cases.sending.queued import run as run_module
from recado.use_cases.sending.queued.head import Bounds
from recado.use_cases.sending.queued.hold import Hold
from recado.use_cases.sending.queued.parcel import Suspect
from recado.use_cases.sending.queued.progress import Ended
from recado.use_cases.sending.queued.run import Run
from tests.faults.interleaving.model.lane_item import MOST_JOBS, NUMBERS, QUICK_POSTS, WAIT_MS
from tests.faults.interleaving.model.places import conjunction
from tests.faults.interleaving.model.sizes import plain_cut, plain_stuck
from tests.faults.interleaving.stepping.tables import together


@contextmanager
def installed(page: int) -> Iterator[None]:
    """Let the adapters make their transactions here, jobs have pages of so many events, and two POSTs end slowness."""
    together_here: dict[str, Any] = {"accepted_together": together, "connection_of": lambda table: table.script}
    with (
        patch.multiple(activity_store, **together_here),
        patch.multiple(job_store, **together_here),
        patch.multiple(aside_store, **together_here),
        patch.multiple(withdrawals, **together_here),
        patch.object(job_store, "MOST_UNFINISHED", MOST_JOBS),
        patch.object(pages_module, "MOST_IN_A_PAGE", page),
        patch.object(delivery_reader, "looked_through", _looking_at(page)),
        patch.object(delivery_reader, "first_keys", lambda *_: ([], False)),
        patch.object(lane_module, "QUICK_POSTS", QUICK_POSTS),
        patch.object(hold_module, "told_of_aside", lambda lane, _now: lane),
        patch.object(run_module, "post", _noting),
        patch.object(direct_module, "post", _noting),
        patch.object(redelivery_module, "Run", _CutRun),
        patch.object(retry, "wait_ms", lambda *_: WAIT_MS),
        patch.object(retry, "fault_wait_seconds", lambda _: WAIT_MS // 1_000),
    ):
        yield


def _looking_at(most: int) -> Any:
    """Look at so many items of a partition, and stop there, whether they are wanted or not."""

    def looked_through(table: Any, partition: str, keys: Any, wanted: Any) -> tuple[list[str], str | None]:
        items = list(table.query(partition, keys))
        condition = conjunction(wanted)
        found = [item.key for item in items[:most] if condition is None or _is_wanted(condition, item)]
        return found, items[most - 1].key if len(items) > most else None

    return looked_through


def _is_wanted(condition: Any, item: Any) -> bool:
    operator, name, *values = condition
    if operator == "AND":
        return all(_is_wanted(each, item) for each in condition[1:])
    known = getattr(item, name)
    return known is not None and bool(known >= values[0] if operator == ">=" else known == values[0])


def _noting(
    ports: Any, sender: Any, opened: Any, events: Any, *, requested_by: str | None = None, **named: Any
) -> Posted:
    script = sender.script
    script.of_copies = requested_by is not None
    posted = post(ports, sender, opened, events, requested_by=requested_by, **named)
    refused = {one.key: None for one in events if script.named >> NUMBERS[one.key] & 1}
    return replace(posted, refused=refused)


class _CutRun(Run):
    """A run whose past is forgotten before each of its POSTs, but for what it knows."""

    def __init__(self, ports: Any, pages: Any, hold: Hold, **named: Any) -> None:
        super().__init__(ports, pages, hold, **named)
        self._script = named["sender"].script
        self._goes_on = False
        # Read before it was cut off: else what is known of how large they are is forgotten with the rest.
        self._knowing = (
            (self, ("_is_stale", "_has_turn", "_turns")),
            (self._aside, ("_is_open",)),
            (hold, ("_taken", "_slow", "_quick", "has_aside", "aside_after")),
            (self._heads, ("_at_once",)),
        )
        if self._script.resumed is not None:
            _, known, cut, suspect = self._script.resumed
            for (whose, names), values in zip(self._knowing, known, strict=True):
                for name, value in zip(names, values, strict=True):
                    setattr(whose, name, value)
            hold.cut = cut
            self._outcomes.suspect = None if suspect is None else _suspect(*suspect)

    def _step(self) -> Ended | None:
        if self._goes_on:
            now = self._hold.webhook
            assert self._hold.is_held
            known = tuple(tuple(getattr(whose, name) for name in names) for whose, names in self._knowing)
            # What is stale is read again, before anybody looks at it.
            health = Health(now.health.state) if self._is_stale else _plain(now.health)
            lane = replace(now.lane, cut=plain_cut(now.lane.cut))
            suspect = self._outcomes.suspect
            told = None if suspect is None else _told(suspect)
            self._script.cut(((now.status, health, lane), known, plain_cut(self._hold.cut), told))
        self._goes_on = True
        self._deadline.may_hurry = self._deadline.hurries  # type: ignore[attr-defined]
        return super()._step()


def _plain(health: Health) -> Health:
    return replace(health, attempts=min(health.attempts, 1), last_error=None, stuck=plain_stuck(health.stuck))


def _told(suspect: Suspect) -> tuple[Any, ...]:
    failing = suspect.failing
    plain = replace(failing, health=_plain(failing.health), cut=UNCUT)
    return suspect.head, tuple(suspect.bounds.items()), plain, suspect.result


def _suspect(head: Any, bounds: Any, failing: Any, result: Any) -> Suspect:
    return Suspect(head, Bounds(up_to=dict(bounds).get("up_to")), failing, result)


class Resumed:
    """Has given the lease already."""

    def __init__(self, lanes: Any, webhook: Webhook) -> None:
        self._lanes = lanes
        self._webhook = webhook

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lanes, name)

    def take_lease(self, *_arguments: Any) -> Lease:
        """Answer with the webhook that is known."""
        return Lease(taken=True, webhook=self._webhook)
