"""Wake-ups and their runs: one owner sends a webhook's backlog, `MaxSenders` at a time."""

import math
from dataclasses import replace

from benchmarks.simulation import failing
from benchmarks.simulation.world import EPOCH_MS, SECONDS_FOR_RECORDS, Hook, Steps, World
from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.sending import retry
from recado.rules.sending.attempt import AttemptResult
from recado.rules.webhook.lane import after_quick_posts, given_up, leased, owned
from recado.rules.webhook.webhook import Health, Status

_SECONDS_FOR_AN_ATTEMPT = 20
_LANE_UNITS = 2  # the webhook, and its place in the sweep's index
EVENT_BYTES = 1024


def hand_over(world: World, hook: Hook) -> None:
    """Make a new wake-up the owner, and send it."""
    hook.webhook = replace(hook.webhook, lane=owned(hook.webhook.lane, "t", world.now_ms))
    wake(world, hook, 0)


def wake(world: World, hook: Hook, seconds: float) -> None:
    """Send a wake-up that comes after so many seconds."""
    world.wake_ups += 1
    world.env.process(_wake_up(world, hook, seconds))


def mark_slow(world: World, hook: Hook) -> None:
    """Its events join its backlog from now on."""
    hook.webhook = replace(hook.webhook, lane=replace(hook.webhook.lane, slow_at=world.now_ms, quick=0))


def _wake_up(world: World, hook: Hook, seconds: float) -> Steps:
    yield world.env.timeout(seconds)
    while True:
        with world.senders.request() as slot:
            if not slot.triggered:
                world.meter.note("MaxSenders")
            yield slot
            back = yield from _invoked(world, hook)
        if back is None:
            return
        limit = world.setting.share(world.setting.quotas.in_flight)
        world.in_flight += 1
        if world.in_flight > limit:
            world.meter.note("in_flight")
        yield world.env.timeout(back)
        world.in_flight -= 1


def _invoked(world: World, hook: Hook) -> Steps:
    """One invocation: in how many seconds the wake-up comes back, None where it is done."""
    setting, latencies = world.setting, world.setting.latencies
    is_new = world.redelivery.start()
    if is_new is None:
        return 1.0
    try:
        starts = latencies.invoke.draw(world.random)
        if is_new:
            starts += latencies.environment.draw(world.random)
        yield world.env.timeout(starts)
        if is_new:
            yield from world.compute(setting.costs.import_cpu, setting.deployment.redelivery_memory)
        return (yield from _run(world, hook))
    finally:
        world.redelivery.end()


def _run(world: World, hook: Hook) -> Steps:
    deadline = world.env.now + world.setting.deployment.redelivery_timeout - SECONDS_FOR_RECORDS
    if hook.webhook.status is not Status.ACTIVE or hook.webhook.lane.owner is None:
        return None
    if not (yield from world.call(world.webhooks, hook.account, writes=_LANE_UNITS)):
        return retry.fault_wait_seconds(1)
    lane = leased(hook.webhook.lane, "h", EPOCH_MS + round(deadline * 1000))
    hook.webhook = replace(hook.webhook, lane=lane)
    while deadline - world.env.now >= _SECONDS_FOR_AN_ATTEMPT:
        ended, back = yield from _step(world, hook, deadline)
        if ended:
            return back
    return 0


def _step(world: World, hook: Hook, deadline: float) -> Steps:
    """One POST, or the end: whether the run ends, and after how many seconds the wake-up comes back then."""
    if not (yield from world.call(world.webhooks, hook.account, reads=1)):
        return True, _after_fault(hook)
    _expire(world, hook)
    if hook.backlog:
        return (yield from _post(world, hook, deadline))
    if not (yield from world.call(world.webhooks, hook.account, writes=_LANE_UNITS)):
        return True, _after_fault(hook)
    if hook.backlog:  # the look after the one that found nothing
        return False, None
    hook.webhook = replace(hook.webhook, lane=given_up(hook.webhook.lane, world.now_ms, has_aside=False))
    return True, None


def _after_fault(hook: Hook) -> int:
    faults = hook.webhook.lane.faults + 1
    hook.webhook = replace(hook.webhook, lane=replace(hook.webhook.lane, faults=faults))
    return retry.fault_wait_seconds(faults)


def _expire(world: World, hook: Hook) -> None:
    oldest = world.env.now - RETENTION_MS / 1000
    while hook.backlog and hook.backlog[0] <= oldest:
        hook.backlog.popleft()
        world.ledger.expired += 1


def _size(world: World, hook: Hook) -> int:
    limits = hook.webhook.lane.cut.known_at(world.now_ms).limits(hook.webhook.limits)
    return min(len(hook.backlog), limits.max_events, max(1, limits.max_bytes // EVENT_BYTES))


def _post(world: World, hook: Hook, deadline: float) -> Steps:
    """One POST of the head; answers as `_step`."""
    setting, count = world.setting, _size(world, hook)
    if not (yield from world.call(world.deliveries, hook.queue, reads=math.ceil(count * EVENT_BYTES / 4096))):
        return True, _after_fault(hook)
    cpu = setting.costs.webhook_cpu + count * setting.costs.queued_event_cpu
    yield from world.compute(cpu, setting.deployment.redelivery_memory)
    seconds, failure = hook.receiver.answer(world.env.now, world.random)
    yield world.env.timeout(seconds)
    hook.posts += 1
    if failure is not None:
        result = failing.result_of(world, seconds, failure)
        return True, (yield from _failed(world, hook, result, count))
    head = [hook.backlog[number] for number in range(count)]
    done = yield from world.written([(hook.log, count)], deadline)
    if not done:
        world.ledger.twice += count
        return True, _after_fault(hook)
    yield from world.written([(hook.queue, count)], deadline)
    for published_at in head:
        hook.backlog.popleft()
        world.ledger.received(hook.group, world.env.now - published_at)
    _note_success(world, hook, seconds, count)
    return False, None


def _failed(world: World, hook: Hook, result: AttemptResult, count: int) -> Steps:
    keys = tuple(f"{number:06}" for number in range(count))
    after = failing.judged(world, hook, result, keys)
    if after.suspects and len(hook.backlog) == 1:
        after = failing.unaccompanied(world, after, result)
    elif after.suspects:
        yield world.env.timeout(result.latency_ms / 1000)
        hook.posts += 1
        after = failing.behind(world, hook, after, result)
    if not (yield from world.call(world.webhooks, hook.account, writes=_LANE_UNITS)):
        return _after_fault(hook)
    return failing.stored(world, hook, after, None)


def _note_success(world: World, hook: Hook, seconds: float, count: int) -> None:
    """A receiver that answers is healthy; one that is slow counts as such until it was quick for a while."""
    lane = hook.webhook.lane
    slow = seconds > world.setting.deployment.slow_after
    lane = replace(lane, slow_at=world.now_ms, quick=0) if slow else after_quick_posts(lane, lane.quick + 1)
    limits = lane.cut.limits(hook.webhook.limits)
    by_events = count == limits.max_events
    cut = lane.cut.after_success("~", hook.webhook.limits, by_events=by_events, by_bytes=not by_events)
    hook.webhook = replace(hook.webhook, health=Health(), lane=replace(lane, cut=cut, faults=0))
