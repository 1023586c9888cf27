"""Starts the servers on another core than the caller's, and asks them what they saw."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import certifi
import httpx

from benchmarks.servers.addresses import COUNTED_PATH, LATER_PATH, SEEN_PATH, TLS_HOST
from local.settings import HOST

_SECONDS = 60.0


@dataclass(frozen=True)
class Servers:
    """Where AWS and the receivers are, and the certificates that a client of the latter trusts: all, and their own."""

    aws_url: str
    receiver_url: str
    tls_url: str
    authorities: Path
    authority: Path

    @contextmanager
    def counting(self, names: Mapping[str, str], *, units: bool = True) -> Iterator[dict[str, Any]]:
        """Fill the dictionary, at the end, with calls, units, bytes read and requests, by the logical ids of `names`.

        `calls` and `writeUnits` are by operation and table or queue; `requests` are the latest 50 as they came.
        """
        told: dict[str, Any] = {}
        httpx.post(self.aws_url + COUNTED_PATH, json={"units": units}, trust_env=False).raise_for_status()
        try:
            yield told
        finally:
            answer = httpx.get(self.aws_url + COUNTED_PATH, trust_env=False, timeout=_SECONDS).json()
            told.update(answer)
            for key in ("calls", "writeUnits"):
                told[key] = _named(answer[key], names)

    def later(self, seconds: float) -> None:
        """Let so many seconds pass for the queues of AWS."""
        httpx.post(self.aws_url + LATER_PATH, json={"seconds": seconds}, trust_env=False).raise_for_status()

    def seen(self) -> dict[str, Any]:
        """Return how many `posts` with how many `events` there were since the last time, and whether `inOrder`."""
        told: dict[str, Any] = httpx.get(self.receiver_url + SEEN_PATH, trust_env=False, timeout=_SECONDS).json()
        return told


def _named(pairs: list[Any], names: Mapping[str, str]) -> dict[str, Any]:
    named: Counter[str] = Counter()
    for (operation, *targets), count in pairs:
        named[" ".join([operation, *sorted(names[target] for target in targets if target in names)])] += count
    return dict(sorted(named.items()))


@contextmanager
def servers() -> Iterator[Servers]:
    """Run them. Meanwhile this process is on the first core, AWS is at `AWS_ENDPOINT_URL`, and the receiver trusted.

    As many authorities are trusted as on Lambda, and the receiver's; parsing them is part of what TLS costs.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, (own, others) = Path(name), _cores()
        os.sched_setaffinity(0, own)
        aws = stack.enter_context(_serving(others, "benchmarks.servers.aws"))
        receivers = stack.enter_context(_serving(others, "benchmarks.servers.receivers", name))
        authorities = folder / "authorities.pem"
        authorities.write_bytes(Path(certifi.where()).read_bytes() + Path(receivers["authority"]).read_bytes())
        stack.enter_context(patch.object(certifi, "where", lambda: str(authorities)))
        aws_url = f"http://{HOST}:{aws['port']}"
        stack.enter_context(patch.dict(os.environ, AWS_ENDPOINT_URL=aws_url))
        plain, tls = f"http://{HOST}:{receivers['plain']}", f"https://{TLS_HOST}:{receivers['tls']}"
        yield Servers(aws_url, plain, tls, authorities, Path(receivers["authority"]))


def _cores() -> tuple[set[int], set[int]]:
    """The core of what is measured, and the others; the same where there is but one."""
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others) or {first}


@contextmanager
def _serving(cores: set[int], module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", module, *arguments]
    environment = {**os.environ, **_EMULATOR}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        try:
            os.sched_setaffinity(process.pid, cores)
            assert process.stdout
            told: dict[str, Any] = json.loads(process.stdout.readline())
            yield told
        finally:
            process.terminate()


_EMULATOR = {
    "MINISTACK_HOST": HOST,
    "MINISTACK_REGION": "us-east-1",
    "LOG_LEVEL": "WARNING",
    "LAMBDA_EXECUTOR": "local",
    "DOCKER_HOST": "unix:///nonexistent.sock",  # so that it never looks for Docker
    "IOT_MTLS_ENABLED": "0",
    "SFTP_ENABLED": "0",
    "PERSIST_STATE": "0",
}
