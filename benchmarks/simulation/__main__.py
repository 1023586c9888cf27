"""`make simulate`: every scenario with AWS's default quotas, and with what lifts the first that is met."""

import json
import sys
from pathlib import Path

from benchmarks.simulation import capacity, table
from benchmarks.simulation.aws import Setting, read_data
from benchmarks.simulation.scenarios import SCENARIOS

RESULTS = Path(__file__).parents[1] / "results" / "simulation.json"


def main() -> None:
    """Simulate everything; print each row as it is known, and end with 1 where a delivery was lost."""
    data, usual = read_data(), Setting.usual()
    steps = capacity.realtime_steps(usual)
    batch = {
        "every window of 1,000 accounts": capacity.batch_rate(usual),
        "every window of one account": capacity.batch_rate(usual, 1),
    }
    print("\n".join(table.allowances(steps, batch, data)))
    print("\n".join(table.head()))
    rows, lost = [], 0
    for scenario in SCENARIOS:
        had = scenario.run(scenario.setting(usual))
        lost += had.lost
        rows.append({"scenario": scenario.name, "with": scenario.lift or None, **had.as_json})
        print("\n".join(table.row(scenario.name, scenario.lift, had, data)), flush=True)
    content = {
        "quotasOf": data["date"],
        "realTimeEventsASecond": {step.limit: round(step.events) for step in steps},
        "batchEventsASecond": {name: round(events) for name, events in batch.items()},
        "rows": rows,
    }
    RESULTS.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()
