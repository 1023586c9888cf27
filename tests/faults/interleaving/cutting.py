"""How the real code is cut into steps: what is patched, and where a run's past is forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from recado.adapters.dynamodb import aside_store, delivery_reader, job_store, webhook_registry, withdrawals
from recado.ports import Lease
from recado.rules.sending import retry
from recado.rules.sending.cutting import UNCUT
from recado.rules.webhook import lane as lane_module
from recado.rules.webhook.webhook import Health, Webhook
from recado.use_cases.sending import direct as direct_module
from recado.use_cases.sending import pages as pages_module
from recado.use_cases.sending import redelivery as redelivery_module
from recado.use_cases.sending import run as run_module
from recado.use_cases.sending.head import Bounds
from recado.use_cases.sending.hold import Hold
from recado.use_cases.sending.parcel import Suspect
from recado.use_cases.sending.posting import Posted, post
from recado.use_cases.sending.progress import Ended
from recado.use_cases.sending.run import Run
from tests.faults.interleaving.lane_item import NUMBERS, QUICK_POSTS, WAIT_MS
from tests.faults.interleaving.sizes import plain_cut, plain_stuck
from tests.faults.interleaving.tables import together


@contextmanager
def installed(page: int) -> Iterator[None]:
    """Let the adapters make their transactions here, jobs have pages of so many events, and two POSTs end slowness."""
    together_here: dict[str, Any] = {"accepted_together": together, "connection_of": lambda table: table.script}
    with (
        patch.multiple(job_store, **together_here),
        patch.multiple(aside_store, **together_here),
        patch.multiple(withdrawals, **together_here),
        patch.multiple(webhook_registry, **together_here),
        patch.object(pages_module, "MOST_IN_A_PAGE", page),
        patch.object(delivery_reader, "looked_through", _one_by_one),
        patch.object(lane_module, "QUICK_POSTS", QUICK_POSTS),
        patch.object(run_module, "post", _noting),
        patch.object(direct_module, "post", _noting),
        patch.object(redelivery_module, "Run", _CutRun),
        patch.object(retry, "wait_ms", lambda *_: WAIT_MS),
        patch.object(retry, "fault_wait_seconds", lambda _: WAIT_MS // 1_000),
    ):
        yield


def _one_by_one(table: Any, partition: str, keys: Any, _wanted: Any) -> tuple[list[str], str | None]:
    """Look at one event of a log, and stop there, whether it is wanted or not."""
    items = table.query(partition, keys)
    found = [item.key for item in items[:1] if item.status == "SKIPPED"]
    return found, items[0].key if len(items) > 1 else None


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
            (self, ("_is_stale", "_has_turn", "_copies_turn")),
            (self._aside, ("_is_open", "gives_way")),
            (hold, ("_taken", "_slow_at", "_quick", "job_is_done", "has_aside", "aside_after")),
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
    return Suspect(head, Bounds(**dict(bounds)), failing, result)


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
