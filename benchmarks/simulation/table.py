"""The tables that `make simulate` prints: what each limit allows, and a line a run."""

from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.simulation.capacity import Step
from benchmarks.simulation.outcome import Outcome

_NAME, _LIMIT, _LIFT = 48, 42, 46
_SHORT = 100  # what is below is told with three digits

Data = Mapping[str, Any]


def allowances(steps: Iterable[Step], batch: Mapping[str, float], data: Data) -> list[str]:
    """What each limit allows by itself, the lowest first; then what the drains do."""
    lines = ["real-time events a second to one webhook each, as each limit allows"]
    for step in steps:
        whose = "" if step.whose == "all" else f" ({step.whose})"
        lines.append(
            f"  {step.events:>9,.0f}  {name_of(step.limit, data) + whose:{_LIMIT + 10}}{_lift(step.limit, data)}"
        )
    lines.append("events a second that leave in batches, on the average")
    lines += [f"  {events:>9,.0f}  {name}" for name, events in batch.items()]
    return [*lines, ""]


def head() -> list[str]:
    """The names of the columns."""
    return [
        f"{'':{_NAME}}{'saturates first':{_LIMIT}}{'is lifted by':{_LIFT}}{'at s':>6}"
        f"{'healthy p50':>12}{'p95':>8}{'p99 s':>8}{'delivered':>12}{'waiting':>12}{'twice':>7}{'lost':>5}"
    ]


def row(name: str, lift: str, had: Outcome, data: Data) -> list[str]:
    """A run, with its times of the healthy accounts, or else of whoever it had; below it what is told beside."""
    group = next((each for each in ("healthy", "batch") if each in had.seconds), next(iter(had.seconds), ""))
    times = had.seconds.get(group, (None, None, None))
    at = "" if had.first_at is None else f"{had.first_at:,.0f}"
    limit = "-" if had.first is None else name_of(had.first, data)
    lines = [
        f"{name:{_NAME}}{limit:{_LIMIT}}{_lift(had.first, data):{_LIFT}}{at:>6}"
        f"{_time(times[0]):>12}{_time(times[1]):>8}{_time(times[2]):>8}{had.delivered:>12,}{had.waiting:>12,}{had.twice:>7,}{had.lost:>5,}"
    ]
    if lift:
        lines.append(f"  with {lift}")
    for other, values in had.seconds.items():
        if other != group:
            lines.append(f"  {other}: p50 {_time(values[0])}, p95 {_time(values[1])}, p99 {_time(values[2])} s")
    if had.aside:
        lines.append("  " + ", ".join(f"{key} {value}" for key, value in had.aside.items()))
    return lines


def name_of(limit: str, data: Data) -> str:
    """A limit as it is known to whoever may raise it: a quota by AWS's words, a parameter by its name."""
    return str(_entry(limit, data).get("name", limit))


def limits(data: Data) -> Mapping[str, Mapping[str, Any]]:
    """Quotas and parameters by the names that the simulation has for them."""
    return {**data["quotas"], **data["parameters"]}


def _lift(limit: str | None, data: Data) -> str:
    return "" if limit is None else str(_entry(limit, data).get("lift", ""))


def _entry(limit: str, data: Data) -> Mapping[str, Any]:
    return limits(data).get(limit, {})


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:.3g}" if seconds < _SHORT else f"{seconds:,.0f}"
