"""`docs/cost.md`, written anew by `make cost`. No I/O."""

# ruff: noqa: E501  the lines of the page
from collections.abc import Mapping
from typing import Any

_HEAD = """# What it costs

This page is written by `make cost`: what `make bench` measured (commit {commit}, {date}, {processor}, Python {python}), times
AWS's published prices as of {as_of}, without free tiers and discounts. **Prices are data** (`benchmarks/prices/*.json`, with
their sources) **and have to be checked** before a budget rests on them. Nothing here was read off a bill.

## Dollars

A million events of about 1 KB, in us-east-1; an event to three webhooks is three deliveries. *Busy* is where the counter gets a
hundred records at once, *sparse* where an event comes every two seconds.

"""
_ASSUMED = {
    "mb_of_a_core": "MB of memory that buy a core of Lambda's",
    "core_ratio": "time that a core of Lambda's needs, of that of the machine measured on",
    "aws_call_ms": "ms of an AWS call, waited for one after the other",
    "receiver_ms": "ms until a receiver has answered, handshake included",
    "bytes_beside_body": "bytes out of a POST beside its body",
    "stored_months": "months that deliveries and logs are kept",
    "busy_records": "records that the counter gets at once when busy",
    "polls_a_month": "requests a month with which Lambda polls an idle queue",
    "dead_week_posts": "POSTs to a receiver that is dead for a week (`make simulate`)",
}


def document(result: Mapping[str, Any], aws: Mapping[str, Any], senders: Mapping[str, Any]) -> str:
    """Return the page."""
    regions = list(result["regions"])
    parts = [
        _HEAD.format(**result["measured"], as_of=result["pricesAsOf"]),
        _rows(["", *regions], _totals(result, regions)),
        "\n## Line by line, us-east-1\n\n",
        "\n".join(f"- **{name}**: {_lines(lines)}" for name, lines in result["regions"]["us-east-1"].items()),
        "\n\n## Beside others\n\n",
        _beside(result, aws, senders),
        "\n## Memory\n\nA function's usual invocation with other sizes: CPU takes longer with less memory, waits do not. Import is a cold start's.\n\n",
        _rows(["function", "MB", "ms", "$ a million", "s of import"], _memory(result)),
        "\n## Assumed\n\nNot measured here; all in `benchmarks/cost/model.py`.\n\n",
        _rows(["what", "value"], [[_ASSUMED[name], f"{value:g}"] for name, value in result["assumed"].items()]),
        "\nNot in it: mails of alerts (`MailFrom`; $0.10 for 1,000, two alarms, and nothing of an event), NAT gateways and traffic in a VPC, KMS calls for cold environments, requests to the HTTP API and reads of the\n"
        "console, Cognito's monthly price of machine clients, X-Ray, support, tax.\n",
        "\n## Sources of the prices\n\n" + aws["note"] + "\n\n",
        "\n".join(f"- {name}: {source}" for name, source in aws["sources"].items()),
        "\n",
    ]
    return "".join(parts)


def _totals(result: Mapping[str, Any], regions: list[str]) -> list[list[str]]:
    names = result["regions"][regions[0]]
    return [
        [name, *(f"{sum(result['regions'][region][name].values()):.2f}" for region in regions)] for name in names
    ]  # fmt: skip


def _lines(lines: Mapping[str, float]) -> str:
    largest = sorted(lines.items(), key=lambda line: -line[1])
    return ", ".join(f"{name} {dollars:.2f}" for name, dollars in largest if dollars >= 0.005)  # noqa: PLR2004 - a half cent


def _beside(result: Mapping[str, Any], aws: Mapping[str, Any], senders: Mapping[str, Any]) -> str:
    prices = aws["regions"]["us-east-1"]
    bus = prices["eventMillion"] + prices["apiDestinationMillion"]
    rows = [
        [
            "Recado, real time, 1 webhook, sparse",
            f"{result['totals']['real time, 1 webhook, sparse']:.2f}",
            "this page",
        ],
        ["EventBridge API destinations, 1 destination", f"{bus:.2f} and data out", aws["sources"]["events"]],
        *([one["name"], f"{result['hosted'][one['name']]:.2f}", one["source"]] for one in senders["senders"]),
    ]
    text = (
        f"A million events in a month, each POSTed once. {senders['note']} API destinations repeat for 24 hours at most,\n"
        "wait 5 s, and keep no log, no signature and no console; a destination is a rule and a connection of its own.\n\n"
    )
    return text + _rows(["sender", "$ a month", "source"], rows)


def _memory(result: Mapping[str, Any]) -> list[list[str]]:
    return [
        [name, size, f"{one['ms']:g}", f"{one['dollarsMillion']:.2f}", f"{one['importSeconds']:.2f}"]
        for name, sizes in result["memorySizes"].items()
        for size, one in sizes.items()
    ]


def _rows(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
