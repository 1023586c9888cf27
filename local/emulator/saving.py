"""The emulator's state, saved every few seconds, so that a process that is killed loses little.

The emulator saves its state when it is told to end, and only then. Here a fork of it does so while it runs: a fork has
all the state of one moment, between two requests, and takes the time to write it without holding up anybody. What it
has written counts once it is whole: the folder gets its final name last.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.processes import one_at_a_time

_BEAT_SECONDS = 0.5
_SHORTEST_PAUSE = 2.0
# Of the time, at most a tenth goes into saves, which grow with the state.
_PAUSE_AFTER_A_SAVE = 9.0
# A save that takes longer is stuck: a fork of a process with threads may be.
_LONGEST_SAVE_SECONDS = 60.0
_MOST_OPEN_FILES = 65_536
_SAVED, _UNFINISHED = "saved-", "saving"

Clock = Callable[[], float]


def unfinished_folder(state: Path) -> Path:
    """Where a save is written, beside the folder that the emulator reads at its start."""
    return state.with_name(f"{state.name}-{_UNFINISHED}")


def saves(state: Path) -> list[Path]:
    """The whole saves of a run that did not end by itself, oldest first."""
    return sorted(state.parent.glob(f"{state.name}-{_SAVED}*"), key=_saved_at)


def begin(state: Path, now: float) -> None:
    """Note that a run begins, whose state until its first save is the one it has read."""
    state.with_name(f"{state.name}-{_SAVED}{now:.3f}").mkdir(parents=True)


def finish(state: Path, now: float) -> None:
    """Declare what stands in the unfinished folder to be the state of this time, and forget older saves."""
    older = saves(state)
    unfinished_folder(state).rename(state.with_name(f"{state.name}-{_SAVED}{now:.3f}"))
    for path in older:
        shutil.rmtree(path, ignore_errors=True)


def discard(state: Path) -> None:
    """Forget all saves: the emulator has ended by itself and has saved everything."""
    for path in [unfinished_folder(state), *saves(state)]:
        shutil.rmtree(path, ignore_errors=True)


def adopt(state: Path) -> float | None:
    """Make the last save the state to start with.

    Returns its time in seconds since 1970, and None if the last run ended by itself: then nothing is lost.
    """
    # A save that was under way when the emulator was killed comes to its end, and counts.
    with one_at_a_time(_lock(state)):
        found = saves(state)
        if not found:
            return None
        for path in found[-1].iterdir():
            path.replace(state / path.name)
        saved_at = _saved_at(found[-1])
        discard(state)
        return saved_at


@dataclass
class Saver:
    """Saves while the emulator runs; `write` writes the whole state into a folder."""

    state: Path
    write: Callable[[Path], object]
    changed: bool = False
    clock: Clock = time.time
    fork: Callable[[], int] = os.fork
    _child: int | None = None
    _began: float = 0.0
    _not_before: float = 0.0

    async def run(self) -> None:
        """Save as often as there is something new, until cancelled."""
        # There are threads, and none that holds what saving needs; a save that is stuck all the same is ended.
        warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            self.beat()

    def beat(self) -> None:
        """Begin a save if something has changed since the last one began, and that one ended some time ago."""
        if self._child is not None:
            self._look_after_child()
        if self.changed and self._child is None and self.clock() >= self._not_before:
            self.changed, self._began, parent = False, self.clock(), os.getpid()
            self._child = self.fork()
            if self._child == 0:
                self._save_and_exit(parent)

    def end(self) -> None:
        """End a save under way: what follows is newer."""
        if self._child is not None:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = None

    def _look_after_child(self) -> None:
        ended, status = os.waitpid(self._child or 0, os.WNOHANG)
        if ended:
            self._child = None
            took = self.clock() - self._began
            self._not_before = self.clock() + max(_SHORTEST_PAUSE, took * _PAUSE_AFTER_A_SAVE)
            # What could not be saved is still to be saved.
            self.changed = self.changed or status != 0
        elif self.clock() - self._began > _LONGEST_SAVE_SECONDS:
            self.end()
            self.changed = True

    def _save_and_exit(self, parent: int) -> None:
        status = 1
        try:
            # What is open belongs to the emulator: its port, and the lock that tells that it lives.
            os.closerange(3, _MOST_OPEN_FILES)
            os.nice(10)
            with one_at_a_time(_lock(self.state)):
                if os.getppid() == parent:
                    self._save()
                    status = 0
        finally:
            # Not the way out of the process that this is a copy of: nothing of that one must run here.
            os._exit(status)

    def _save(self) -> None:
        folder = unfinished_folder(self.state)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.write(folder)
        finish(self.state, self._began)


def closing(save_all: Callable[..., object], saver: Saver) -> Callable[..., None]:
    """The emulator's own save at its end, after which no earlier one counts."""

    def save(*args: object, **kwargs: object) -> None:
        saver.end()
        save_all(*args, **kwargs)
        discard(saver.state)

    return save


def _lock(state: Path) -> Path:
    return state.with_name(f"{state.name}-lock")


def _saved_at(folder: Path) -> float:
    return float(folder.name.rpartition(_SAVED)[2])
