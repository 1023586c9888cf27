"""The files of a measurement: `results/latest.json`, a line of `results/history.jsonl`, and their plot."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.targets import judged

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "benchmarks" / "results"
LATEST = FOLDER / "latest.json"
_HISTORY, _PLOT = FOLDER / "history.jsonl", FOLDER / "history.svg"
_CUTTING, _COST = FOLDER / "cutting.json", FOLDER / "cost.json"
_LOCAL = FOLDER / "local.json"


def written(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the files; returns the table of targets.

    What `make simulate`, `make cost` and the measurement of the local stack have written is judged with it, and is as
    old as those files.
    """
    cost = _read(_COST)
    known = {**_read(_CUTTING), **_read(_LOCAL), **figures, **({"dollars": cost["totals"]} if cost else {})}
    described = {**_described(), "targets": judged(known), "figures": figures}
    FOLDER.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    values = {name: target["value"] for name, target in described["targets"].items()}
    with _HISTORY.open("a", encoding="utf-8") as history:
        history.write(json.dumps({**_described(), "values": values}) + "\n")
    plot()
    return target_table(described["targets"])


def judge_again() -> str:
    """Judge the latest figures again, with what `make cost` and `make simulate` wrote since; returns the table."""
    latest = _read(LATEST)
    known = {**_read(_CUTTING), **_read(_LOCAL), **latest["figures"], "dollars": _read(_COST)["totals"]}
    latest["targets"] = judged(known)
    LATEST.write_text(json.dumps(latest, indent=1) + "\n", encoding="utf-8")
    return target_table(latest["targets"])


def target_table(targets: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a line a target: value, target, reached."""
    words = {True: "yes", False: "NO", None: "not measured"}
    values = {name: "-" if one["value"] is None else f"{one['value']:g}" for name, one in targets.items()}
    lines = [
        f"{name:78}{values[name]:>10}{one['target']:>9g}  {words[one['reached']]}" for name, one in targets.items()
    ]
    return "\n".join([f"{'target':78}{'value':>10}{'target':>9}  reached", *lines])


def plot() -> None:
    """Draw each measured value of each run, of its target: below one is reached, but for what is to be large."""
    import pygal  # type: ignore[import-untyped]  # noqa: PLC0415 - only here

    runs = [json.loads(line) for line in _HISTORY.read_text(encoding="utf-8").splitlines()]
    bounds = {name: target["target"] for name, target in _read(LATEST)["targets"].items()}
    chart = pygal.Line(
        title="value, of its target", js=(), logarithmic=True, legend_at_bottom=True, legend_at_bottom_columns=1,
        truncate_legend=-1, disable_xml_declaration=True, width=900, height=1100, x_label_rotation=30,
    )  # fmt: skip
    chart.x_labels = [f"{run['date']} {run['commit']}" for run in runs]
    for name, bound in bounds.items():
        values = [run["values"].get(name) for run in runs]
        if any(values):
            chart.add(name, [value / bound if value else None for value in values])
    chart.render_to_file(str(_PLOT))


def committed() -> dict[str, Any]:
    """Return the results as the last commit has them, so that a second run is not compared with the first."""
    try:
        content: dict[str, Any] = json.loads(git("show", f"HEAD:{LATEST.relative_to(ROOT)}"))
    except subprocess.CalledProcessError:
        return {}
    return content


def git(*arguments: str) -> str:
    """Return what git prints."""
    done = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _described() -> dict[str, Any]:
    """Of what and on what. The commit has a plus sign where the tree is not the commit's."""
    changed = git("status", "--porcelain", "--", "functions", "layers", "template.yaml", "benchmarks/*.py")
    return {
        "commit": git("rev-parse", "--short", "HEAD") + ("+" if changed else ""),
        "date": datetime.now(UTC).date().isoformat(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "processor": _processor(),
        "cores": os.cpu_count(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
