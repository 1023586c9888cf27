"""`make simulate`: the table of cutting and setting aside, and `benchmarks/results/cutting.json`.

The long rows, of every size, place and seed, are simulated with `FULL=1`; without it their figures are kept.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from tests.faults.cutting.cases import CASES
from tests.faults.cutting.figures import Figures

_RESULTS = Path(__file__).parents[3] / "benchmarks" / "results" / "cutting.json"
_WIDTH = 58


def line(name: str, had: Figures, missed: list[str]) -> str:
    """Write one row."""
    ratio = "" if had.ratio is None else f"{had.ratio:.2f}"
    order = "yes" if had.in_order else "no"
    return (
        f"{name:{_WIDTH}}{had.posts:>7,}{ratio:>7}{had.twice:>8.1f}{had.seconds:>11,.1f}{had.waited:>10,.1f}{order:>7}"
        f"  {'; '.join(missed)}".rstrip()
    )


def main() -> None:
    """Simulate; print each row as it is known, and end with 1 where a goal is missed."""
    print(f"{'':{_WIDTH}}{'POSTs':>7}{'ratio':>7}{'% twice':>8}{'seconds':>11}{'of waits':>10}{'order':>7}  missed")
    kept = json.loads(_RESULTS.read_text(encoding="utf-8")) if _RESULTS.exists() else {}
    figures, failed, is_full = {}, False, bool(os.environ.get("FULL"))
    for case in CASES:
        if case.is_long and not is_full:
            figures.update({name: row for name, row in kept.items() if name == case.name})
            continue
        had = case.run()
        missed = case.goal.missed(had)
        failed = failed or bool(missed)
        figures[case.name] = {name: round(value, 3) for name, value in asdict(had).items() if value is not None}
        print(line(case.name, had, missed), flush=True)
    _RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.exit(failed)


if __name__ == "__main__":
    main()
