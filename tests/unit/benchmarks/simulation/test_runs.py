"""Small runs of the simulation: nothing is lost, the same seed gives the same, and the rules are Recado's own."""

from statistics import median

import pytest

from benchmarks.simulation import draining, local, scenarios, sending
from benchmarks.simulation.aws import Setting
from benchmarks.simulation.outcome import Outcome, outcome_of
from benchmarks.simulation.receivers import NO_ANSWER, Receiver
from benchmarks.simulation.world import Hook, Steps, World
from recado.rules.sending import retry
from recado.rules.webhook.webhook import HealthState

pytestmark = pytest.mark.deep

SETTING = Setting.usual()
WELL = Receiver(SETTING.latencies.receiver)


def troubled(seed: int) -> Outcome:
    """Let receivers fail and hang for a while, DynamoDB refuse, and drains run, and look in the middle of it all."""
    down = Receiver(SETTING.latencies.receiver, 10.0, 60.0)
    hangs = Receiver(SETTING.latencies.receiver, 0.0, 90.0, NO_ANSWER)
    hooks = [Hook.of(f"{n}", m, r, "all") for n in range(4) for m, r in enumerate((WELL, down, hangs))]
    world = World(SETTING.parameter(batch_period=60.0), hooks, seed)
    sending.arrivals(world, list(world.hooks), 4, 150)
    draining.arrivals(world, 5, 150)
    draining.schedule(world, 10)

    def disturbed() -> Steps:
        for refuses in (0.5, 0.0):
            yield world.env.timeout(40)
            world.webhooks.refuses = world.deliveries.refuses = refuses

    world.env.process(disturbed())
    world.env.run(until=100)
    middle = outcome_of(world)
    assert middle.lost == 0
    assert middle.waiting > 0
    world.env.run(until=1_500)
    return outcome_of(world)


def test_what_was_published_is_delivered_or_waits() -> None:
    """At any moment, whatever fails; in the end all of it is delivered."""
    had = troubled(1)

    assert (had.lost, had.waiting, had.expired) == (0, 0, 0)
    assert had.delivered == had.published > 1_500


def test_a_run_is_decided_by_its_seed() -> None:
    """To the last figure."""
    assert troubled(2) == troubled(2) != troubled(3)


def test_a_receiver_that_nobody_reaches_is_tried_as_the_rules_say() -> None:
    """After each of the waits of the schedule, a tenth longer at most, and what waits leaves when it is back."""
    back_at = sum((5, 10, 20, 40)) + 40
    world = World(SETTING, [Hook.of("1", 1, Receiver(SETTING.latencies.receiver, 0.0, back_at), "all")])
    sending.publish(world, "1")
    (hook,) = world.hooks["1"]
    world.env.run(until=back_at)

    waits = [retry.wait_ms(attempt, None, 0) / 1000 for attempt in range(1, 6)]
    assert waits == [5, 10, 20, 40, 80]
    assert hook.posts == 5
    assert hook.webhook.health.attempts == 5
    world.env.run(until=back_at + 100)
    assert (len(hook.backlog), hook.webhook.health.state) == (0, HealthState.HEALTHY)
    assert hook.webhook.lane.owner is None


def test_one_that_hangs_holds_nobody_up_once_it_is_slow() -> None:
    """Its events join its backlog from then on: fewer invocations are held than events come in its five seconds."""
    hooks = [Hook.of("1", 1, Receiver(SETTING.latencies.receiver, 0.0, 1e9, NO_ANSWER), "hangs")]
    world = World(SETTING, hooks, warm=200)
    sending.arrivals(world, ["1"], 50, 30)
    world.env.run(until=30)

    assert 50 * 2 <= world.realtime.most_busy <= 50 * 3


def test_a_full_account_leaves_late_events_to_the_batch_queue() -> None:
    """What Lambda could not start for 15 minutes is sent by the next drain."""
    world = World(SETTING.quota(concurrency=1), [Hook.of("1", 1, WELL, "all")])
    world.realtime.start()
    sending.publish(world, "1")
    world.env.run(until=901)
    assert (world.ledger.delivered, sum(world.ledger.fallen.values())) == (0, 1)

    world.realtime.end()
    draining.schedule(world, 1)
    world.env.run(until=1_900)
    assert (world.ledger.delivered, world.waiting()) == (1, 0)


def test_a_hot_webhook_meets_its_partition_first() -> None:
    """Above 750 a second; what an account may publish over HTTP is below, and neither it nor others notice."""
    under, above = (scenarios.flood(SETTING, rate, 1, 4.0) for rate in (scenarios.over_http(SETTING), 1_500))

    assert under.first is None
    assert above.first == "partition_writes"
    assert above.within("healthy", 95) > 5 * under.within("healthy", 95)
    assert (under.lost, above.lost) == (0, 0)


@pytest.mark.parametrize("hundredth", [50, 95])
def test_it_tells_what_was_measured_on_one_machine(hundredth: int) -> None:
    """Of the measured runs, while more and less of the processors was free: the middle ratio is within the factor."""
    assert 1 / local.FACTOR <= median(local.ratios(hundredth)) <= local.FACTOR
