"""The arithmetic: figures of a scenario and prices of a region become dollars, line by line. No I/O."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Prices = Mapping[str, float]
Lines = dict[str, float]
"""Dollars by what is billed."""

_MILLION, _GB, _MB_OF_A_GB = 1e6, 1e9, 1024
_SQS = frozenset({"ReceiveMessage", "DeleteMessage", "SendMessage", "ChangeMessageVisibility", "GetQueueAttributes"})
_KMS = frozenset({"Encrypt", "Decrypt", "GenerateDataKey", "GenerateMac"})
_CHARGED_EVENT_BYTES = 64 * 1024


@dataclass(frozen=True)
class Assumptions:
    """What was not measured here. All of it stands in this place."""

    mb_of_a_core: float = 1769.0  # of memory, with which Lambda gives a whole core
    core_ratio: float = 1.0  # the time a core of Lambda's (arm64) needs, of that of the machine of the benchmarks
    aws_call_ms: float = 5.0
    receiver_ms: float = 100.0  # until an answer has come, the handshake included
    bytes_beside_body: float = 3_000.0  # out, a POST: headers, handshake, TCP
    stored_months: float = 1.0  # deliveries and logs are kept for 30 days
    busy_records: float = 100.0  # that the counter gets at once where much happens
    polls_a_month: float = 648_000.0  # of an idle queue by Lambda: five, each every 20 s
    dead_week_posts: float = 2_021.0  # of a receiver that never answers, as `make simulate` has it


@dataclass(frozen=True)
class Function:
    """What Lambda gives a function."""

    memory_mb: float


def duration_ms(cpu_ms: float, waits_ms: float, memory_mb: float, assumed: Assumptions) -> float:
    """Return how long an invocation takes: less memory is less of a core, and waits stay what they are."""
    return cpu_ms * assumed.core_ratio * max(1.0, assumed.mb_of_a_core / memory_mb) + waits_ms


def lambda_dollars(milliseconds: float, memory_mb: float, prices: Prices) -> float:
    """Return the price of one invocation: its request, and its memory for so long."""
    return milliseconds / 1000 * memory_mb / _MB_OF_A_GB * prices["lambdaGbSecond"] + prices["lambdaMillion"] / _MILLION


def invocation(
    figures: Mapping[str, Any], function: Function, prices: Prices, assumed: Assumptions, *, events: int = 1
) -> Lines:
    """Return the lines of one invocation of so many events. Its POSTs wait side by side, its calls one after the other.

    `figures` has `calls` and units by table, `cpuMs` an event, and the bytes that were logged, put and POSTed.
    """
    calls, posts = figures["calls"], figures.get("posts", 0)
    waits = sum(calls.values()) * assumed.aws_call_ms + (assumed.receiver_ms if posts else 0)
    kept_gb = figures.get("bytesPut", 0) / _GB * assumed.stored_months
    milliseconds = duration_ms(figures["cpuMs"] * events, waits, function.memory_mb, assumed)
    logged = figures.get("logBytes", 0)
    return {
        "Lambda": lambda_dollars(milliseconds, function.memory_mb, prices),
        "writes": sum(figures.get("writeUnits", {}).values()) * prices["writeMillion"] / _MILLION,
        "reads": figures.get("readUnits", 0) * prices["readMillion"] / _MILLION,
        "queues": _called(calls, _SQS) * prices["sqsMillion"] / _MILLION,
        "keys": _called(calls, _KMS) * prices["kmsMillion"] / _MILLION,
        "storage": kept_gb * (prices["storageGbMonth"] + prices["recoveryGbMonth"]),
        "logs": logged / _GB * (prices["logGb"] + prices["logGbMonth"] * assumed.stored_months),
        "data out": (figures.get("postBytes", 0) + posts * assumed.bytes_beside_body) / _GB * prices["outGb"],
    }  # fmt: skip


def published(prices: Prices, event_bytes: float = 1_000) -> Lines:
    """Return the lines of one event put on the bus, which charges by 64 KB."""
    return {"event bus": math.ceil(event_bytes / _CHARGED_EVENT_BYTES) * prices["eventMillion"] / _MILLION}


def times(factor: float, lines: Lines) -> Lines:
    """Return the lines of so many."""
    return {name: factor * dollars for name, dollars in lines.items()}


def together(*parts: Lines) -> Lines:
    """Return the lines of all parts, added up, without those that cost nothing."""
    names = dict.fromkeys(name for part in parts for name in part)
    added = {name: sum(part.get(name, 0.0) for part in parts) for name in names}
    return {name: dollars for name, dollars in added.items() if dollars}


def under(name: str, lines: Lines) -> Lines:
    """Return them as one line of this name."""
    return {name: sum(lines.values())}


def hosted(sender: Mapping[str, Any], millions: float = 1.0) -> float:
    """Return what a hosted sender charges for so many million POSTs in a month."""
    beyond = max(0.0, millions - float(sender["included"]) / _MILLION)
    return float(sender["monthly"]) + beyond * float(sender["perMillion"])


def _called(calls: Mapping[str, int], operations: frozenset[str]) -> int:
    return sum(count for name, count in calls.items() if name.split()[0].removesuffix("Batch") in operations)
