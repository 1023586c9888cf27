"""Events in real time: the publisher's call, the bus, Lambda's own queue, and the dispatcher's invocation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.simulation import draining, failing, owning
from benchmarks.simulation.world import SECONDS_FOR_RECORDS, Flight, Hook, Steps, World
from recado.rules.sending.attempt import Failure
from recado.rules.webhook.webhook import Status

_LANE_UNITS = 2


@dataclass(frozen=True)
class _Sent:
    """The POSTs of an invocation: when they left, after how many seconds each ended, and why it failed."""

    flight: Flight
    answers: Mapping[Hook, tuple[float, Failure | None]]
    at: float
    deadline: float

    def in_turn(self, hooks: Iterable[Hook]) -> list[Hook]:
        """By when they end."""
        return sorted(hooks, key=lambda hook: (self.answers[hook][0], hook.log))


def publish(world: World, account: str, entries: float = 1.0) -> None:
    """Put an event of the account on the bus, one of so many in its call."""
    flight = Flight(world.env.now, account, list(world.hooks[account]))
    world.ledger.published += len(flight.todo)
    world.flights.add(flight)
    world.env.process(_fly(world, flight, entries))


def arrivals(world: World, accounts: Sequence[str], rate: float, until: float, entries: float = 1.0) -> None:
    """Let events of these accounts, drawn each time, come at random, so many a second."""

    def coming() -> Steps:
        while True:
            yield world.env.timeout(world.random.expovariate(rate))
            if world.env.now >= until:
                return
            publish(world, accounts[int(world.random.random() * len(accounts))], entries)

    world.env.process(coming())


def _fly(world: World, flight: Flight, entries: float) -> Steps:
    held = world.put_events.reserve(1 / entries)
    if held:
        world.meter.note("put_events")
        yield world.env.timeout(held)
    late = world.bus_invocations.reserve()
    if late:
        world.meter.note("bus_invocations")
    yield world.env.timeout(late + world.setting.latencies.bus.draw(world.random))
    yield from _invoked(world, flight)


def _invoked(world: World, flight: Flight) -> Steps:
    """Lambda's queue: what is throttled comes again later each time, what fails twice more; then the batch queue."""
    quotas, deployment = world.setting.quotas, world.setting.deployment
    ends_at, wait, errors = world.env.now + deployment.realtime_age, quotas.async_first_wait, 0
    while world.env.now < ends_at:
        is_new = world.realtime.start()
        if is_new is None:
            # By chance, since what was refused together does not come back together.
            pause = wait * (0.5 + 0.5 * world.random.random())
            yield world.env.timeout(min(pause, ends_at - world.env.now))
            wait = min(2 * wait, quotas.async_longest_wait)
            continue
        try:
            done = yield from handle(world, flight, is_new)
        finally:
            world.realtime.end()
        if done:
            world.flights.remove(flight)
            return
        errors += 1
        if errors > deployment.realtime_retries:
            break
        yield world.env.timeout(quotas.async_error_wait * errors)
    world.ledger.fallen["into the batch queue"] += 1
    world.flights.remove(flight)
    draining.put(world, flight)


def handle(world: World, flight: Flight, is_new: bool) -> Steps:
    """One invocation of the dispatcher: whether all is recorded."""
    setting, latencies = world.setting, world.setting.latencies
    memory, costs = setting.deployment.realtime_memory, setting.costs
    deadline = world.env.now + setting.deployment.realtime_timeout - SECONDS_FOR_RECORDS
    starts = latencies.invoke.draw(world.random)
    if is_new:
        starts += latencies.environment.draw(world.random)
    yield world.env.timeout(starts)
    if is_new:
        yield from world.compute(costs.import_cpu, memory)
    if not (yield from world.call(world.webhooks, flight.account, reads=1)):
        return False
    # Two keys of each webhook are read: that of its backlog is seldom there, and no partition of many writes.
    if not (yield from world.read_of_each(world.deliveries, [hook.log for hook in flight.todo])):
        return False
    direct = [hook for hook in flight.todo if hook.webhook.status is Status.ACTIVE and not hook.webhook.queued]
    yield from world.compute(costs.event_cpu + costs.webhook_cpu * len(direct), memory)
    queued = [hook for hook in flight.todo if hook not in direct]
    answers = {hook: hook.receiver.answer(world.env.now, world.random) for hook in direct}
    sent = _Sent(flight, answers, world.env.now, deadline)
    quick = [hook for hook in direct if answers[hook][0] <= setting.deployment.slow_after]
    done = yield from _quick(world, sent, quick, queued)
    for hook in sent.in_turn(hook for hook in direct if hook not in quick):
        done &= yield from _slow(world, sent, hook)
    return done


def _quick(world: World, sent: _Sent, quick: Sequence[Hook], queued: Sequence[Hook]) -> Steps:
    """Those that answer soon are concluded together, with those whose events wait."""
    for hook in sent.in_turn(quick):
        yield world.env.timeout(max(0.0, sent.at + sent.answers[hook][0] - world.env.now))
        if sent.answers[hook][1] is None:
            _note_receipt(world, sent.flight, hook)
    well = [hook for hook in quick if sent.answers[hook][1] is None]
    waiting = [*queued, *(hook for hook in quick if hook not in well)]
    partitions = [(hook.log, 1) for hook in well] + [(hook.queue, 1) for hook in waiting]
    done = (yield from world.written(partitions, sent.deadline)) if partitions else []
    _conclude(world, sent.flight, [hook for hook in well if hook.log in done])
    for hook in waiting:
        if hook.queue in done:
            yield from _join(world, sent, hook)
    return len(done) == len(partitions)


def _slow(world: World, sent: _Sent, hook: Hook) -> Steps:
    """One that takes long: it is marked while it is waited for, so that nobody else waits for it."""
    seconds, failure = sent.answers[hook]
    yield world.env.timeout(max(0.0, sent.at + world.setting.deployment.slow_after - world.env.now))
    if hook.webhook.lane.slow_at is None and (yield from world.call(world.webhooks, hook.account, writes=1)):
        owning.mark_slow(world, hook)
    yield world.env.timeout(max(0.0, sent.at + seconds - world.env.now))
    if failure is None:
        _note_receipt(world, sent.flight, hook)
    if not (yield from world.written([(hook.log if failure is None else hook.queue, 1)], sent.deadline)):
        return False
    if failure is None:
        _conclude(world, sent.flight, [hook])
    else:
        yield from _join(world, sent, hook)
    return True


def _note_receipt(world: World, flight: Flight, hook: Hook) -> None:
    hook.posts += 1
    if hook in flight.first_at:
        world.ledger.twice += 1
        return
    flight.first_at[hook] = world.env.now - flight.published_at


def _conclude(world: World, flight: Flight, hooks: Sequence[Hook]) -> None:
    """They are recorded: what counts is when they were received first."""
    for hook in hooks:
        flight.todo.remove(hook)
        world.ledger.received(hook.group, flight.first_at[hook])


def _join(world: World, sent: _Sent, hook: Hook) -> Steps:
    """It waits in the backlog now: the webhook is read again, and gets an owner where it has none."""
    hook.backlog.append(sent.flight.published_at)
    sent.flight.todo.remove(hook)
    # What cannot be read or claimed here is found by the repeated invocation; here by the loop that stands for it.
    while not (yield from world.call(world.webhooks, hook.account, reads=1)):
        yield world.env.timeout(world.setting.quotas.async_error_wait)
    if hook.webhook.lane.owner is not None or hook.webhook.status is not Status.ACTIVE:
        return
    while not (yield from world.call(world.webhooks, hook.account, writes=_LANE_UNITS)):
        yield world.env.timeout(world.setting.quotas.async_error_wait)
    if hook.webhook.lane.owner is not None:
        return
    seconds, failure = sent.answers.get(hook, (0.0, None))
    if failure is None:
        owning.hand_over(world, hook)
        return
    hook.posts += 1
    after = failing.judged(world, hook, failing.result_of(world, seconds, failure), ("000000",))
    back = failing.stored(world, hook, after, "t")
    if back is not None:
        owning.wake(world, hook, back)
