"""`make bench`: measure, print a table beside the figures of before, and write `benchmarks/results/bench.json`."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.table import table

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "bench.json"
_BUNDLE = Path("functions", "console", "static")
_SIGNIFICANT_DIGITS = 4

Figures = dict[str, dict[str, Any]]


def main() -> None:
    """Measure this tree, and beside it the one to compare with, if one is named: A B A B."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--against", default="", help="a commit to measure in the same run; nothing is written then")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of CPU (3)")
    arguments = parser.parse_args()
    if arguments.against:
        with _tree(arguments.against) as other:
            now, before = measure([ROOT, other], arguments.rounds)
        print(table(now, before, arguments.against))
        return
    committed = _committed()
    (now,) = measure([ROOT], arguments.rounds)
    print(table(now, committed.get("figures", {}), committed.get("commit", "nothing committed")))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(_described(now), indent=1) + "\n", encoding="utf-8")


def measure(trees: list[Path], rounds: int) -> list[Figures]:
    """Return the figures of each tree by name: what is exact once, what is CPU as the median of alternating rounds."""
    parts: list[list[Figures]] = [[] for _tree in trees]
    for what in ("counts", *["cpu"] * rounds, "imports"):
        for tree, measured in zip(trees, parts, strict=True):
            print(f"{what} of {'this tree' if tree == ROOT else tree.name} ...", file=sys.stderr)
            measured.append(_round(tree, what))
    return [_joined(measured) for measured in parts]


def _round(tree: Path, what: str) -> Figures:
    """One round in a process of its own, whose output is the functions' log."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        module = ["benchmarks.imports"] if what == "imports" else ["benchmarks.rounds", what]
        command = [sys.executable, "-m", *module, str(file)]
        # Not `run`: interrupted, it would kill the round before that has stopped its emulator.
        with subprocess.Popen(  # noqa: S603
            command, cwd=tree, env=_environment(tree), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            errors = process.communicate()[1]
        if process.returncode:
            raise SystemExit(f"{what}: {errors}")
        figures: Figures = json.loads(file.read_text(encoding="utf-8"))
        return figures


def _environment(tree: Path) -> dict[str, str]:
    """Nothing of the person's own; credentials that open nothing, and the variable that keeps tracing off."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join([str(tree / "layers" / "core"), str(tree)]),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "LAMBDA_TASK_ROOT": "/var/task",
    }


def _joined(parts: list[Figures]) -> Figures:
    """All figures of a scenario together; of those that were measured several times the median."""
    joined: Figures = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        measured = [part[name] for part in parts if name in part]
        keys = dict.fromkeys(key for figures in measured for key in figures)
        joined[name] = {key: _middle([figures[key] for figures in measured if key in figures]) for key in keys}
    return joined


def _middle(values: list[Any]) -> Any:
    if isinstance(values[0], dict):
        return values[0]
    return float(f"{median(values):.{_SIGNIFICANT_DIGITS}g}")


def _described(figures: Figures) -> dict[str, Any]:
    """Figures with what they are of. The commit has a plus sign where the tree is not the commit's."""
    changed = _git("status", "--porcelain", "--", "functions", "layers", "template.yaml", "benchmarks/*.py")
    return {
        "commit": _git("rev-parse", "--short", "HEAD") + ("+" if changed else ""),
        "date": datetime.now(UTC).date().isoformat(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "figures": figures,
    }


def _committed() -> dict[str, Any]:
    """The results as the last commit has them, so that a second run is not compared with the first."""
    try:
        content: dict[str, Any] = json.loads(_git("show", f"HEAD:{RESULTS.relative_to(ROOT)}"))
    except subprocess.CalledProcessError:
        return {}
    return content


@contextmanager
def _tree(commit: str) -> Iterator[Path]:
    """Check a commit out beside this tree, measured by this tree's benchmarks; the console's bundle is this tree's."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / commit.replace("/", "-")
        _git("worktree", "add", "--detach", str(tree), commit)
        try:
            shutil.copytree(ROOT / "benchmarks", tree / "benchmarks", dirs_exist_ok=True)
            shutil.copytree(ROOT / _BUNDLE, tree / _BUNDLE)
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
