"""What has a limit: a rate, so many at once, a partition or a table; and the meter that notes where it is reached."""

import math
from collections import Counter
from dataclasses import dataclass, field

import simpy

from benchmarks.simulation.aws import Setting

_ROUNDING = 1e-6


@dataclass
class Meter:
    """Notes by the limit's name how often something was refused or had to wait there, and when first, in seconds."""

    env: simpy.Environment
    times: Counter[str] = field(default_factory=Counter)
    first_at: dict[str, float] = field(default_factory=dict)

    def note(self, limit: str) -> None:
        """Once more."""
        self.times[limit] += 1
        self.first_at.setdefault(limit, self.env.now)

    def first(self) -> str | None:
        """The limit that was reached first; None where none was."""
        return min(self.first_at, key=lambda name: (self.first_at[name], name), default=None)


class Bucket:
    """A rate: so much a second, and no more at once than `burst`, a second's worth where it is not given."""

    def __init__(self, env: simpy.Environment, rate: float, burst: float | None = None) -> None:
        self._env = env
        self.rate = rate
        self.burst = max(1.0, rate if burst is None else burst)
        self._left, self._at = self.burst, env.now

    def _refill(self) -> None:
        now = self._env.now
        self._left = min(self.burst, self._left + (now - self._at) * self.rate)
        self._at = now

    def take(self, amount: float = 1.0) -> bool:
        """Take so much, if it is there; of what is more than the whole, all of it, and it is made good afterwards."""
        self._refill()
        if self._left + _ROUNDING < min(amount, self.burst):
            return False
        self._left -= amount
        return True

    def reserve(self, amount: float = 1.0) -> float:
        """Take it in any case, and answer after how many seconds it may be used: who waits stands in a row."""
        self._refill()
        self._left -= amount
        return max(0.0, -self._left / self.rate)


class Table:
    """A table on demand: partitions of a thousand write units and three thousand read units a second, or a mix.

    A new one takes so much; what it has taken for a while it takes twice. `refuses` is the chance from 0 to 1 that a
    request is refused whatever it is, as in a disturbance of a whole region.
    """

    def __init__(self, env: simpy.Environment, meter: Meter, setting: Setting, name: str) -> None:
        self._env, self._meter, self._quotas = env, meter, setting.quotas
        self._name = name
        self._share = setting.share
        self._partitions: dict[str, Bucket] = {}
        self._allowed = min(self._quotas.table_writes_at_first, self._quotas.table_writes)
        self._whole = Bucket(env, self._share(self._allowed))
        self._second, self._units, self._peak, self._grown_at = 0, 0.0, 0.0, 0.0
        self.refuses = 0.0
        self.units = 0.0

    @property
    def allowed(self) -> float:
        """Write units a second that it takes by now, of the whole AWS account."""
        return self._allowed

    def admits(self, partition: str, chance: float, *, writes: float = 0.0, reads: float = 0.0) -> bool:
        """Whether it takes so many units there; `chance` decides where it is disturbed."""
        if chance < self.refuses:
            self._meter.note("(the disturbance)")
            return False
        units = writes + reads * self._quotas.partition_writes / self._quotas.partition_reads
        self._grow(units)
        bucket = self._partitions.get(partition)
        if bucket is None:
            bucket = self._partitions[partition] = Bucket(self._env, self._quotas.partition_writes)
        if not bucket.take(units):
            self._meter.note("partition_writes")
            return False
        if not self._whole.take(units):
            self._meter.note("table_writes" if self._allowed >= self._quotas.table_writes else "table_writes_at_first")
            return False
        self.units += units
        return True

    def waits(self, writes: float, seconds: float) -> float:
        """Take so many units of the whole table in any case; how much longer than those seconds that takes."""
        self._grow(writes)
        longer = max(0.0, self._whole.reserve(writes) - seconds)
        if longer:
            self._meter.note("table_writes_at_first")
        return longer

    def _grow(self, units: float) -> None:
        """After half an hour it takes twice its peak, up to the table's quota."""
        second = math.floor(self._env.now)
        if second != self._second:
            self._peak = max(self._peak, self._units)
            self._second, self._units = second, 0.0
        self._units += units
        if self._env.now - self._grown_at < self._quotas.table_ramp_seconds:
            return
        grown = min(self._quotas.table_writes, max(self._allowed, 2 * min(self._peak, self._whole.rate) * self._ratio))
        if grown > self._allowed:
            self._allowed = grown
            self._whole = Bucket(self._env, self._share(grown))
        self._peak, self._grown_at = 0.0, self._env.now

    @property
    def _ratio(self) -> float:
        return 1 / self._share(1.0)


class Account:
    """The AWS account's concurrency, of which each function takes what it holds, less what is reserved for others."""

    def __init__(self, setting: Setting) -> None:
        self.free = max(1, round(setting.share(setting.quotas.concurrency)))


class Function:
    """A function: environments that are kept, a growth that is limited, and perhaps a reserved concurrency."""

    def __init__(
        self,
        env: simpy.Environment,
        meter: Meter,
        setting: Setting,
        account: Account,
        *,
        reserved: int | None = None,
        warm: int = 0,
    ) -> None:
        self._meter, self._account = meter, account
        self._reserved = None if reserved is None else max(1, round(setting.share(reserved)))
        if self._reserved is not None:
            account.free -= self._reserved
        quotas = setting.quotas
        self._growth = Bucket(env, setting.share(quotas.scaling_a_second), setting.share(quotas.scaling_at_once))
        concurrency = max(1, round(setting.share(quotas.concurrency)))
        self._requests = Bucket(env, concurrency * quotas.requests_per_slot)
        self.idle, self.busy, self.most_busy = warm, 0, 0

    def start(self) -> bool | None:
        """Take an environment: whether it is a new one; None where there is none."""
        refusal = self._refusal()
        if refusal is not None:
            self._meter.note(refusal)
            return None
        is_new = self.idle == 0
        self.idle -= not is_new
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        if self._reserved is None:
            self._account.free -= 1
        return is_new

    def end(self) -> None:
        """Give it back."""
        self.busy -= 1
        self.idle += 1
        if self._reserved is None:
            self._account.free += 1

    def _refusal(self) -> str | None:
        """The limit that lets none start now."""
        if self._reserved is not None and self.busy >= self._reserved:
            return "RealtimeConcurrency"
        if self._reserved is None and self._account.free <= 0:
            return "concurrency"
        if not self._requests.take():
            return "requests_per_slot"
        return None if self.idle or self._growth.take() else "scaling_a_second"
