"""What must hold of every POST."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from recado.adapters.dynamodb.tables import COPY_SUFFIX
from recado.rules.sending.attempt import AttemptResult
from tests.faults.simulation import Simulation
from tests.faults.years.aws.invocations import CLOCK_FAULTS, WEBHOOKS, Invocation
from tests.faults.years.checks.ledger import Ledger
from tests.faults.years.checks.watched import Watched
from tests.faults.years.faults import HOUR_MS

_SLACK_MS = 15_000
_MOST_FAILURES_AN_HOUR = 35
"""A dozen of the head, as many of what is behind it, and at first some more, while the waits are short."""
_MOST_TRIES_AN_HOUR = 15
"""A dozen of each event that is set aside."""
_LATE_MS = 90_000


@dataclass(eq=False)
class Post:
    """A POST of an invocation."""

    webhook_id: str
    url: str
    keys: tuple[str, ...]
    invocation: Invocation
    began_ms: int
    ended_ms: int = 0

    @property
    def by_owner(self) -> bool:
        """Whether a run sends it."""
        return self.invocation.function == "redelivery"


class Posts:
    """Looks at each POST as it begins and ends."""

    def __init__(
        self,
        simulation: Simulation,
        ledger: Ledger,
        last_fault_ms: Callable[[], int],
        is_queued: Callable[[str], bool],
    ) -> None:
        self._simulation = simulation
        self._ledger = ledger
        self._last_fault_ms = last_fault_ms
        self._is_queued = is_queued
        self._open: defaultdict[str, list[Post]] = defaultdict(list)
        self._acknowledged: dict[tuple[str, str], Post] = {}
        self.received: Counter[tuple[str, str]] = Counter()
        self.dispatched: Counter[str] = Counter()
        self.number = 0
        self.events = 0
        self.failed = 0
        self.repeated: Counter[str] = Counter()

    @contextmanager
    def open(self, post: Post) -> Iterator[None]:
        """Judge a POST that begins, and have it under way until the end."""
        watched = self._ledger.webhooks[post.webhook_id]
        self._ledger.tell(post.webhook_id, "POST", *post.keys[:3], len(post.keys))
        self.number += 1
        self.events += len(post.keys)
        self._check(post, watched)
        self._open[post.webhook_id].append(post)
        try:
            yield
        finally:
            self._open[post.webhook_id].remove(post)
            watched.moved_ms = post.invocation.posted[post.webhook_id] = self._simulation.now_ms

    def stored(self, post: Post, keys: Sequence[str]) -> None:
        """Note what the receiver has."""
        for key in keys:
            self.received[post.webhook_id, key] += 1

    def answered(self, post: Post, result: AttemptResult, named: Sequence[str]) -> None:
        """Note what the sender was answered, and which events the receiver has named as not taken."""
        post.ended_ms = self._simulation.now_ms
        watched, now = self._ledger.webhooks[post.webhook_id], self._simulation.now_ms
        self._ledger.tell(post.webhook_id, "answer", result.status_code, "" if result.delivered else "failed", *named)
        delivered = result.delivered and len(named) < len(post.keys)
        self.failed += not delivered
        if delivered:
            watched.succeeded_ms = now
            watched.failures.clear()
            self._acknowledged |= {(post.webhook_id, key): post for key in post.keys if key not in named}
        else:
            watched.failed_ms = now
            self._check_patience(post, watched)
            watched.gone_ms = now if result.gone else watched.gone_ms

    def acknowledged_since(self, webhook_id: str, key: str, since_ms: int) -> bool:
        """Whether a POST with this event was acknowledged since then."""
        post = self._acknowledged.get((webhook_id, key))
        return post is not None and post.ended_ms >= since_ms

    def forget(self, webhook_id: str, keys: Sequence[str]) -> None:
        """Forget events that are done with."""
        for key in keys:
            self._acknowledged.pop((webhook_id, key), None)
            self.received.pop((webhook_id, key), None)

    def _check(self, post: Post, watched: Watched) -> None:
        if list(post.keys) != sorted(set(post.keys)):
            self._ledger.problem(post.webhook_id, "a POST is not in order")
        self._check_permission(post, watched)
        self._check_senders(post, watched)
        for key in post.keys:
            self._check_cancelled(post, watched, key)
            self._check_wanted(post, watched, key)
            self._check_repeated(post, watched, key)
        self._check_promptness(post, watched)
        alone = len(post.keys) == 1 and (not watched.ordered or post.keys[0] in watched.aside)
        if post.by_owner and not alone and (watched.ordered or not watched.jobs):
            self._check_order(post, watched)

    def _check_patience(self, post: Post, watched: Watched) -> None:
        """A receiver that fails is left alone for five minutes, but for what looks for the culprit.

        So is each event that is set aside, whose receiver is well.
        """
        now, key = self._simulation.now_ms, post.keys[0]
        failures = watched.failures[key if key in watched.aside else ""]
        if post.by_owner:
            failures.append(now)
        while failures and failures[0] < now - HOUR_MS:
            failures.popleft()
        if len(failures) > (_MOST_TRIES_AN_HOUR if key in watched.aside else _MOST_FAILURES_AN_HOUR):
            self._ledger.problem(post.webhook_id, f"sent to {len(failures)} times in an hour, while it fails")

    def _check_promptness(self, post: Post, watched: Watched) -> None:
        """Where nothing has gone wrong, what waits is not left until a sweep finds it.

        What a drain could not settle comes back with its message, and waits that double lie between.
        """
        waits = watched.backlog.get(post.keys[0])
        if waits is None or not post.by_owner or watched.failing or watched.faults or post.keys[0] in watched.aside:
            return
        if self._is_queued(post.keys[0]):
            return
        since = max(waits[0], watched.moved_ms)
        if post.began_ms - since > _LATE_MS and since - self._last_fault_ms() > HOUR_MS / 2:
            late = (post.began_ms - since) // 1000
            self._ledger.problem(post.webhook_id, f"{post.keys[0]} is sent after {late} s, and nothing has gone wrong")

    def _check_permission(self, post: Post, watched: Watched) -> None:
        """The webhook was active, and had this address, when it was last read or since."""
        saw = _saw_webhook(post, watched)
        if saw < post.invocation.posted.get(post.webhook_id, 0):
            self._ledger.problem(post.webhook_id, "a further POST, and the webhook was not read again before it")
        if not watched.on.since(saw):
            self._ledger.problem(post.webhook_id, "a POST to a webhook that was off when it was read")
        later = [url for at, url in watched.urls if at >= saw]
        before = [url for at, url in watched.urls if at < saw][-1:]
        if post.url not in (*before, *later):
            self._ledger.problem(post.webhook_id, "a POST to an address that was given up")

    def _check_senders(self, post: Post, watched: Watched) -> None:
        if not post.by_owner:
            since = watched.queued_since
            if since is not None and _saw_webhook(post, watched) > since:
                self._ledger.problem(post.webhook_id, "sent to directly while it is queued")
            return
        for other in self._open[post.webhook_id]:
            if other.by_owner and not (other.invocation.hurt | post.invocation.hurt) & CLOCK_FAULTS:
                self._ledger.problem(post.webhook_id, f"two send at once, the other is {other.invocation.number}")

    def _check_cancelled(self, post: Post, watched: Watched, key: str) -> None:
        at = watched.cancelled.get(key)
        if at is None or any(saw <= at or _copied(watched, key, saw) for saw in _saw_delivery(post)):
            return
        self._ledger.problem(post.webhook_id, f"{key} is sent after it was cancelled")

    def _check_wanted(self, post: Post, watched: Watched, key: str) -> None:
        """The webhook wanted such events when it was read, or since; and no job was ended that has put this there."""
        if not self._ledger.wanted(watched, key, _saw_webhook(post, watched)):
            self._ledger.problem(post.webhook_id, f"{key} is sent to a webhook that does not want it")
        ended_ms = watched.asked.ended(watched.requested.get(key))
        if ended_ms is None or not post.by_owner or key in watched.backlog or key in watched.late:
            return
        # What was sent already is not withdrawn: a death between its log and its backlog lets it be sent once more.
        sent = self._acknowledged.get((post.webhook_id, key))
        if sent is not None and sent.invocation.hurt:
            return
        if all(saw > ended_ms for saw in _saw_delivery(post)):
            self._ledger.problem(post.webhook_id, f"{key} is sent for a job that was ended")

    def _check_repeated(self, post: Post, watched: Watched, key: str) -> None:
        """An event that was acknowledged is sent again where it was asked for, or a fault explains it."""
        before = self._acknowledged.get((post.webhook_id, key))
        if before is None or before is post:
            return
        saw = min(_saw_delivery(post))
        if any(_copied(watched, key, each) for each in _saw_delivery(post)):
            reason = "asked for again"
        elif before.invocation.hurt:
            reason = "a fault of the first sender"
        elif key in watched.revived:
            reason = "a fault of whoever put it there"
        elif self.dispatched[key] > 1 and (
            key in watched.at_once or saw <= watched.recorded.get(key, self._simulation.now_ms)
        ):
            reason = "two at once"
        else:
            self._ledger.problem(
                post.webhook_id, f"{key} is sent again, and nothing explains it; first by {before.invocation.number}"
            )
            return
        self.repeated[reason] += 1

    def _check_order(self, post: Post, watched: Watched) -> None:
        """What waited when the backlog was read, and belongs before what is sent, is sent along."""
        saw, carried, last = _saw_delivery(post)[0], set(post.keys), post.keys[-1]
        for sort, (came_ms, expires_ms) in watched.backlog.items():
            key = sort.removesuffix(COPY_SUFFIX)
            if key < last and key not in carried and came_ms < saw and expires_ms > post.began_ms + _SLACK_MS:
                if not self._ledger.wanted(watched, key, _saw_webhook(post, watched)):
                    continue
                self._ledger.problem(post.webhook_id, f"{key} waits, and {last} is sent before it")
                return


def _saw_webhook(post: Post, watched: Watched) -> int:
    saw = post.invocation.saw
    return max(saw.get((WEBHOOKS, watched.webhook_id), 0), saw.get((WEBHOOKS, watched.account_id), 0))


def _saw_delivery(post: Post) -> list[int]:
    """When its events may have been read: in the backlog, or, of one alone, among what is set aside."""
    saw = post.invocation.saw_waiting(post.webhook_id)
    return saw if len(post.keys) == 1 else saw[:1]


def _copied(watched: Watched, key: str, saw: int) -> bool:
    return key in watched.copies and watched.copies[key].at(saw)
