"""Which tests may notice a mutant: those that run one of its lines, the most particular first."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path

from coverage import CoverageData

from tests.mutants.operators import Mutant

KINDS = ("tests/unit", "tests/infrastructure", "tests/integration")
"""The kinds of test that need no running stack and are quick, the cheapest first."""

MOST_OF_A_KIND = 150
"""What lives on after so many of each kind has survived: more tests only pass by that line."""


class Selection:
    """What coverage has noted with `--cov-context=test`: the tests that ran each line of each module of a package."""

    def __init__(self, data_file: Path, package: Path) -> None:
        data = CoverageData(str(data_file))
        data.read()
        self._package = package
        self._tests: dict[str, dict[int, set[str]]] = {}
        for path in map(Path, data.measured_files()):
            if path.is_relative_to(package):
                self._tests[str(path.relative_to(package))] = {
                    line: {context.rpartition("|")[0] for context in contexts if context}
                    for line, contexts in data.contexts_by_lineno(str(path)).items()
                }
        breadth = Counter(test for lines in self._tests.values() for tests in lines.values() for test in tests)
        self._in_order = sorted(breadth, key=lambda test: (_kind(test), breadth[test], test))

    def tests(self, mutant: Mutant) -> list[str]:
        """The ids of tests that run a line of the mutant; of a constant, a line that names it."""
        lines = self._uses(mutant.function) if mutant.is_constant else ((mutant.path, line) for line in mutant.lines)
        wanted: set[str] = set()
        for path, line in lines:
            wanted |= self._tests.get(path, {}).get(line, set())
        in_order = [test for test in self._in_order if test in wanted]
        return [test for _, kind in groupby(in_order, key=_kind) for test in islice(kind, MOST_OF_A_KIND)]

    def broadest(self) -> str:
        """The test that runs most lines."""
        return self._in_order[-1]

    def _uses(self, name: str, known: frozenset[str] = frozenset()) -> Iterator[tuple[str, int]]:
        """The lines that name a constant, or a constant that is made of it."""
        pattern = re.compile(rf"\b{name}\b")
        for path in self._tests:
            for number, text in enumerate((self._package / path).read_text(encoding="utf-8").splitlines(), 1):
                if pattern.search(text):
                    yield path, number
                    made = re.match(r"([A-Z_]+) = ", text)
                    if made and made[1] not in known | {name}:
                        yield from self._uses(made[1], known | {name})


def _kind(test: str) -> int:
    return next((position for position, kind in enumerate(KINDS) if test.startswith(kind)), len(KINDS))
