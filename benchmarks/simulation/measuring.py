"""Measured runs of the stack on one machine, which the simulation is held against.

With a stack that was just started (`make start`): `python -m benchmarks.simulation.measuring` adds a run to
`measured.json`, and writes `results/local.json`. Three webhooks of one account; real-time events come evenly, each in a
call of its own: from rest, once more, and with one that hangs. Measured along, for the parameters of the simulation:
what the emulator takes for a call while nothing else runs, what an event takes while all receivers are well, and the
very first one, how many function processes there were when one began to hang, how fast they became more, and how many
processors nobody else used.
"""

import json
import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any, TypeAlias

import httpx

from local import aws, stack_file, tokens
from local.listener import Answer, Listener, Received
from local.settings import PROJECT_DIR, Settings
from local.tokens import DEFAULT_ACCOUNT
from recado.rules.event.catalogue import Category
from tests.support.catalogue import SHIPPED

MEASURED = Path(__file__).with_name("measured.json")
RESULT = Path(__file__).parents[1] / "results" / "local.json"
RATE, SECONDS, SLOW_AFTER = 20, 15, 2
ACCOUNT, TYPE = DEFAULT_ACCOUNT, SHIPPED.of(Category.REAL_TIME)[0]
_PROBES = 60
_SPIN_SECONDS = 1.0
# What is under way ends before the next begins: usual deliveries, and those to the one that hangs, given up after 5 s.
_SETTLES_SECONDS, _ENDS_SECONDS = 2, 8
_HANGS = Answer(delay_seconds=12)  # longer than anybody waits

Figures: TypeAlias = dict[str, dict[str, float]]


def main() -> None:
    """Measure, and write what was measured."""
    settings = Settings.from_env()
    stack = stack_file.read(settings)
    api = httpx.Client(
        base_url=f"{stack.api_url}/accounts/{ACCOUNT}",
        headers={"Authorization": f"Bearer {tokens.token(stack, settings, ACCOUNT)}"},
        trust_env=False,
        timeout=30,
    )
    arrived: dict[str, dict[str, float]] = {"first": {}, "second": {}, "hangs": {}}
    with (
        Listener(on_request=_noting(arrived, "first")) as first,
        Listener(on_request=_noting(arrived, "second")) as second,
        Listener(on_request=_noting(arrived, "hangs")) as third,
    ):
        made = [_registered(api, name, one.url) for name, one in (("a", first), ("b", second), ("c", third))]
        rest = _published(stack, "rest", SECONDS)
        time.sleep(_SETTLES_SECONDS)
        warm = _published(stack, "warm", SECONDS)
        time.sleep(_SETTLES_SECONDS)
        calls, cores = _probed(stack), _free_cores()
        third.usual_answer = _HANGS
        calls["processes"] = _processes(stack)
        sent = _published(stack, "e", SECONDS)
        calls["startsPerSecond"] = (_processes(stack) - calls["processes"]) / SLOW_AFTER
        time.sleep(_ENDS_SECONDS)
        for path in made:
            api.delete(path)
    figures, usual, from_rest = (
        {name: _latencies(events, arrived[name]) for name in ("first", "second")} for events in (sent, warm, rest)
    )
    calls["cores"] = cores
    calls["firstMs"] = round((min(arrived["first"].values()) - min(rest.values())) * 1000, 1)
    calls["warmP50Ms"] = usual["first"]["p50Ms"]
    _result(figures, usual, from_rest, cores)
    content = json.loads(MEASURED.read_text(encoding="utf-8"))
    content["runs"].append(_described(calls, figures))
    MEASURED.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(content["runs"][-1], indent=1))


def _result(beside: Figures, usual: Figures, from_rest: Figures, cores: float) -> None:
    """Write what is judged: both healthy receivers together, as far from the target as the worse of them."""
    ratio = max(beside[name]["p95Ms"] / usual[name]["p95Ms"] for name in usual)
    median_seconds = max(one["p50Ms"] for one in from_rest.values()) / 1000
    content = {
        "p95BesideHanging": round(ratio, 2),
        "medianFromRest": round(median_seconds, 4),
        "warmP95Ms": usual["first"]["p95Ms"],
        "freeCores": cores,
    }
    RESULT.write_text(json.dumps({"local stack": content}, indent=1) + "\n", encoding="utf-8")


def _free_cores() -> float:
    """How many of the machine's processors are free for more: what as many processes get of them in a second."""
    count = os.cpu_count() or 1
    with ProcessPoolExecutor(count) as processes:
        return round(sum(processes.map(_spin, [_SPIN_SECONDS] * count)) / _SPIN_SECONDS, 2)


def _spin(seconds: float) -> float:
    """Compute for so long; the seconds of processor time that it got."""
    ends, began = time.monotonic() + seconds, time.process_time()
    while time.monotonic() < ends:
        pass
    return time.process_time() - began


def _noting(arrived: dict[str, dict[str, float]], name: str) -> Callable[[Received], object]:
    def note(received: Received) -> None:
        for event_id in received.event_ids:
            arrived[name].setdefault(event_id, time.time())

    return note


def _registered(api: httpx.Client, name: str, url: str) -> str:
    body = {"name": name, "targetUrl": url, "eventNames": [TYPE.name], "authentication": {"type": "NONE"}}
    answer = api.post("/webhooks", json=body)
    answer.raise_for_status()
    return f"/webhooks/{answer.json()['webhookId']}"


def _published(stack: stack_file.Stack, prefix: str, seconds: int, rate: int = RATE) -> dict[str, float]:
    """Publish evenly, whoever is late; when each event was handed over, by its id."""
    events, sent, handed = aws.client("events", stack.aws_endpoint_url), dict[str, float](), list[Future[None]]()

    def publish(number: int) -> None:
        now = time.time()
        event_id = f"{prefix}-{int(now)}-{number}"
        detail = {"accountId": int(ACCOUNT), "eventId": event_id, "timestamp": int(now * 1000), "eventInfo": ""}
        sent[event_id] = now
        entry = {
            "EventBusName": stack.event_bus_name,
            "Source": stack.event_source,
            "DetailType": TYPE.name,
            "Detail": json.dumps({**detail, "data": dict(TYPE.sample)}),
        }
        assert not events.put_events(Entries=[entry])["FailedEntryCount"]

    began = time.time()
    with ThreadPoolExecutor(16) as threads:
        for number in range(rate * seconds):
            time.sleep(max(0.0, began + number / rate - time.time()))
            handed.append(threads.submit(publish, number))
    for one in handed:
        one.result()
    return sent


def _probed(stack: stack_file.Stack) -> dict[str, float]:
    """Milliseconds of calls, one at a time, medians."""
    dynamodb, events = (aws.client(service, stack.aws_endpoint_url) for service in ("dynamodb", "events"))
    table = stack.tables["WebhooksTable"]
    key = {"account_id": {"S": "nobody"}, "webhook_id": {"S": "none"}}
    bus = {"EventBusName": stack.event_bus_name, "Source": "nobody.listens", "DetailType": "X", "Detail": "{}"}
    return {
        "dynamodbMs": _milliseconds(lambda: dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)),
        "putEventsMs": _milliseconds(lambda: events.put_events(Entries=[bus])),
    }


def _milliseconds(call: Callable[[], Any]) -> float:
    taken = []
    for _ in range(_PROBES):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return round(median(taken), 2)


def _processes(stack: stack_file.Stack) -> int:
    """How many processes the dispatcher of this stack has, without the one that the others are forked from."""
    function, here, found = stack.functions["RealtimeDispatcherFunction"].encode(), str(PROJECT_DIR).encode(), 0
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            words = command.read_bytes()
            found += function in words and here in words
    return found - 1


def _latencies(sent: dict[str, float], arrived: dict[str, float]) -> dict[str, float]:
    """From handing over to receipt, in milliseconds."""
    taken = [(arrived[event_id] - at) * 1000 for event_id, at in sent.items() if event_id in arrived]
    hundredths = quantiles(taken, n=100)
    return {
        "events": len(sent),
        "arrived": len(taken),
        "p50Ms": round(hundredths[49], 1),
        "p95Ms": round(hundredths[94], 1),
    }


def _described(calls: dict[str, float], figures: Figures) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        **calls,
        "receivers": figures,
    }


if __name__ == "__main__":
    main()
