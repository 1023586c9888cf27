"""Redelivery: a wake-up sends the backlog of the webhook that it owns."""

import math
from dataclasses import dataclass, field, replace

from recado.ports.sending import Deadline, Lease, OurFaultError
from recado.rules.sending import retry
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.lane import waiting
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.queued.hold import Hold
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.progress import Ended, Progress
from recado.use_cases.sending.queued.run import Run

LEASE_RETRY_SECONDS = 5
# A lease outlives the deadline, after which nothing is sent any more, but not the invocation.
_LEASE_GRACE_MS = 2_000


@dataclass(frozen=True, slots=True)
class Redelivered:
    """What a wake-up led to; the message comes back after `back_in_seconds`, or is done where that is None."""

    wake_up: WakeUp
    back_in_seconds: int | None
    progress: Progress = field(default_factory=Progress)


class Redelivery:
    """Answers wake-ups."""

    def __init__(self, ports: SendingPorts, pages: Pages) -> None:
        self._ports = ports
        self._pages = pages

    def __call__(self, wake_up: WakeUp, deadline: Deadline) -> Redelivered:
        """Send the backlog, if the wake-up owns it, is due, and nobody else sends it.

        What our own side fails at is in the answer's progress; the wake-up comes back then, too.
        """
        progress = Progress()
        try:
            ended = self._send(wake_up, deadline, progress)
        except Exception as error:  # noqa: BLE001 - our own fault: told in the answer, and tried again
            progress.faults.append(error)
            ended = Ended(retry.fault_wait_seconds(1))
        if ended.back_in_seconds is not None:
            # It comes back all the same, when its visibility timeout is over.
            with progress.noting_faults():
                self._ports.wake_ups.postpone(wake_up.receipt_handle, ended.back_in_seconds)
        return Redelivered(wake_up, ended.back_in_seconds, progress)

    def _send(self, wake_up: WakeUp, deadline: Deadline, progress: Progress) -> Ended:
        now = self._ports.clock()
        until = now + math.ceil(deadline.remaining_seconds() * 1000) + _LEASE_GRACE_MS
        lease = self._ports.lanes.take_lease(wake_up, self._ports.token(), now, until)
        if not lease.taken or lease.webhook is None:
            return _refused(wake_up, lease, now)
        hold = Hold(self._ports, lease.webhook, progress)
        try:
            with self._ports.sender.keeping() as sender:
                return Run(self._ports, self._pages, hold, sender=sender, deadline=deadline, progress=progress)()
        except Exception as error:  # noqa: BLE001 - our own fault, told in the answer
            progress.faults.append(error)
            return self._after_fault(hold)
        finally:
            with progress.noting_faults():
                hold.release()

    def _after_fault(self, hold: Hold) -> Ended:
        """Wait longer after each fault: what was sent, and could not be recorded, is sent again after that."""
        webhook, now = hold.webhook, self._ports.clock()
        faults = webhook.lane.faults + 1
        seconds = retry.fault_wait_seconds(faults)
        if not hold.is_held:
            # How the run ended is stored already: the wake-up that comes back is early, or no owner any more.
            return Ended(seconds)
        lane = replace(waiting(webhook.lane, now + seconds * 1000), faults=faults)
        try:
            return Ended(seconds if hold.write(replace(webhook, lane=lane)) else None)
        except OurFaultError:
            return Ended(seconds)


def _refused(wake_up: WakeUp, lease: Lease, now: int) -> Ended:
    """A wake-up that does not own the webhook is done; one that is early, or meets another's lease, comes back."""
    webhook = lease.webhook
    if webhook is None or webhook.lane.owner != wake_up.token:
        return Ended()
    if webhook.status is not Status.ACTIVE and not webhook.lane.jobs:
        return Ended()
    early_ms = (webhook.lane.next_at or 0) - now
    if webhook.lane.is_leased_at(now) or early_ms <= 0:
        return Ended(LEASE_RETRY_SECONDS)
    return Ended(math.ceil(early_ms / 1000))
