"""Functions in processes of their own that are killed at a chosen call.

`Workers` starts `python -m tests.faults.killing.killed`, which loads the functions and then forks a child for every
invocation. AWS lies outside: a child's calls are made for it by the process that started it all, one after another.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import Pipe
from typing import Any, Self

import boto3
from botocore.exceptions import ClientError

from tests.support.functions import ROOT

_ENDS_WITHIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Kill:
    """Where a process dies: at its so-and-so-many-th call of AWS or of a receiver, counted from 0."""

    call: int
    answered: bool
    """Whether the call has been made and answered by then; the caller sees the answer in neither case."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a function is invoked with."""

    folder: str
    event: Any
    seconds: float
    at_ns: int
    latency_ms: int | None = None
    """How long POSTs seem to take, where that is not left to the machine."""
    kill: Kill | None = None


@dataclass(slots=True)
class Outcome:
    """What became of an invocation: its answer, or that it was killed, and what it had called by then."""

    killed: bool = False
    answer: Any = None
    calls: list[str] = field(default_factory=list)


class Workers:
    """A context manager: the process whose children run the functions."""

    def __init__(self, environments: Mapping[str, Mapping[str, str]]) -> None:
        self._environments = environments
        self._clients: dict[str, Any] = {}
        self.after: Callable[[str], object] = lambda _operation: None
        """What happens after each call, before the function has its answer."""

    def __enter__(self) -> Self:
        self._channel, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own command
                [sys.executable, "-m", "tests.faults.killing.killed", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT / "layers" / "core")},
                pass_fds=[theirs.fileno()],
                stdout=subprocess.DEVNULL,
            )
        self._channel.send(self._environments)
        return self

    def __exit__(self, *_details: object) -> None:
        self._channel.close()
        try:
            self._process.wait(_ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run a function in a new process until it answers or is killed, and make its AWS calls meanwhile."""
        self._channel.send(invocation)
        outcome = Outcome()
        while True:
            kind, *content = self._channel.recv()
            if kind == "call":
                self._channel.send(self._call(*content))
            elif kind == "answered":
                outcome.answer, outcome.calls = content
            elif kind == "dies":
                (outcome.calls,) = content
            elif kind == "raised":
                raise AssertionError(content[0])
            else:
                outcome.killed = content[0] == -signal.SIGKILL
                assert outcome.killed or content[0] == 0, f"a function ended with {content[0]}"
                return outcome

    def _call(self, service: str, operation: str, parameters: Any) -> tuple[str, Any]:
        if service not in self._clients:
            self._clients[service] = boto3.client(service)  # type: ignore[call-overload]  # any service
        try:
            answer = "answer", self._clients[service]._make_api_call(operation, parameters)
        except ClientError as error:
            answer = "refusal", error.response
        self.after(operation)
        return answer
