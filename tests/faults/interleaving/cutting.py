"""How the real code is cut into steps: what is patched, and where a run's past is forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from recado.adapters.dynamodb import delivery_reader, job_store, webhook_registry, withdrawals
from recado.ports import Lease
from recado.rules.sending import retry
from recado.rules.webhook import lane as lane_module
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending import pages as pages_module
from recado.use_cases.sending import redelivery as redelivery_module
from recado.use_cases.sending import run as run_module
from recado.use_cases.sending.hold import Hold
from recado.use_cases.sending.posting import post
from recado.use_cases.sending.progress import Ended
from recado.use_cases.sending.run import Run
from tests.faults.interleaving.lane_item import QUICK_POSTS, WAIT_MS
from tests.faults.interleaving.tables import together


@contextmanager
def installed() -> Iterator[None]:
    """Let the adapters make their transactions here, jobs have pages of one event, and slowness end after two POSTs."""
    together_here: dict[str, Any] = {"accepted_together": together, "connection_of": lambda table: table.script}
    with (
        patch.multiple(job_store, **together_here),
        patch.multiple(withdrawals, **together_here),
        patch.multiple(webhook_registry, **together_here),
        patch.object(pages_module, "MOST_IN_A_PAGE", 1),
        patch.object(delivery_reader, "looked_through", _one_by_one),
        patch.object(lane_module, "QUICK_POSTS", QUICK_POSTS),
        patch.object(run_module, "post", _noting_copies),
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


def _noting_copies(ports: Any, sender: Any, *arguments: Any, requested_by: str | None = None, **named: Any) -> Any:
    sender.script.of_copies = requested_by is not None
    return post(ports, sender, *arguments, requested_by=requested_by, **named)


class _CutRun(Run):
    """A run whose past is forgotten before each of its POSTs, but for what it knows."""

    _known = ("_is_stale", "_has_turn", "_copies_turn", "_job_is_done", "_slow", "_quick")

    def __init__(self, ports: Any, pages: Any, hold: Hold, **named: Any) -> None:
        super().__init__(ports, pages, hold, **named)
        self._script = named["sender"].script
        self._goes_on = False
        if self._script.resumed is not None:
            _, taken, self._heads._at_once, known = self._script.resumed
            hold._taken = taken
            self.__dict__ |= dict(zip(self._known, known, strict=True))

    def _step(self) -> Ended | None:
        if self._goes_on:
            hold, known = self._hold, tuple(getattr(self, name) for name in self._known)
            now = hold.webhook
            assert hold.is_held
            self._script.cut(((now.status, now.health, now.lane), hold._taken, self._heads._at_once, known))
        self._goes_on = True
        self._deadline.may_hurry = self._deadline.hurries  # type: ignore[attr-defined]
        return super()._step()


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
