"""What a failed POST leads to: the webhook's health, how large its POSTs are, and how long it waits."""

from dataclasses import dataclass, replace

from recado.rules.delivery.attempt_record import Attempt
from recado.rules.sending import retry
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.cutting import Cut
from recado.rules.sending.stuck import Stuck, judged
from recado.rules.webhook.health import after_failure, status_after_failure
from recado.rules.webhook.webhook import Health, Status, Webhook


@dataclass(frozen=True, slots=True)
class Failing:
    """A webhook after a failed POST: what changes of it, and how long it waits, in milliseconds.

    Where it `suspects` what led the POST, an event behind that is tried before anybody waits: the next one or, where it
    `draws`, one that is drawn.
    """

    health: Health
    status: Status
    cut: Cut
    wait_ms: int
    suspects: bool = False
    draws: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When a POST failed, by what chance from 0 to 1 the wait is spread, and how long a failure is told to nobody."""

    now_ms: int
    chance: float
    alert_after_ms: int


def failing(webhook: Webhook, cut: Cut, attempt: Attempt, result: AttemptResult, at: Circumstances) -> Failing:
    """What a failed POST of the webhook's events leads to."""
    health = after_failure(webhook.health, result, at.now_ms, at.alert_after_ms)
    status = status_after_failure(webhook.status, health, result, at.now_ms)
    events = len(attempt.keys)
    verdict = judged(health.stuck, result, attempt.keys[0], events, health.attempts)
    return Failing(
        health=replace(health, stuck=verdict.stuck),
        status=status,
        cut=cut.after_failure(result, events, attempt.request_bytes, attempt.keys[-1]) if verdict.cuts else cut,
        wait_ms=_wait_ms(verdict.wait, result, at.chance),
        suspects=verdict.suspects,
        draws=verdict.draws,
    )


def unaccompanied(before: Failing, result: AttemptResult, at: Circumstances) -> Failing:
    """The same where there is no event behind: what fails alone waits."""
    return _waiting(before, before.health.stuck.waited(), result, at)


def neighbour_failing(webhook: Webhook, cut: Cut, result: AttemptResult, at: Circumstances) -> Failing:
    """What it leads to that the event behind the suspect has failed, too."""
    health = after_failure(webhook.health, result, at.now_ms, at.alert_after_ms)
    status = status_after_failure(webhook.status, health, result, at.now_ms)
    return _waiting(Failing(health, status, cut, 0), health.stuck.after_neighbour(), result, at)


def _waiting(before: Failing, stuck: Stuck, result: AttemptResult, at: Circumstances) -> Failing:
    health = replace(before.health, stuck=stuck)
    return replace(before, health=health, wait_ms=_wait_ms(stuck.alone, result, at.chance), suspects=False)


def _wait_ms(wait: int, result: AttemptResult, chance: float) -> int:
    return retry.wait_ms(wait, result.retry_after_seconds, chance) if wait else 0
