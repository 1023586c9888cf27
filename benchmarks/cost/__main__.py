"""`make cost`: what `make bench` measured, times prices; writes `benchmarks/results/cost.json` and `docs/cost.md`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import outcome
from benchmarks.cost.cases import Priced, priced_cases
from benchmarks.cost.document import document
from benchmarks.cost.memory import memory_sizes
from benchmarks.cost.model import Assumptions, Function, hosted
from benchmarks.outcome import FOLDER, LATEST, ROOT
from benchmarks.world import counter_window
from tests.support.aws.stack import template
from tests.support.functions import FUNCTIONS, logical_id

_PRICES = ROOT / "benchmarks" / "prices"
_REGION = "us-east-1"
_DOCUMENT = ROOT / "docs" / "cost.md"


def main() -> None:
    """Compute, write, and judge the targets of the latest measurement again."""
    measured, aws, senders = _read(LATEST), _read(_PRICES / "aws.json"), _read(_PRICES / "hosted.json")
    functions = {
        path.parent.name: Function(float(template().properties(logical_id(path.parent.name)).get("MemorySize", 128)))
        for path in FUNCTIONS.glob("*/app.py")
    }
    regions = {region: priced_cases(_priced(measured, functions, prices)) for region, prices in aws["regions"].items()}
    result = {
        "measured": {key: measured[key] for key in ("commit", "date", "python", "processor")},
        "pricesAsOf": aws["asOf"],
        "assumed": asdict(Assumptions()),
        "memoryMb": {name: function.memory_mb for name, function in sorted(functions.items())},
        "totals": {name: _rounded(sum(lines.values())) for name, lines in regions[_REGION].items()},
        "regions": {
            region: {
                name: {line: _rounded(dollars) for line, dollars in lines.items()} for name, lines in cases.items()
            }
            for region, cases in regions.items()
        },
        "memorySizes": memory_sizes(measured["figures"], aws["regions"][_REGION], Assumptions()),
        "hosted": {sender["name"]: round(hosted(sender), 2) for sender in senders["senders"]},
    }
    (FOLDER / "cost.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    _DOCUMENT.write_text(document(result, aws, senders), encoding="utf-8")
    for name, dollars in result["totals"].items():
        print(f"{name:50}{dollars:>10.2f}")
    print(outcome.judge_again())


def _priced(measured: dict[str, Any], functions: dict[str, Function], prices: dict[str, float]) -> Priced:
    return Priced(
        figures=measured["figures"],
        functions=functions,
        # Those of mails are there with `MailFrom` alone.
        alarms=sum(
            each["Type"] == "AWS::CloudWatch::Alarm" and each["Condition"] == "HasAlarms"
            for each in template().document["Resources"].values()
        ),
        dashboards=len(template().of_type("AWS::CloudWatch::Dashboard")),
        counter_window_seconds=counter_window(),
        prices=prices,
    )


def _rounded(dollars: float) -> float:
    return round(dollars, 4)


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
