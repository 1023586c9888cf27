"""What the functions print, under each function's name, and the part of it that reports errors."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ERROR_LEVELS = {"ERROR", "CRITICAL"}
# What every log entry says about itself and its function; the rest is what the handler had to say.
_USUAL_KEYS = {
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "cold_start",
    "function_name",
    "function_memory_size",
    "function_arn",
    "function_request_id",
    "exception",
    "exception_name",
    "stack_trace",
}
_POLL_SECONDS = 0.2
_LARGE_BYTES = 5_000_000


def display_name(logical_id: str) -> str:
    """The name a person knows a function by: `RealtimeDispatcher` for `RealtimeDispatcherFunction`."""
    return logical_id.removesuffix("Function") or logical_id


def error_lines(text: str, *, failed: bool) -> list[str]:
    """The lines of an invocation's output that report an error.

    Entries that the handler logged as errors are spelled out, traceback included. Of a failed
    invocation everything that is no log entry counts: there the runtime puts the traceback.
    """
    lines: list[str] = []
    for line in text.splitlines():
        entry = log_entry(line)
        if entry is None:
            lines += [line] if failed else []
        elif entry.get("level") in ERROR_LEVELS:
            lines += said(entry)
    return lines


def prefixed(name: str, lines: list[str]) -> str:
    """Lines under a function's name, each with its line break."""
    return "".join(f"{name}: {line}\n" for line in lines)


@dataclass
class FunctionLog:
    """The two files that the functions' output is kept in: everything, and errors only."""

    everything: Path
    errors: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, name: str, text: str, *, failed: bool) -> None:
        """Keep one invocation's output."""
        self._append(self.everything, prefixed(name, text.splitlines()))
        self._append(self.errors, prefixed(name, error_lines(text, failed=failed)))

    def _append(self, path: Path, text: str) -> None:
        if text:
            with self._lock, path.open("a", encoding="utf-8") as handle:
                handle.write(text)


def rotate(path: Path) -> None:
    """Keep what a log holds; a large one is put aside under its name with `.1`, in place of the one before."""
    path.touch()
    if path.stat().st_size > _LARGE_BYTES:
        path.replace(older(path))
        path.touch()


def older(path: Path) -> Path:
    """Where a log lies that was put aside."""
    return path.with_name(f"{path.name}.1")


def follow(path: Path, alive: Callable[[], bool], start_byte: int = 0) -> Iterator[str]:
    """Each piece of text behind a place in a file, until nobody is alive who could write to it."""
    path.touch()
    with path.open(encoding="utf-8", errors="replace") as handle:
        handle.seek(start_byte)
        while True:
            living = alive()
            text = handle.read()
            if text:
                yield text
            elif not living:
                return
            else:
                time.sleep(_POLL_SECONDS)


def said(entry: dict[str, object]) -> list[str]:
    """What a handler had to say in a log entry: its message with the facts, and the lines of a traceback."""
    facts = [f"{key}={value}" for key, value in entry.items() if key not in _USUAL_KEYS]
    return [" ".join([str(entry.get("message", "")), *facts]), *str(entry.get("exception", "")).splitlines()]


def log_entry(line: str) -> dict[str, object] | None:
    """A line as the log entry that it is, None if a handler printed something else."""
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
