"""Background processes that outlive the command that starts them.

Each holds a lock on its own file for as long as it lives, so a number in a file is never
mistaken for a running process after a crash or a restart of the machine.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess  # nosec B404 # the emulator and the front are children of this project
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local.errors import LocalStackError
from local.settings import PROJECT_DIR

_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class BackgroundProcess:
    """One process, found again by the lock on its file."""

    name: str
    directory: Path

    @property
    def pid_file(self) -> Path:
        """The file that holds the process number and is locked while the process lives."""
        return self.directory / f"{self.name}.pid"

    @property
    def log_file(self) -> Path:
        """Where the process's own output goes."""
        return self.directory / f"{self.name}.log"

    def is_running(self) -> bool:
        """Whether the process lives."""
        if not self.pid_file.exists():
            return False
        with self.pid_file.open() as handle:
            return not _lock(handle, fcntl.LOCK_SH)

    def pid(self) -> int | None:
        """The number of the living process."""
        return int(self.pid_file.read_text()) if self.is_running() else None

    def start(
        self, command: Sequence[str], env: Mapping[str, str], output: int | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the process in a session of its own, with no inherited pipe; its output goes to its log."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with self.pid_file.open("a+") as handle, self.log_file.open("wb") as log:
            if not _lock(handle, fcntl.LOCK_EX, patience_seconds=0.5):
                raise LocalStackError(f"the {self.name} runs already")
            process = subprocess.Popen(  # noqa: S603 # nosec B603 # the command is this project's own
                command,
                cwd=PROJECT_DIR,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log if output is None else output,
                stderr=log,
                start_new_session=True,
                pass_fds=(handle.fileno(),),
            )
            handle.truncate(0)
            handle.write(str(process.pid))
        return process

    def stop(self) -> None:
        """Ask the process to end, wait until it has, and end whatever its session left behind."""
        pid = self.pid()
        if pid is not None:
            _signal_session(pid, signal.SIGTERM, leader_only=True)
            if not self._ended(_STOP_SECONDS):
                _signal_session(pid, signal.SIGKILL)
                self._ended(_STOP_SECONDS)
            _signal_session(pid, signal.SIGTERM)
        self.pid_file.unlink(missing_ok=True)

    def last_lines(self, count: int = 5) -> str:
        """The end of the process's log, for a message about why it died."""
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-count:])

    def _ended(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Keep two commands from changing the same stack at once; the second one waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _lock(handle: IO[str], mode: int, patience_seconds: float = 0.0) -> bool:
    """Take the lock; patience outlasts a command that only looks whether the process lives."""
    deadline = time.monotonic() + patience_seconds
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)


def _signal_session(pid: int, number: signal.Signals, *, leader_only: bool = False) -> None:
    with suppress(ProcessLookupError):
        if leader_only:
            os.kill(pid, number)
        else:
            os.killpg(pid, number)
