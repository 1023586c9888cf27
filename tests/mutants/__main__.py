"""Try every mutant of the stores and of the sending rules: `python -m tests.mutants --help`."""

import argparse
import os
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.mutants.changed import base, changed_lines
from tests.mutants.operators import Mutant, mutants_of
from tests.mutants.selection import Selection
from tests.mutants.trial import Replaced, Trial, forked, import_what_is_not_ours, run_tests, side_by_side

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "core" / "recado"
EQUIVALENT = Path(__file__).parent / "equivalent.toml"
SOURCES = (
    "adapters/aws_client.py",
    "adapters/dynamodb/*.py",
    "adapters/dynamodb/*/*.py",
    "adapters/secrets/*.py",
    "rules/delivery/*.py",
    "rules/sending/*.py",
    "rules/sending/*/*.py",
    "rules/webhook/authentication/credentials.py",
    "rules/webhook/health.py",
    "use_cases/sending/*.py",
    "use_cases/sending/*/*.py",
)


def all_mutants() -> list[Mutant]:
    """The mutants of all sources."""
    paths = [path for pattern in SOURCES for path in sorted(PACKAGE.glob(pattern))]
    return [m for path in paths for m in mutants_of(str(path.relative_to(PACKAGE)), path.read_text(encoding="utf-8"))]


def without_equivalents(mutants: list[Mutant]) -> tuple[list[Mutant], list[Mutant]]:
    """Those to be tried, and those that are listed as equivalent; an entry that fits none ends the run."""
    entries = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    keys = {(e["file"], e["function"], e["change"]) for e in entries if e["reason"]}
    stale = keys - {_key(mutant) for mutant in all_mutants()}
    if stale:
        raise SystemExit("\n".join(f"No such mutant any more: {key}" for key in sorted(stale)))
    return [m for m in mutants if _key(m) not in keys], [m for m in mutants if _key(m) in keys]


def _key(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.path, mutant.function, mutant.change


def trials(mutants: list[Mutant], selection: Selection, until: float) -> Iterator[Callable[[], Trial]]:
    """What starts a trial for each of the mutants, as long as there is time."""
    for mutant in mutants:
        if time.monotonic() > until:
            return
        yield partial(forked, mutant, partial(_try, mutant, selection.tests(mutant)))


def _try(mutant: Mutant, tests: list[str], note: Callable[[str], object]) -> None:
    module = "recado." + mutant.path.removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, Replaced(module, PACKAGE / mutant.path, mutant.code))
    run_tests(tests, note)


def main() -> int:
    """Try them, and say which test each of them died of; 1 if one survived."""
    arguments = _arguments()
    os.chdir(ROOT)
    mutants = all_mutants()
    if arguments.changed:
        since = arguments.base or base(ROOT)
        if since is None:
            print("No commit to compare with in this clone: nothing is tried.")
            return 0
        lines = changed_lines(since, PACKAGE)
        mutants = [m for m in mutants if lines.get(m.path, set()) & set(m.lines)]
        print(f"Lines changed since {since}:")
    if arguments.only:
        mutants = [m for m in mutants if arguments.only in f"{m.path}:{m.lines.start} {m.function} {m.operator}"]
    to_try, equivalent = without_equivalents(mutants)
    survived: list[Mutant] = []
    tried = 0
    if to_try:
        selection = Selection(arguments.coverage, PACKAGE)
        import_what_is_not_ours(selection.broadest())
        until = time.monotonic() + arguments.seconds if arguments.seconds else float("inf")
        for mutant, cause in side_by_side(trials(to_try, selection, until), arguments.at_once):
            assert isinstance(mutant, Mutant)
            tried += 1
            if cause is None:
                survived.append(mutant)
            _say(mutant, "SURVIVED" if cause is None else "killed", f"by {cause}" if cause else "")
    for mutant in survived:
        _say(mutant, "SURVIVED", "")
    left_out = len(to_try) - tried
    print(f"{tried} tried: {tried - len(survived)} killed, {len(survived)} survived", end="; ")
    print(f"{len(equivalent)} equivalent", f"; {left_out} left out, for want of time" if left_out else "", sep="")
    print(", ".join(f"{n} {operator}" for operator, n in Counter(m.operator for m in to_try).most_common()))
    return int(bool(survived))


def _say(mutant: Mutant, verdict: str, detail: str) -> None:
    print(f"{verdict:8} {mutant.path}:{mutant.lines.start} {mutant.function} [{mutant.operator}]  {mutant.change}")
    if detail:
        print(f"         {detail}")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--coverage", type=Path, default=ROOT / ".coverage", help="measured with --cov-context=test")
    parser.add_argument("--changed", action="store_true", help="only mutants of lines that have changed")
    parser.add_argument(
        "--base", metavar="COMMIT", help="since this commit, and not since main, or the one before HEAD"
    )
    parser.add_argument("--seconds", type=float, help="start no trial after that long")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="processes side by side")
    parser.add_argument("--only", help="only mutants whose `file:line function operator` holds this text")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
