"""What is priced: the cases of `docs/cost.md`, each a sum of invocations that the benchmarks measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.cost.model import Assumptions, Function, Lines, Prices, invocation, published, times, together, under

_MILLION = 1e6
_MONTH_SECONDS = 30 * 24 * 3600
_SWEEP_SECONDS, _DRAIN_SECONDS = 300, 900  # the schedules of the template
_BATCH = 1_000
_LARGE_BYTES = 100_000


@dataclass(frozen=True)
class Priced:
    """Measured figures by scenario, functions by folder, and how many alarms and dashboards the template has."""

    figures: Mapping[str, Mapping[str, Any]]
    functions: Mapping[str, Function]
    alarms: int
    dashboards: int
    counter_window_seconds: float
    prices: Prices
    assumed: Assumptions = Assumptions()  # noqa: RUF009 - frozen

    def of(self, scenario: str, function: str, events: int = 1) -> Lines:
        """Return the lines of one invocation."""
        return invocation(
            self.figures[scenario], self.functions[function], self.prices, self.assumed, events=events
        )  # fmt: skip

    def counted(self, *, busy: bool) -> Lines:
        """Return what counting one delivery costs: one of many records, or one that comes alone."""
        if "counter, 1 record" not in self.figures:
            return {}
        if busy:
            return under(
                "counter",
                times(1 / self.assumed.busy_records, self.of("counter, 100 records", "delivery_counter", 100)),
            )
        together_in_a_window = max(1.0, self.counter_window_seconds / 2)  # half an event a second
        return under("counter", times(1 / together_in_a_window, self.of("counter, 1 record", "delivery_counter")))

    def real_time(self, scenario: str, webhooks: int, *, busy: bool, event_bytes: float = 1_000) -> Lines:
        """Return what an event costs."""
        sent = self.of(scenario, "realtime_dispatcher")
        return together(published(self.prices, event_bytes), sent, times(webhooks, self.counted(busy=busy)))

    def batch(self) -> Lines:
        """Return what an event costs that leaves with 99 others; the bus puts it into the queue."""
        queued = {"queues": self.prices["sqsMillion"] / _MILLION}
        drained = times(1 / _BATCH, self.of("batch, 1,000 to 1 webhook", "batch_dispatcher", _BATCH))
        return together(published(self.prices), queued, drained, self.counted(busy=True))

    def dead_week(self) -> Lines:
        """Return what a million events cost that a receiver takes after it was dead for a week."""
        arrived = together(published(self.prices), self.of("real time, webhook FAILING", "realtime_dispatcher"))
        recovered = times(1 / _BATCH, self.of("redelivery, backlog of 1,000", "redelivery", _BATCH))
        attempts = times(self.assumed.dead_week_posts, self.of("redelivery, dead receiver", "redelivery"))
        each = together(arrived, recovered, times(2, self.counted(busy=True)))
        return together(times(_MILLION, each), under("attempts", attempts))

    def idle(self, *, alarms: bool, dashboard: bool) -> Lines:
        """Return a month in which nothing happens, with the alarms and the dashboard of the template or without."""
        sweeps = times(_MONTH_SECONDS / _SWEEP_SECONDS, self.of("redelivery, sweep", "redelivery"))
        drains = times(_MONTH_SECONDS / _DRAIN_SECONDS, self.of("batch, nothing waits", "batch_dispatcher"))
        polls = {"polls of the redelivery queue": self.assumed.polls_a_month * self.prices["sqsMillion"] / _MILLION}
        seen = {
            "alarms": alarms * self.alarms * self.prices["alarmMonth"],
            "dashboards": dashboard * self.dashboards * self.prices["dashboardMonth"],
        }
        key = {"key": self.prices["kmsKeyMonth"]}
        return together(key, polls, under("sweeps", sweeps), under("drains", drains), seen)


def priced_cases(it: Priced) -> dict[str, Lines]:
    """Return all cases by name: dollars a million events, of a week, or of a month."""
    cases: dict[str, Lines] = {}
    for webhooks in (1, 3, 25):
        name = f"real time, {webhooks} webhook{'s' if webhooks > 1 else ''}"
        for busy in (True, False):
            lines = it.real_time(f"{name}, TLS", webhooks, busy=busy)
            cases[f"{name}, {'busy' if busy else 'sparse'}"] = times(_MILLION, lines)
    large = it.real_time("real time, 1 webhook, TLS, 100 KB", 1, busy=True, event_bytes=_LARGE_BYTES)
    return {
        **cases,
        "real time, 1 webhook, 100 KB": times(_MILLION, large),
        "batch, 100 a POST": times(_MILLION, it.batch()),
        "a million events, receiver dead for a week": it.dead_week(),
        "idle a month, as deployed: with alarms": it.idle(alarms=True, dashboard=False),
        "idle a month, without alarms": it.idle(alarms=False, dashboard=False),
        "idle a month, with alarms and dashboard": it.idle(alarms=True, dashboard=True),
    }
