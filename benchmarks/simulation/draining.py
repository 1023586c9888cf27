"""The batch queue and its drains: by the schedule, window by window, and more of them where much waits.

What waits is counted by the second in which it was published. A drain is its windows: whatever it receives, computes
and sends in one of them, of which the slowest decides (`tests/faults/neighbours` shows what one receiver does to it).
"""

import math
from collections.abc import Iterable

from benchmarks.simulation.owning import EVENT_BYTES
from benchmarks.simulation.world import SECONDS_FOR_RECORDS, Flight, Parcel, Steps, World
from recado.rules.sending import retry
from recado.rules.sending.draining import Received, more_drains
from recado.use_cases.sending.direct.flow import WINDOW_BYTES, WINDOW_MESSAGES

_MOST_IN_A_CALL = 10
_SECONDS_FOR_A_WINDOW = 60
_THREADS = 16
_TRIES = 5
GROUP = "batch"


def put(world: World, flight: Flight) -> None:
    """Lambda's failure destination: what real time could not do is left to the next drain."""
    world.parcels.append(Parcel(flight.published_at, len(flight.todo), world.env.now))


def arrivals(world: World, rate: float, until: float) -> None:
    """Let so many events a second come that leave in batches, of accounts with a webhook each."""

    def coming() -> Steps:
        left = 0.0
        while world.env.now < until:
            left += rate
            count = math.floor(left)
            left -= count
            if count:
                world.ledger.published += count
                world.parcels.append(Parcel(world.env.now, count, world.env.now))
            yield world.env.timeout(1.0)

    world.env.process(coming())


def schedule(world: World, accounts: int) -> None:
    """Start a drain at each beat of the schedule; the events are of so many accounts."""

    def beating() -> Steps:
        while True:
            yield world.env.timeout(world.setting.deployment.batch_period)
            world.env.process(_drain(world, accounts, starts_others=True))

    world.env.process(beating())


def _drain(world: World, accounts: int, *, starts_others: bool) -> Steps:
    deployment = world.setting.deployment
    if world.batch.start() is None:
        return
    try:
        deadline = world.env.now + deployment.batch_timeout - SECONDS_FOR_RECORDS
        yield world.env.timeout(world.setting.cpu(world.setting.costs.import_cpu, deployment.batch_memory))
        while deadline - world.env.now > _SECONDS_FOR_A_WINDOW:
            window = _received(world)
            if not window:
                return
            if starts_others:
                starts_others = False
                _start_others(world, accounts, window)
            yield from _send(world, window, accounts)
        if _depth(world):
            world.meter.note("MaxDrains")
    finally:
        world.batch.end()


def _depth(world: World) -> int:
    return sum(parcel.count for parcel in world.parcels if parcel.visible_at <= world.env.now)


def _start_others(world: World, accounts: int, window: list[Parcel]) -> None:
    count = sum(parcel.count for parcel in window)
    oldest_ms = round((world.env.now - min(parcel.published_at for parcel in window)) * 1000)
    wanted = more_drains(_depth(world), Received(count, count * EVENT_BYTES, oldest_ms))
    for _ in range(min(wanted, world.setting.deployment.max_drains - 1)):
        world.env.process(_drain(world, accounts, starts_others=False))


def _received(world: World) -> list[Parcel]:
    """A window: the oldest that are visible, and no more than a drain receives before it sends."""
    room = min(WINDOW_MESSAGES, WINDOW_BYTES // EVENT_BYTES)
    window: list[Parcel] = []
    kept: list[Parcel] = []
    for parcel in world.parcels:
        if not room or parcel.visible_at > world.env.now:
            kept.append(parcel)
            continue
        taken = min(room, parcel.count)
        window.append(Parcel(parcel.published_at, taken, parcel.visible_at, parcel.receives + 1))
        room -= taken
        if taken < parcel.count:
            parcel.count -= taken
            kept.append(parcel)
    world.parcels = kept
    world.in_drains += sum(parcel.count for parcel in window)
    return window


def _send(world: World, window: list[Parcel], accounts: int) -> Steps:
    setting = world.setting
    count = sum(parcel.count for parcel in window)
    in_window = min(accounts, count)
    queue_calls = 2 * -(-count // _MOST_IN_A_CALL)  # received, and deleted, by one thread
    receiving = queue_calls * setting.latencies.sqs.p50
    cpu = count * setting.costs.batch_event_cpu + in_window * setting.costs.batch_account_cpu
    computing = setting.cpu(cpu, setting.deployment.batch_memory)
    posts = sum(-(-each // 100) for each in _dealt(count, in_window))
    sending = (posts * setting.latencies.receiver.p50 + 3 * in_window * setting.latencies.dynamodb.p50) / min(
        _THREADS, in_window
    )
    # A log takes its thousand units a second, less what is read of it.
    writing = count / in_window / setting.quotas.partition_writes
    seconds = max(receiving, computing, sending, writing)
    yield world.env.timeout(seconds + world.deliveries.waits(count, seconds))
    _conclude(world, window)


def _dealt(count: int, among: int) -> Iterable[int]:
    return (count // among + (number < count % among) for number in range(among))


def _conclude(world: World, window: list[Parcel]) -> None:
    """What our own side failed at comes back, later each time; the rest is delivered."""
    refused = world.deliveries.refuses**_TRIES
    for parcel in window:
        world.in_drains -= parcel.count
        back = sum(world.random.random() < refused for _ in range(parcel.count)) if refused else 0
        if back:
            visible_at = world.env.now + retry.fault_wait_seconds(parcel.receives)
            world.parcels.append(Parcel(parcel.published_at, back, visible_at, parcel.receives))
        if parcel.count > back:
            world.ledger.received(GROUP, world.env.now - parcel.published_at, parcel.count - back)
