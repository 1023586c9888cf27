"""What a failed POST does to a webhook: the rules decide (`recado.rules`), this hands them what they ask for."""

import math
from dataclasses import replace

from benchmarks.simulation.world import Hook, World
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.sending.attempt import AttemptResult, Failure
from recado.rules.webhook import failing as rules
from recado.rules.webhook.health import disabled
from recado.rules.webhook.lane import left, owned, waiting
from recado.rules.webhook.webhook import Status

_ALERT_AFTER_MS = 300_000


def result_of(world: World, seconds: float, failure: Failure) -> AttemptResult:
    """The outcome of a POST that has just failed."""
    taken_ms = round(seconds * 1000)
    return AttemptResult(world.now_ms - taken_ms, taken_ms, failure=failure)


def _circumstances(world: World) -> rules.Circumstances:
    return rules.Circumstances(world.now_ms, world.random.random(), _ALERT_AFTER_MS)


def judged(world: World, hook: Hook, result: AttemptResult, keys: tuple[str, ...]) -> rules.Failing:
    """What the rules say of it."""
    attempt = Attempt(
        hook.webhook.webhook_id, "t", result.started_ms, result.latency_ms, "m", keys, "", {}, 1000 * len(keys)
    )
    return rules.failing(hook.webhook, hook.webhook.lane.cut, attempt, result, _circumstances(world))


def unaccompanied(world: World, before: rules.Failing, result: AttemptResult) -> rules.Failing:
    """The same where nothing else waits."""
    return rules.unaccompanied(before, result, _circumstances(world))


def behind(world: World, hook: Hook, before: rules.Failing, result: AttemptResult) -> rules.Failing:
    """What it leads to that the event behind has failed as well."""
    suspected = replace(hook.webhook, health=before.health)
    return rules.neighbour_failing(suspected, before.cut, result, _circumstances(world))


def stored(world: World, hook: Hook, after: rules.Failing, token: str | None) -> int | None:
    """Store it with the webhook; in how many seconds the wake-up comes, None where the webhook is off.

    With a `token` the wake-up is a new one, without the owner's that comes back.
    """
    webhook, now = hook.webhook, world.now_ms
    if after.status is Status.DISABLED:
        gone = webhook.switched_off(after.status, now)
        hook.webhook = replace(gone, health=disabled(after.health), lane=left(waiting(webhook.lane, now)))
        return None
    wait_ms = 0 if after.suspects else after.wait_ms
    lane = waiting(webhook.lane, now + wait_ms) if token is None else owned(webhook.lane, token, now + wait_ms)
    hook.webhook = replace(webhook, health=after.health, lane=replace(lane, cut=after.cut))
    return math.ceil(wait_ms / 1000)
