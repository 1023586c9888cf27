"""`make bench`: measure, print tables beside the figures of before and the targets, and write `results/`."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import outcome
from benchmarks.outcome import ROOT, git
from benchmarks.table import table

_BUNDLE = Path("functions", "console", "static")
_SIGNIFICANT_DIGITS = 4
_TURNS = 2  # each of five fresh processes
_FRESH = {
    "imports": ["benchmarks.fresh_processes.imports"],
    "cold": ["benchmarks.fresh_processes.cold", "cold"],
    "memory": ["benchmarks.fresh_processes.cold", "memory"],
}
_BASELINE = "657abdaa"
"""The last commit whose layers were deployed without byte-code: cold starts are told of its."""
# Where earlier commits have what these benchmarks take of the tests.
_MOVED = {
    "api/client": "api_client",
    "api/document": "api_document",
    "aws/stack": "stack",
    "receivers/certificates": "certificates",
}

Figures = dict[str, dict[str, Any]]


def main() -> None:
    """Measure this tree, and beside it the one to compare with, if one is named: A B A B."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--against", default="", help="a commit to measure in the same run; nothing is written then")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of CPU (5)")
    parser.add_argument("--full", action="store_true", help="what takes minutes, too")
    arguments = parser.parse_args()
    if arguments.against:
        with _tree(arguments.against) as other:
            now, before = measure([ROOT, other], arguments.rounds)
        print(table(now, before, arguments.against))
        return
    committed = outcome.committed()
    (now,) = measure([ROOT], arguments.rounds, full=arguments.full)
    now["cold start"]["ofBaseline"] = _of_baseline()
    print(table(now, committed.get("figures", {}), committed.get("commit", "nothing committed")))
    print(outcome.written(now))


def measure(trees: list[Path], rounds: int, *, full: bool = False) -> list[Figures]:
    """Return the figures of each tree by name: what is exact once, what is CPU as the median of alternating rounds."""
    parts: list[list[Figures]] = [[] for _tree in trees]
    once = ("counts", "full" if full else "large", "memory")
    for what in (*once, *["cpu"] * rounds, "imports", "cold"):
        for tree, measured in zip(trees, parts, strict=True):
            print(f"{what} of {'this tree' if tree == ROOT else tree.name} ...", file=sys.stderr)
            measured.append(_round(tree, what))
    return [_joined(measured) for measured in parts]


def _of_baseline() -> float:
    """The CPU of a cold start until its first POST, of the baseline's; in turns."""
    with _tree(_BASELINE) as baseline:
        pairs = [[_round(tree, "cold")["cold start"]["cpuMs"] for tree in (ROOT, baseline)] for _turn in range(_TURNS)]
    return float(f"{median(own / before for own, before in pairs):.{_SIGNIFICANT_DIGITS}g}")


def _round(tree: Path, what: str) -> Figures:
    """One round in a process of its own, whose output is the functions' log."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        module = _FRESH.get(what, ["benchmarks.rounds", what])
        command = [sys.executable, "-m", *module, str(file)]
        # Not `run`: interrupted, it would kill the round before that has stopped its emulator.
        with (
            file.with_name("log").open("wb") as log,  # whose size is measured
            subprocess.Popen(  # noqa: S603
                command, cwd=tree, env=_environment(tree), stdout=log, stderr=subprocess.PIPE, text=True
            ) as process,
        ):
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


@contextmanager
def _tree(commit: str) -> Iterator[Path]:
    """Check a commit out beside this tree, measured by this tree's benchmarks; the console's bundle is this tree's."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / commit.replace("/", "-")
        git("worktree", "add", "--detach", str(tree), commit)
        try:
            shutil.copytree(ROOT / "benchmarks", tree / "benchmarks", dirs_exist_ok=True)
            shutil.copytree(ROOT / _BUNDLE, tree / _BUNDLE)
            _let_find_moved(tree / "tests" / "support")
            yield tree
        finally:
            git("worktree", "remove", "--force", str(tree))


def _let_find_moved(support: Path) -> None:
    """Give modules of an earlier commit the names that they have here."""
    for name, before in _MOVED.items():
        module = support / f"{name}.py"
        if not module.exists():
            module.parent.mkdir(exist_ok=True)
            module.write_text(f"from tests.support.{before} import *\n", encoding="utf-8")


if __name__ == "__main__":
    main()
