"""Simulated years: weeks of load, admins and faults, after each of which all is mended and looked at."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from recado.adapters.dynamodb.tables import ASIDE_SUFFIX, BACKLOG_SUFFIX, COPY_SUFFIX
from tests.faults.throttling.buckets import Place
from tests.faults.years.aws.expressions import Item
from tests.faults.years.aws.invocations import DELIVERIES, WEBHOOKS
from tests.faults.years.checks import ends
from tests.faults.years.checks.ledger import Problem
from tests.faults.years.checks.watched import Watched
from tests.faults.years.faults import DAY_MS, HOUR_MS, MINUTE_MS
from tests.faults.years.outside.admins import Admin
from tests.faults.years.outside.load import Load, Published
from tests.faults.years.outside.receivers import ALL_KINDS, KINDS, Makes, Receiver, Well
from tests.faults.years.world import World
from tests.unit.builders import NOW

_LONGEST_MENDING_MS = 3 * DAY_MS
_STORED_DAYS = 30
_SUFFIXES = ("", BACKLOG_SUFFIX, ASIDE_SUFFIX)
_ALSO_DEAD = 0.4
"""So many receivers of other kinds are dead now and then, too."""


@dataclass(frozen=True)
class Scale:
    """How large a simulation is: accounts, webhooks of each at first, and the most days until all is mended."""

    accounts: int = 3
    webhooks: int = 2
    days: int = 21
    events_a_day: float = 12.0
    admin_every_hours: float = 8.0
    calm_hours: float = 30.0


DENSE = Scale(accounts=1, days=3, events_a_day=70, admin_every_hours=0.5, calm_hours=3)
"""A few days in which much happens: what takes two things at once shows sooner."""


@dataclass
class Report:
    """What was simulated, and what was found."""

    seed: int
    webhook_days: float = 0.0
    events: int = 0
    posts: int = 0
    posts_failed: int = 0
    carried: int = 0
    calls: int = 0
    invocations: int = 0
    most_wake_ups: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)
    receivers: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def webhook_years(self) -> float:
        """Years, summed up over the webhooks."""
        return self.webhook_days / 365


class Campaign:
    """One world from one seed, for as long as is asked for or until something is wrong."""

    def __init__(
        self,
        seed: int,
        scale: Scale | None = None,
        *,
        kinds: Mapping[str, Makes] = ALL_KINDS,
        fault_names: frozenset[str] | None = None,
    ) -> None:
        self.scale = scale or Scale()
        self.world = World(seed, NOW, fault_names)
        self.report = Report(seed)
        self._kinds = kinds
        self._random = Random(seed + 2)
        self._published: list[Published] = []
        world = self.world
        self._admin = Admin(
            world.simulation,
            Random(seed + 3),
            world.deployed,
            world.ask,
            lambda: ends.alive(world),
            self._known,
            self._registered,
            world.answered,
            self.scale.admin_every_hours * 3600,
        )
        self._loads = [
            Load(
                world.simulation,
                Random(seed + 10 + number),
                str(1010 + number),
                self._publish,
                self._a_day(),
                bad=self._random.choice([0, 0.005, 0.05]),
            )
            for number in range(self.scale.accounts)
        ]

    def run(self, webhook_years: float, *, seconds: Callable[[], bool] = lambda: True) -> Report:
        """Simulate until so many webhook-years are over, `seconds` says no, or something is wrong."""
        with self.world.running():
            self.world.schedule()
            while self.report.webhook_years < webhook_years and seconds() and not self.world.ledger.problems:
                self._epoch()
        self._sum_up()
        return self.report

    def _a_day(self) -> float:
        return self.scale.events_a_day * self._random.choice([0.2, 1, 1, 2])

    def _register_missing(self) -> None:
        """Let each account have its webhooks: at first, and where some were removed and not registered anew."""
        simulation = self.world.simulation
        for load in self._loads:
            here = sum(one.account_id == load.account_id for one in ends.alive(self.world))
            for _ in range(self.scale.webhooks - here):
                simulation.at(simulation.now_ms, self._admin.register, load.account_id)
        self._go_on(MINUTE_MS)

    def _epoch(self) -> None:
        """Some days of everything, and then until all is well."""
        self._register_missing()
        world, simulation = self.world, self.world.simulation
        began = simulation.now_ms
        end = began + round(self._random.uniform(0.3, 1) * self.scale.days * DAY_MS)
        self._published = []
        for load in self._loads:
            simulation.at(began, load.go_on_until, end)
        simulation.at(began, self._admin.go_on_until, end)
        simulation.at(began, self._weather, end)
        self._count(began)
        while simulation.now_ms < end and not world.ledger.problems:
            self._go_on(HOUR_MS)
            ends.check_on_the_way(world)
        self._mend()
        if not world.ledger.problems:
            ends.check_end(world, self._published)
        self._count(began, ending=True)
        self._forget()

    def _go_on(self, milliseconds: int) -> None:
        self.world.simulation.run(self.world.simulation.now_ms + milliseconds)

    def _weather(self, end: int) -> None:
        world, simulation = self.world, self.world.simulation
        while simulation.now_ms < end:
            simulation.sleep(self._random.expovariate(1 / (self.scale.calm_hours * 3600)))
            if simulation.now_ms < end:
                until = min(world.faults.begin(self._places()), end)
                simulation.sleep((until - simulation.now_ms) / 1000)
                world.faults.end()

    def _places(self) -> list[Place]:
        """Partitions that others may use up."""
        places = [Place(WEBHOOKS, None, load.account_id, "write") for load in self._loads]
        for one in ends.alive(self.world):
            places += [Place(DELIVERIES, None, one.webhook_id + suffix, "write") for suffix in _SUFFIXES]
            places.append(Place(DELIVERIES, None, one.webhook_id + BACKLOG_SUFFIX, "read"))
        return places

    def _mend(self) -> None:
        """Let the receivers take everything, switch all webhooks on, and wait until nothing is left to do."""
        world = self.world
        world.faults.end()
        for receiver in world.receivers.values():
            receiver.mended = True
        began = world.simulation.now_ms
        self._go_on(5 * MINUTE_MS)
        while not world.ledger.problems:
            off = [one for one in ends.alive(world) if one.status != "ACTIVE"]
            for watched in off:
                world.simulation.at(world.simulation.now_ms, self._admin.act, "on", watched)
            self._go_on(10 * MINUTE_MS)
            if not off and ends.is_quiet(world):
                break
            if world.simulation.now_ms - began > _LONGEST_MENDING_MS:
                world.ledger.problem("", f"it does not come to an end: {ends.why_not_quiet(world)}")
        for receiver in world.receivers.values():
            receiver.mended = False

    def _count(self, began: int, *, ending: bool = False) -> None:
        if not ending:
            return
        now, report = self.world.simulation.now_ms, self.report
        for one in self.world.ledger.webhooks.values():
            lived = (one.removed_ms or now) - max(one.created_ms, began)
            report.webhook_days += max(0, lived) / DAY_MS
        report.events += len({one.key for one in self._published})

    def _forget(self) -> None:
        """Let TTL remove what is old, and the checks forget what has been looked at."""
        world = self.world
        oldest = world.simulation.now_ms - _STORED_DAYS * DAY_MS
        began = min((one.key for one in self._published), default="9")
        for name, partition in list(world.tables.partitions(DELIVERIES)):
            if "#" not in name:
                self.report.ended.update(
                    partition.items[sort]["status"]["S"] for sort in partition.order if began <= sort
                )
            for sort in [one for one in partition.order if int(one[:15]) < oldest]:
                partition.put(sort, None)
        for _, partition in world.tables.partitions(WEBHOOKS):
            for sort in [one for one in partition.order if self._is_over(partition.items[one])]:
                partition.put(sort, None)
        for one in world.ledger.webhooks.values():
            one.asked.forget(oldest)
        for gone in [one for one in world.ledger.webhooks.values() if one.removed_ms is not None]:
            del world.ledger.webhooks[gone.webhook_id]

    def _is_over(self, item: Item) -> bool:
        return "expires_at" in item and int(item["expires_at"]["N"]) * 1000 < self.world.simulation.now_ms - DAY_MS

    def _publish(self, one: Published) -> None:
        self._published.append(one)
        self.world.publish(one)

    def _known(self, watched: Watched, waiting: bool) -> str | None:
        """Draw a delivery of a webhook."""
        if waiting:
            keys = sorted({sort.removesuffix(COPY_SUFFIX) for sort in (*watched.backlog, *watched.aside)})
        else:
            keys = self.world.tables.partition(DELIVERIES, watched.webhook_id).order[-200:]
        return self._random.choice(keys) if keys else None

    def _registered(self, _account_id: str, webhook_id: str | None) -> str:
        """Return a new address, behind which is a receiver: that of the webhook, or a new one."""
        url = f"https://r{len(self.world.receivers)}.example/"
        of_url = self.world.ledger.of_url
        receiver = next((one for at, one in self.world.receivers.items() if of_url.get(at) == webhook_id), None)
        if webhook_id is None or receiver is None:
            kind = self._random.choice(list(self._kinds))
            self.report.receivers[kind] += 1
            random = Random(self._random.getrandbits(32))
            now = self.world.simulation.now_ms
            habits = self._kinds[kind](random, now)
            if random.random() < _ALSO_DEAD:
                habits = [*KINDS["dead now and then"](random, now), *habits]
            receiver = Receiver(kind, habits, Well(random))
        self.world.receivers[url] = receiver
        return url

    def _sum_up(self) -> None:
        world, report = self.world, self.report
        report.posts, report.posts_failed = world.posts.number, world.posts.failed
        report.carried, report.calls = world.posts.events, world.calls.made.total()
        report.invocations, report.most_wake_ups = world.functions.count, world.queues["wake-ups"].most
        report.faults, report.repeated, report.asked = world.faults.happened, world.posts.repeated, self._admin.done
        report.alerts.update(kind for kind, _ in world.alerts)
        report.problems = world.ledger.problems
