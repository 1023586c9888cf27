"""What a run holds: its webhook as it knows it, the lease, and what it has found out since the last write."""

from collections.abc import Callable
from dataclasses import replace

from recado.ports.sending import Expect
from recado.rules.activity.activity import Activity
from recado.rules.sending.attempt import AttemptResult, Failure
from recado.rules.webhook.alert import AlertKind, Slowness, told_of_aside, told_of_slowness
from recado.rules.webhook.lane import Lane, after_quick_posts, leased, owned
from recado.rules.webhook.webhook import Health, Status, Webhook
from recado.use_cases.sending.ports import SendingPorts, disabling
from recado.use_cases.sending.queued.progress import Progress

_TRIES = 3


def _held(lane: Lane) -> Lane:
    return lane


class Hold:
    """The webhook that a run sends to, under the lease that it was read with.

    `cut` is how large its POSTs are by now, `has_aside` and `aside_after` what is known of what is set aside. They go
    along with whatever is written next. `aside_error` is why
    one is set aside, where this run has found that.
    """

    def __init__(self, ports: SendingPorts, webhook: Webhook, progress: Progress) -> None:
        self._ports = ports
        self._progress = progress
        self._taken = webhook.lane
        self._slow: AttemptResult | None = None
        self.aside_error: Failure | None = None
        self._quick = webhook.lane.quick
        self.is_held = True
        self.webhook = webhook
        self.cut = webhook.lane.cut.known_at(ports.clock())
        self.has_aside = webhook.lane.has_aside
        self.aside_after = webhook.lane.aside_after

    def renew(self) -> bool:
        """Read the webhook again; whether this run still is its one sender: it is neither off, gone nor another's."""
        now = self._ports.webhooks.get(self.webhook.account_id, self.webhook.webhook_id)
        if now is None or (now.lane.owner, now.lane.lease_holder) != (self._taken.owner, self._taken.lease_holder):
            return False
        before = self.webhook.lane
        if now.lane.slow_at != before.slow_at:
            self._quick = 0
        if now.lane.cut != before.cut:
            self.cut = now.lane.cut.known_at(self._ports.clock())
        self.webhook = now
        return True

    def note_pace(self, result: AttemptResult) -> None:
        """Note how long the receiver took for a POST."""
        if result.latency_ms > self._ports.slow_after_ms:
            self._slow, self._quick = result, 0
        else:
            self._quick += 1

    def save(self, health: Health, *, disables: bool = False, lane: Callable[[Lane], Lane] = _held) -> bool:
        """Store the health and what was found out, and how the run leaves the lane, if it still is the one sender.

        With `disables` the webhook is switched off, and that is kept as an act.

        Where that was refused because the receiver was found slow meanwhile, it is stored with that. What is new of it
        is told.
        """
        for _ in range(_TRIES):
            before = self.webhook
            now = self._ports.clock()
            after = before.switched_off(Status.DISABLED, now) if disables else before
            act = disabling(self._ports.acts, before, now) if disables else None
            if self.write(replace(after, health=health, lane=lane(self._lane())), act):
                if act is not None:
                    self._ports.acts.tell(act)
                self._tell_what_is_new(before.lane)
                return True
            if not self.renew():
                return False
        return False

    def write(self, after: Webhook, act: Activity | None = None) -> bool:
        """Store what has changed, and the act that it is, if this run still is the one sender."""
        if not self._ports.lanes.change(self.webhook, after, Expect.LEASED, act):
            return False
        self.webhook = after
        self.is_held = after.lane.lease_holder is not None
        return True

    def claim_back(self) -> bool:
        """Own the webhook again that was just given up, if nobody else does."""
        taken = self._taken
        lane = owned(self.webhook.lane, taken.owner or "", self._ports.clock())
        after = replace(self.webhook, lane=leased(lane, taken.lease_holder or "", taken.lease_until or 0))
        if not self._ports.lanes.change(self.webhook, after, Expect.UNOWNED):
            return False
        self.webhook = after
        self.is_held = True
        return True

    def release(self) -> None:
        """Let the lease go, if it is held still."""
        if self.is_held:
            self.is_held = False
            self._ports.lanes.release(replace(self.webhook, lane=self._taken))

    def tell(self, kind: AlertKind, webhook: Webhook, health: Health, slowness: Slowness | None = None) -> None:
        """Tell of what was stored; where that cannot be told, sending goes on."""
        with self._progress.noting_faults():
            self._ports.alerting.tell(kind, webhook, health, slowness)

    def _tell_what_is_new(self, before: Lane) -> None:
        after = self.webhook
        if self._slow is not None and after.lane.slow_told_at != before.slow_told_at:
            slowness = Slowness(self._slow.latency_ms, self._ports.slow_after_ms)
            self.tell(AlertKind.SLOW, after, after.health, slowness)
        if after.lane.aside_told_at != before.aside_told_at:
            self.tell(AlertKind.SET_ASIDE, after, replace(after.health, last_error=self.aside_error))

    def _lane(self) -> Lane:
        """The lane with what this run has found out."""
        now = self._ports.clock()
        lane = replace(
            self.webhook.lane,
            faults=0,
            cut=self.cut,
            has_aside=self.has_aside,
            aside_after=self.aside_after,
        )
        if self._slow is not None:
            lane = replace(lane, slow_at=self._slow.started_ms)
        if self.aside_error is not None:
            lane = told_of_aside(lane, now)
        return told_of_slowness(self.webhook, after_quick_posts(lane, self._quick), now)
