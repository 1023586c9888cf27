"""Trying mutants: each in a process of its own, forked from one that has imported all that is not ours.

Nothing is written into the working tree: the import system gives the mutated module to the tests of that process.
"""

import gc
import importlib
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import CodeType, ModuleType

import pytest

_ARGUMENTS = (
    "--quiet",
    "--exitfirst",
    "--no-header",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--assert=plain",
    "--tb=native",
)
_SECONDS_A_TEST = 120
_FAILED = 1
# The most particular tests first, and only then the files of the others: what dies usually dies of the first few.
_STAGES = (20, 300, None)


class Replaced:
    """A finder that gives one module other code."""

    def __init__(self, module: str, path: Path, code: Callable[[], CodeType]) -> None:
        self._module = module
        self._path = path
        self._code = code

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Find the module, where it is the one."""
        if name != self._module:
            return None
        code = self._code

        class Loader(SourceFileLoader):
            def get_code(self, _fullname: str) -> CodeType:
                return code()

        return spec_from_file_location(name, self._path, loader=Loader(name, str(self._path)))


@dataclass(eq=False)
class _Watch:
    """A plugin that lets the wanted tests run in their order, notes which runs, and ends the process when one fails."""

    wanted: dict[str, int]
    note: Callable[[str], object]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.wanted), key=lambda i: self.wanted[i.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.note(f"hangs in {nodeid}")
        signal.alarm(_SECONDS_A_TEST)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reported(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._reported(report)

    def _reported(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.failed:
            self.note(report.nodeid)
            os._exit(_FAILED)


def run_tests(tests: Sequence[str], note: Callable[[str], object]) -> None:
    """Run these tests, in stages; the first that fails, or takes too long, ends the process, and its id is noted."""
    first = 0
    for size in _STAGES:
        stage = tests[first : None if size is None else first + size]
        first += len(stage)
        if not stage:
            break
        watch = _Watch({test: position for position, test in enumerate(stage)}, note)
        files = dict.fromkeys(test.partition("::")[0] for test in stage)
        code = pytest.main([*_ARGUMENTS, *files], plugins=[watch])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            note(f"pytest ends with {code!r}")
            os._exit(_FAILED)


@dataclass
class Trial:
    """A process at work."""

    subject: object
    pid: int
    notes: Path

    def result(self, status: int) -> str | None:
        """What it died of; None if it survived."""
        noted = self.notes.read_text(encoding="utf-8")
        self.notes.unlink()
        return None if status == 0 else noted or f"ends with {status}"


def forked(subject: object, work: Callable[[Callable[[str], object]], None]) -> Trial:
    """Do work in a process of its own, which may note what it has found, and ends with 0 if the work does."""
    with NamedTemporaryFile(delete=False) as file:
        notes = Path(file.name)
    pid = os.fork()
    if pid:
        return Trial(subject, pid, notes)
    code = _FAILED
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        warnings.simplefilter("ignore")
        work(lambda text: notes.write_text(text, encoding="utf-8"))
        code = 0
    finally:
        os._exit(code)


def side_by_side(starts: Iterable[Callable[[], Trial]], at_once: int) -> Iterator[tuple[object, str | None]]:
    """Run trials, so many at once; each one's subject and what it died of, as they end."""
    running: dict[int, Trial] = {}
    for start in starts:
        trial = start()
        running[trial.pid] = trial
        if len(running) >= at_once:
            yield _ended(running)
    while running:
        yield _ended(running)


def _ended(running: dict[int, Trial]) -> tuple[object, str | None]:
    pid, status = os.wait()
    trial = running.pop(pid)
    return trial.subject, trial.result(status)


def import_what_is_not_ours(test: str) -> None:
    """Import what a test imports, but nothing of ours, so that forked processes have it; the test has to pass."""

    def work(note: Callable[[str], object]) -> None:
        run_tests([test], note)
        note(" ".join(sorted(name for name, module in sys.modules.items() if _is_installed(module))))

    trial = forked(None, work)
    _, status = os.waitpid(trial.pid, 0)
    noted = trial.notes.read_text(encoding="utf-8")
    trial.notes.unlink()
    if status:
        raise SystemExit(f"Without any mutant a test fails: {noted}")
    for name in noted.split():
        with suppress(Exception):
            importlib.import_module(name)
    assert "recado" not in sys.modules, "a mutant of what is imported already would not be met"
    # What is imported now stays: no collection of garbage in a forked process has to look at it.
    gc.freeze()


def _is_installed(module: ModuleType) -> bool:
    spec = getattr(module, "__spec__", None)
    return bool(spec and spec.origin and spec.origin.startswith((sys.prefix, sys.base_prefix)))
