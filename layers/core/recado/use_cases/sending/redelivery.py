"""Redelivery: a wake-up sends a webhook's backlog, or carries a redelivery job on."""

import math
import uuid
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from recado.ports import Deadline, LeaseState, OurFaultError
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.wake_up import WakeUp
from recado.use_cases.sending.backlog_run import LEASE_RETRY_SECONDS, BacklogRun, Progress
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.redelivery_jobs import JobRunner

_FAULT_RETRY_SECONDS = 30
# A lease outlives the deadline, after which nothing is sent any more, but not the invocation.
_LEASE_GRACE_MS = 2_000


@dataclass(frozen=True, slots=True)
class Redelivered:
    """What a wake-up led to; the message comes back after `back_in_seconds`, or is done where that is None.

    `fault` is what went wrong on our side, `expired` how many deliveries had waited for too long.
    """

    wake_up: WakeUp
    back_in_seconds: int | None
    attempts: tuple[AttemptResult, ...] = ()
    fault: Exception | None = None
    expired: int = 0


class Redelivery:
    """Answers wake-ups."""

    def __init__(self, ports: SendingPorts, jobs: JobRunner, executor: Executor) -> None:
        self._ports = ports
        self._jobs = jobs
        self._executor = executor

    def __call__(self, wake_ups: Sequence[WakeUp], deadline: Deadline) -> list[Redelivered]:
        """Handle the wake-ups side by side, so that one hanging receiver does not hold the others."""
        return list(self._executor.map(lambda wake_up: self._answer(wake_up, deadline), wake_ups))

    def _answer(self, wake_up: WakeUp, deadline: Deadline) -> Redelivered:
        progress = Progress()
        handle = self._send_backlog if wake_up.job_id is None else self._run_job
        try:
            answer = Redelivered(wake_up, handle(wake_up, deadline, progress))
        except Exception as error:  # noqa: BLE001 - our own fault: told beside the other answers, and tried again
            answer = Redelivered(wake_up, _FAULT_RETRY_SECONDS, fault=error)
        answer = replace(answer, attempts=tuple(progress.attempts), expired=progress.expired)
        if answer.back_in_seconds is not None:
            try:
                self._ports.wake_ups.postpone(wake_up.receipt_handle, answer.back_in_seconds)
            except OurFaultError as error:
                # The message comes back all the same, when its visibility timeout is over.
                answer = replace(answer, fault=answer.fault or error)
        return answer

    def _send_backlog(self, wake_up: WakeUp, deadline: Deadline, progress: Progress) -> int | None:
        """Send the backlog under a lease, noting what is done; answers in how many seconds the message comes back."""
        now = self._ports.clock()
        holder = uuid.uuid4().hex
        until = now + math.ceil(deadline.remaining_seconds() * 1000) + _LEASE_GRACE_MS
        lease = self._ports.health.take_lease(wake_up.account_id, wake_up.webhook_id, holder, now, until)
        if lease.state is LeaseState.HELD_BY_ANOTHER:
            return LEASE_RETRY_SECONDS
        if lease.webhook is None:
            return None
        run = BacklogRun(self._ports, wake_up, lease.webhook, holder=holder, deadline=deadline, progress=progress)
        try:
            return run.answer(now)
        finally:
            run.release()

    def _run_job(self, wake_up: WakeUp, deadline: Deadline, _progress: Progress) -> int | None:
        return self._jobs.run(wake_up, deadline)
