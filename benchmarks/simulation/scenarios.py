"""The scenarios: what is let loose on the deployment, and with which quota or parameter raised it goes well.

Of high rates one of many equal slices is simulated: a hundredth of the events on a hundredth of the quotas. What
belongs to one webhook or account, as a partition does, is never divided.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.simulation import draining, sending
from benchmarks.simulation.aws import Setting
from benchmarks.simulation.outcome import Outcome, outcome_of
from benchmarks.simulation.receivers import Receiver
from benchmarks.simulation.world import Hook, Steps, World
from recado.rules.webhook.webhook import Status

HEALTHY, TROUBLED = "healthy", "troubled"
_DAY = 86_400.0
_EVENTS_OF_A_REQUEST = 100


@dataclass(frozen=True)
class Scenario:
    """A row: `run` simulates it; `lift` says which quota or parameter of the setting is another than by default."""

    name: str
    run: Callable[[Setting], Outcome]
    lift: str = ""
    setting: Callable[[Setting], Setting] = lambda setting: setting


def healthy(setting: Setting, count: int, group: str = HEALTHY, *, ordered: bool = False) -> list[Hook]:
    """So many accounts with one healthy webhook each."""
    receiver = Receiver(setting.latencies.receiver)
    return [Hook.of(f"{group}{number}", 1, receiver, group, ordered=ordered) for number in range(count)]


def accounts_of(hooks: Sequence[Hook]) -> list[str]:
    """Their accounts."""
    return [hook.account for hook in hooks]


def realtime(
    setting: Setting, rate: float, seconds: float, *, slices: int = 1, entries: float = 1.0, warm: int = 0
) -> Outcome:
    """Real-time events at a rate, of a thousand accounts of a slice; from rest where no environment is `warm`."""
    setting = replace(setting, slice_of=slices)
    hooks = healthy(setting, 1_000)
    world = World(setting, hooks, warm=warm // slices)
    sending.arrivals(world, accounts_of(hooks), rate / slices, seconds, entries)
    world.env.run(until=seconds + 10)
    return outcome_of(world)


def batch(setting: Setting, rate: float, seconds: float, accounts: int = 1_000) -> Outcome:
    """Events that leave in batches; what waits at the end has come since the last drain, or is too much."""
    world = World(setting, [])
    draining.arrivals(world, rate, seconds)
    draining.schedule(world, accounts)
    world.env.run(until=seconds)
    return outcome_of(world)


def flood(setting: Setting, rate: float, webhooks: int, seconds: float = 10.0, neighbours: int = 1_000) -> Outcome:
    """One account's events over the bus, beside those of a thousand others, 200 a second of all of them together."""
    receiver = Receiver(setting.latencies.receiver)
    hooks = healthy(setting, neighbours)
    flooded = [Hook.of(TROUBLED, number, receiver, TROUBLED) for number in range(webhooks)]
    world = World(setting, [*hooks, *flooded], warm=400)
    sending.arrivals(world, accounts_of(hooks), 200, seconds)
    sending.arrivals(world, [TROUBLED], rate, seconds)
    world.env.run(until=seconds + 30)
    return outcome_of(world)


def over_http(setting: Setting) -> float:
    """Events a second that an account may publish over HTTP."""
    return setting.deployment.publishes_per_minute * _EVENTS_OF_A_REQUEST / 60


def disturbance(setting: Setting, rate: float = 20.0, minutes: float = 10.0) -> Outcome:
    """DynamoDB refuses half of the requests of the region for a while; then until all is well."""
    hooks = healthy(setting, 1_000)
    world = World(setting, hooks, warm=20)
    sending.arrivals(world, accounts_of(hooks), rate, 60 * minutes + 240)
    draining.schedule(world, 1_000)

    def disturbed() -> Steps:
        yield world.env.timeout(120)
        for table in (world.webhooks, world.deliveries):
            table.refuses = 0.5
        yield world.env.timeout(60 * minutes)
        for table in (world.webhooks, world.deliveries):
            table.refuses = 0.0

    world.env.process(disturbed())
    world.env.run(until=2_400)
    return outcome_of(world, faultsOfOurs=world.ledger.faults)


def one_down(setting: Setting) -> Outcome:
    """A receiver that is away for all but a few hours of the seven days, and gets an event a minute."""
    back_at, ends = 6.9 * _DAY, 7 * _DAY
    receiver = Receiver(setting.latencies.receiver, 60.0, back_at)
    world = World(setting, [Hook.of("down", 1, receiver, TROUBLED), *healthy(setting, 1)], warm=2)
    for account in world.hooks:
        sending.arrivals(world, [account], 1 / 60, ends)
    hook = world.hooks["down"][0]
    world.env.run(until=back_at)
    waited, posts = len(hook.backlog), hook.posts
    while hook.backlog and world.env.now < ends:
        world.env.step()
    seconds = round(world.env.now - back_at)
    world.env.run(until=ends + 600)
    return outcome_of(world, postsWhileDown=posts, waitedThen=waited, caughtUpAfterSeconds=seconds)


def many_down(setting: Setting, days: float, slices: int, down: int = 6_000) -> Outcome:
    """So many receivers that nobody reaches, beside healthy webhooks whose events need an owner, for they are ordered.

    The healthy ones get an event every five minutes each, those that are down one an hour.
    """
    setting = replace(setting, slice_of=slices)
    dead = Receiver(setting.latencies.receiver, 0.0, days * _DAY + 1)
    hooks = [Hook.of(f"down{number}", 1, dead, TROUBLED) for number in range(down // slices)]
    ordered = healthy(setting, max(10, 1_000 // slices), "ordered", ordered=True)
    direct = healthy(setting, 10)
    world = World(setting, [*hooks, *ordered, *direct], warm=20)
    sending.arrivals(world, accounts_of(hooks), len(hooks) / 3600, days * _DAY)
    sending.arrivals(world, accounts_of(ordered), len(ordered) / 300, days * _DAY)
    sending.arrivals(world, accounts_of(direct), len(direct) / 300, days * _DAY)
    world.env.run(until=days * _DAY)
    posts = [hook.posts for hook in hooks]
    disabled = sum(hook.webhook.status is Status.DISABLED for hook in hooks)
    return outcome_of(world, postsOfEach=[min(posts), max(posts)], disabled=disabled * slices)


def _warmed(setting: Setting) -> Setting:
    """For a hundred thousand a second."""
    return setting.quota(
        put_events=20_000,
        bus_invocations=150_000,
        concurrency=30_000,
        scaling_at_once=1_000,
        table_writes=200_000,
        table_writes_at_first=200_000,
    )


_HUNDRED_THOUSAND = (
    "PutEvents 20,000/s, ten entries a call; invocations 150,000/s; concurrency 30,000, 20,000 of it warm; "
    "tables of 200,000 units, warmed"
)

SCENARIOS = [
    Scenario("real time, 10/s", lambda setting: realtime(setting, 10, 300)),
    Scenario("real time, 1,000/s", lambda setting: realtime(setting, 1_000, 60, slices=10)),
    Scenario("real time, 100,000/s", lambda setting: realtime(setting, 100_000, 120, slices=1_000)),
    Scenario(
        "real time, 100,000/s",
        lambda setting: realtime(setting, 100_000, 60, slices=500, entries=10, warm=20_000),
        _HUNDRED_THOUSAND,
        _warmed,
    ),
    Scenario("batch, 10/s", lambda setting: batch(setting, 10, 14_400)),
    Scenario("batch, 1,000/s", lambda setting: batch(setting, 1_000, 14_400)),
    Scenario(
        "batch, 1,000/s",
        lambda setting: batch(setting, 1_000, 14_400),
        "MaxDrains 20, BatchSchedule rate(5 minutes)",
        lambda setting: setting.parameter(max_drains=20, batch_period=300.0),
    ),
    Scenario("one account of 1,001 floods, 5 webhooks, 700/s", lambda setting: flood(setting, 700, 5, 20.0)),
    Scenario(
        "one account of 1,001 floods, 5 webhooks, 700/s",
        lambda setting: flood(setting, 700, 5, 20.0),
        "tables of 40,000 units, warmed",
        lambda setting: setting.quota(table_writes_at_first=40_000),
    ),
    Scenario(
        "one account publishes all that HTTP lets it", lambda setting: flood(setting, over_http(setting), 1, 20.0)
    ),
    Scenario(
        "one account publishes all that HTTP lets it",
        lambda setting: flood(setting, over_http(setting), 1, 20.0),
        "PublishesPerMinute 600",
        lambda setting: setting.parameter(publishes_per_minute=600),
    ),
    Scenario("a hot webhook, 1,500/s", lambda setting: flood(setting, 1_500, 1)),
    Scenario(
        "a hot webhook, 1,500/s",
        lambda setting: flood(setting, 1_500, 1),
        "concurrency 10,000",
        lambda setting: setting.quota(concurrency=10_000),
    ),
    Scenario("DynamoDB refuses half for ten minutes", disturbance),
    Scenario("one receiver is down for 6.9 days", one_down),
    Scenario("6,000 receivers are down for a week", lambda setting: many_down(setting, 7.2, 100)),
    Scenario(
        "6,000 receivers are down for a day",
        lambda setting: many_down(setting, 1, 100),
        "MaxSenders 200",
        lambda setting: setting.parameter(max_senders=200),
    ),
    Scenario(
        "6,000 receivers are down for a day",
        lambda setting: many_down(setting, 1, 20),
        "MaxSenders 20",
        lambda setting: setting.parameter(max_senders=20),
    ),
]
