"""Function processes that are forked from one that has imported the handler already, one such template a function.

A process that is started from nothing takes a second of processor time and 50 MB; a forked one a few hundredths, and it
shares what the template has loaded. It begins where Lambda's do: the module is imported, no event was handled yet.
"""

# ruff: noqa: SLF001  a repair reaches into what the emulator keeps to itself
from __future__ import annotations

import json
import os
import queue
import select
import signal
import subprocess  # nosec B404 # for the exception that the emulator expects of a process
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from local.errors import LocalStackError

# The emulator's own class of function processes; it ships no types.
Worker: TypeAlias = Any

_POLL_SECONDS = 0.01
# What a process is started with; a template of other values is of no use.
_STARTED_WITH = ("CodeSha256", "Layers", "Environment", "Handler", "Runtime", "Timeout", "MemorySize", "FunctionArn")

# The line of the emulator's script at which the handler is imported and the first event awaited.
_AWAIT_EVENTS = "    while True:\n        line = sys.stdin.readline()\n"
# Each line that a template reads names three pipes; its child takes them for its own and goes on to await events.
# boto3 is loaded because every handler loads it with its first event. What is loaded is frozen, so that the
# garbage collector of a child does not write to, and thereby copy, the pages it shares.
_FORK_ON_REQUEST = """
    def _fork_on_request():
        import gc, signal, uuid
        import boto3
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        gc.collect()
        gc.freeze()
        while True:
            request = sys.stdin.readline()
            if not request:
                os._exit(0)
            modes = (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)
            pipes = [os.open(path, mode) for path, mode in zip(json.loads(request), modes)]
            pid = os.fork()
            if pid == 0:
                for number, pipe in enumerate(pipes):
                    os.dup2(pipe, number)
            for pipe in pipes:
                os.close(pipe)
            if pid == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.environ["AWS_LAMBDA_LOG_STREAM_NAME"] = uuid.uuid4().hex
                return
            _real_stdout.write(json.dumps({"pid": pid}) + "\\n")
            _real_stdout.flush()

    _fork_on_request()
"""

# The line after which the script knows the function's environment. Lambda puts what layers hold into /opt, the emulator
# each into a folder of its own, and one that begins with JSON files is a catalogue.
_KNOW_ENVIRONMENT = "    os.environ.update(env)\n"
_FIND_LAYER = """
    for _layer in filter(None, os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep)):
        if os.environ.get("CATALOGUE") == "/opt" and any(name.endswith(".json") for name in os.listdir(_layer)):
            os.environ["CATALOGUE"] = _layer
"""


def forking_script(script: str) -> str:
    """The emulator's script of a function process, which forks on request once the handler is imported."""
    if script.count(_AWAIT_EVENTS) != 1 or script.count(_KNOW_ENVIRONMENT) != 1:
        raise LocalStackError("the emulator's function processes begin otherwise; the pinned version is needed")
    script = script.replace(_KNOW_ENVIRONMENT, _KNOW_ENVIRONMENT + _FIND_LAYER)
    return script.replace(_AWAIT_EVENTS, _FORK_ON_REQUEST + _AWAIT_EVENTS)


@dataclass
class ForkedProcess:
    """A forked process, with what the emulator asks of one that it has started itself."""

    pid: int
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO

    def poll(self) -> int | None:
        """None while it lives; how it ended only its template knows.

        It lives as long as it holds its end of the pipe. Its number would not do: it may be somebody else's by then.
        """
        pipe = select.poll()
        pipe.register(self.stdout, 0)
        return 0 if pipe.poll(0) else None

    def wait(self, timeout: float) -> int:
        """Wait for its end; `subprocess.TimeoutExpired` if that takes longer than this many seconds."""
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(_POLL_SECONDS)
        return 0

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Templates:
    """The template of each function, started when it is first needed and replaced when the function has changed."""

    def __init__(
        self, make: Callable[..., Worker], start: Callable[[Worker], None], end: Callable[[list[Worker]], None]
    ) -> None:
        """`make`, `start` and `end` are the emulator's own ways with a function process."""
        self._make, self._start, self._end = make, start, end
        self._templates: dict[str, Template] = {}
        self._locks: dict[str, threading.Lock] = {}

    def fork(self, like: Worker) -> None:
        """Give a function process of the emulator a forked process; an exception says why its handler cannot load."""
        name = str(like.config.get("FunctionArn") or like.func_name)
        with self._locks.setdefault(name, threading.Lock()):
            self._template(name, like).fork(like)

    def end(self) -> None:
        """End all templates."""
        self._end([template.worker for template in self._templates.values()])

    def _template(self, name: str, like: Worker) -> Template:
        known = self._templates.get(name)
        if known and known.lives and known.started_with == _started_with(like.config):
            return known
        if known:
            self._end([self._templates.pop(name).worker])
        template = Template(self._make(like.func_name, like.config, like.code_zip), _started_with(like.config))
        self._start(template.worker)
        self._templates[name] = template
        return template


@dataclass
class Template:
    """A function process that handles no event; `started_with` says of what it is the template."""

    worker: Worker
    started_with: str

    @property
    def lives(self) -> bool:
        """Whether its process runs."""
        return bool(self.worker._proc) and self.worker._proc.poll() is None

    def fork(self, worker: Worker) -> None:
        """Give this function process a process of its own; at most one call at a time."""
        with tempfile.TemporaryDirectory(prefix="ministack-fork-") as folder:
            paths = [str(Path(folder) / name) for name in ("in", "out", "err")]
            for path in paths:
                os.mkfifo(path, 0o600)
            # Opened in an order in which nobody waits for the other side.
            outputs = [os.open(path, os.O_RDONLY | os.O_NONBLOCK) for path in paths[1:]]
            held = os.open(paths[0], os.O_RDWR)
            pid = self._ask(paths)
            stdin = os.open(paths[0], os.O_WRONLY)
            os.close(held)
        for output in outputs:
            os.set_blocking(output, True)
        stdout, stderr = (os.fdopen(output, encoding="utf-8", buffering=1) for output in outputs)
        worker._proc = ForkedProcess(pid, os.fdopen(stdin, "w", encoding="utf-8", buffering=1), stdout, stderr)
        worker._start_time = time.time()
        worker._stderr_queue = queue.Queue()
        # What the handler's module printed while it was imported belongs to the first invocation's output.
        for line in self.worker._drain_stderr().splitlines():
            worker._stderr_queue.put(line)
        worker._stderr_thread = threading.Thread(target=worker._read_stderr, daemon=True, name=f"stderr-{pid}")
        worker._stderr_thread.start()

    def _ask(self, paths: list[str]) -> int:
        process = self.worker._proc
        process.stdin.write(json.dumps(paths) + "\n")
        process.stdin.flush()
        while line := process.stdout.readline():
            with suppress(ValueError, TypeError, KeyError):
                return int(json.loads(line)["pid"])
        raise RuntimeError(f"the template of {self.worker.func_name} has ended")


def _started_with(config: dict[str, Any]) -> str:
    return json.dumps([config.get(name) for name in _STARTED_WITH], sort_keys=True, default=str)
