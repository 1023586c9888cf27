"""What the simulation knows of AWS and of the deployment: quotas and latencies as dated data, the template's numbers.

Rates are by the second, times in seconds, CPU in seconds of one vCPU.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from random import Random
from typing import Any, Self

from local.deploying import translation
from local.settings import SHIPPED_TEMPLATE
from recado.rules.sending import schedule

DATA = Path(__file__).with_name("quotas.json")
_Z99 = 2.326  # 99 of 100 of a normal distribution are below its mean and so many deviations


def read_data(path: Path = DATA) -> Mapping[str, Any]:
    """Read the quotas, latencies and costs, with their names and sources."""
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@dataclass(frozen=True, slots=True)
class Spread:
    """A latency: log-normal by its median and its 99th hundredth, in seconds."""

    p50: float
    p99: float

    def draw(self, random: Random) -> float:
        """One of them."""
        if self.p99 <= self.p50:
            return self.p50
        return self.p50 * math.exp(math.log(self.p99 / self.p50) / _Z99 * random.gauss(0, 1))


@dataclass(frozen=True, slots=True)
class Quotas:
    """AWS's quotas; names, units and sources are in `quotas.json`."""

    put_events: float
    put_events_entries: float
    bus_invocations: float
    concurrency: float
    scaling_a_second: float
    scaling_at_once: float
    requests_per_slot: float
    partition_writes: float
    partition_reads: float
    table_writes_at_first: float
    table_ramp_seconds: float
    table_writes: float
    in_flight: float
    vcpu_megabytes: float
    async_first_wait: float
    async_longest_wait: float
    async_error_wait: float


@dataclass(frozen=True, slots=True)
class Latencies:
    """How long others take."""

    bus: Spread
    dynamodb: Spread
    sqs: Spread
    invoke: Spread
    environment: Spread
    receiver: Spread


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU of what Recado does, on a whole vCPU."""

    event_cpu: float
    webhook_cpu: float
    batch_event_cpu: float
    batch_account_cpu: float
    queued_event_cpu: float
    import_cpu: float


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the template says, with its parameters as they are by default."""

    max_drains: int
    max_senders: int
    slow_after: float
    batch_period: float
    publishes_per_minute: int
    realtime_concurrency: int | None
    realtime_timeout: float
    realtime_age: float
    realtime_retries: int
    realtime_memory: float
    batch_timeout: float
    batch_memory: float
    redelivery_timeout: float
    redelivery_memory: float

    @classmethod
    def of_template(cls, path: Path = SHIPPED_TEMPLATE) -> Self:
        """Read a template; raises KeyError where it is not Recado's."""
        template = translation.read(path)
        default = {name: each.get("Default") for name, each in template["Parameters"].items()}
        memory = template["Globals"]["Function"]["MemorySize"]

        def function(name: str) -> Mapping[str, Any]:
            properties: Mapping[str, Any] = template["Resources"][name]["Properties"]
            return {"MemorySize": memory, **properties}

        realtime = function("RealtimeDispatcherFunction")
        batch, redelivery = function("BatchDispatcherFunction"), function("RedeliveryFunction")
        return cls(
            max_drains=int(default["MaxDrains"]),
            max_senders=int(default["MaxSenders"]),
            slow_after=float(default["SlowAfter"]),
            batch_period=(schedule.period_ms(default["BatchSchedule"]) or 0) / 1000,
            publishes_per_minute=int(default["PublishesPerMinute"]),
            realtime_concurrency=int(default["RealtimeConcurrency"]) if default["RealtimeConcurrency"] else None,
            realtime_timeout=realtime["Timeout"],
            realtime_age=realtime["EventInvokeConfig"]["MaximumEventAgeInSeconds"],
            realtime_retries=realtime["EventInvokeConfig"]["MaximumRetryAttempts"],
            realtime_memory=realtime["MemorySize"],
            batch_timeout=batch["Timeout"],
            batch_memory=batch["MemorySize"],
            redelivery_timeout=redelivery["Timeout"],
            redelivery_memory=redelivery["MemorySize"],
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a run is given. `slice_of`: one of so many equal slices of an AWS account is simulated.

    `cores` are the processors that all functions share where they run on one machine; None where each has its own.
    """

    quotas: Quotas
    latencies: Latencies
    costs: Costs
    deployment: Deployment
    slice_of: int = 1
    cores: float | None = None

    @classmethod
    def usual(cls) -> Self:
        """AWS's default quotas, the template's default parameters."""
        data = read_data()
        spreads = {name: Spread(each["p50"] / 1000, each["p99"] / 1000) for name, each in data["latencies"].items()}
        return cls(
            Quotas(**{each.name: data["quotas"][each.name]["value"] for each in fields(Quotas)}),
            Latencies(**spreads),
            Costs(**{name: each["value"] / 1000 for name, each in data["costs"].items()}),
            Deployment.of_template(),
        )

    def quota(self, **changes: float) -> Self:
        """The same with other quotas."""
        return replace(self, quotas=replace(self.quotas, **changes))

    def parameter(self, **changes: Any) -> Self:
        """The same with other parameters of the template."""
        return replace(self, deployment=replace(self.deployment, **changes))

    def share(self, whole: float) -> float:
        """The slice's part of what the AWS account has as a whole."""
        return whole / self.slice_of

    def cpu(self, seconds: float, megabytes: float) -> float:
        """How long so much CPU takes with so much memory; one thread has no more than one vCPU."""
        return seconds / min(1.0, megabytes / self.quotas.vcpu_megabytes)
