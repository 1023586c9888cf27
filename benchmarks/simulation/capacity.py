"""What each quota and parameter lets through by itself, in events a second: computed, not simulated.

A real-time event is one invocation, one read of its account's webhooks, and a read and a write for each webhook.
"""

from dataclasses import dataclass

from benchmarks.simulation.aws import Setting
from benchmarks.simulation.world import SECONDS_FOR_RECORDS
from recado.use_cases.sending.direct.flow import WINDOW_MESSAGES

_CALLS = 3
_SECONDS_FOR_A_WINDOW = 60


@dataclass(frozen=True)
class Step:
    """So many events a second a limit allows; `whose` is `all`, or `one webhook`, whose own it is."""

    limit: str
    events: float
    whose: str = "all"


def held_seconds(setting: Setting, webhooks: int = 1) -> float:
    """How long a warm dispatcher is busy with an event, at the middle of all latencies."""
    latencies, costs = setting.latencies, setting.costs
    cpu = setting.cpu(costs.event_cpu + webhooks * costs.webhook_cpu, setting.deployment.realtime_memory)
    return latencies.invoke.p50 + _CALLS * latencies.dynamodb.p50 + latencies.receiver.p50 + cpu


def units(setting: Setting, webhooks: int = 1) -> float:
    """Write units of the deliveries table, with what is read as a part of one."""
    return webhooks * (1 + setting.quotas.partition_writes / setting.quotas.partition_reads)


def realtime_steps(setting: Setting, webhooks: int = 1, entries: int = 1) -> list[Step]:
    """The limits of events in real time, the lowest first."""
    quotas, held = setting.quotas, held_seconds(setting, webhooks)
    steps = [
        Step("partition_writes", quotas.partition_writes / units(setting), "one webhook"),
        Step("table_writes_at_first", quotas.table_writes_at_first / units(setting, webhooks)),
        Step("table_writes", quotas.table_writes / units(setting, webhooks)),
        Step("concurrency", quotas.concurrency / held),
        Step("requests_per_slot", quotas.concurrency * quotas.requests_per_slot),
        Step("put_events", quotas.put_events * entries),
        Step("bus_invocations", quotas.bus_invocations),
    ]
    return sorted(steps, key=lambda step: step.events)


def batch_rate(setting: Setting, accounts_in_window: int = WINDOW_MESSAGES) -> float:
    """Events a second that the drains send on the average, where every window holds so many accounts."""
    deployment, costs = setting.deployment, setting.costs
    cpu = WINDOW_MESSAGES * costs.batch_event_cpu + accounts_in_window * costs.batch_account_cpu
    receiving = 2 * WINDOW_MESSAGES / 10 * setting.latencies.sqs.p50
    window = max(setting.cpu(cpu, deployment.batch_memory), receiving)
    at_work = deployment.batch_timeout - SECONDS_FOR_RECORDS - _SECONDS_FOR_A_WINDOW
    return deployment.max_drains * WINDOW_MESSAGES / window * min(1.0, at_work / deployment.batch_period)


def senders_needed(dead: int, seconds_of_a_post: float, setting: Setting, wait: float = 300.0) -> float:
    """How many owners so many receivers that nobody reaches keep busy, each tried again after that wait and a tenth."""
    run = seconds_of_a_post + setting.latencies.invoke.p50 + 4 * setting.latencies.dynamodb.p50
    return dead * run / (wait * 1.05 + run)
