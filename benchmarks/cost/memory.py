"""What each function would cost, and take, with other sizes of memory. No I/O."""

from collections.abc import Mapping
from typing import Any

from benchmarks.cost.model import Assumptions, Prices, duration_ms, lambda_dollars

SIZES = (128, 256, 512, 1024)
_MAIN = {  # the usual invocation of each function: its scenario and how many events that has
    "realtime_dispatcher": ("real time, 1 webhook, TLS", 1),
    "batch_dispatcher": ("batch, 1,000 to 1 webhook", 1_000),
    "redelivery": ("redelivery, backlog of 1,000", 1_000),
    "delivery_counter": ("counter, 1 record", 1),
    "webhook_api": ("API, read a webhook", 1),
    "console": ("console, its page", 1),
}
_MILLION = 1_000_000


def memory_sizes(
    figures: Mapping[str, Mapping[str, Any]], prices: Prices, assumed: Assumptions
) -> dict[str, dict[str, dict[str, float]]]:
    """Return by function and size: milliseconds of its usual invocation, dollars of a million, seconds of import."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    for function, (scenario, events) in _MAIN.items():
        if scenario not in figures or f"import, {function}" not in figures:
            continue
        one, imported = figures[scenario], figures[f"import, {function}"]
        waits = sum(one["calls"].values()) * assumed.aws_call_ms + (assumed.receiver_ms if one.get("posts") else 0)
        table[function] = {}
        for size in SIZES:
            milliseconds = duration_ms(one["cpuMs"] * events, waits, size, assumed)
            table[function][str(size)] = {
                "ms": round(milliseconds, 1),
                "dollarsMillion": round(lambda_dollars(milliseconds, size, prices) * _MILLION, 2),
                "importSeconds": round(duration_ms(imported["deployedCpuMs"], 0, size, assumed) / 1000, 2),
            }
    return table
