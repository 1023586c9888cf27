"""A local stack of a test's own: its own directory, its own ports, its own process."""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from local import stack_file
from local.settings import HOST, PROJECT_DIR, Settings
from local.stack_file import Stack

_COMMAND_SECONDS = 120


@dataclass(frozen=True)
class Instance:
    """One stack, driven by the same commands that a person types."""

    settings: Settings
    environment: dict[str, str]

    @classmethod
    def reserve(cls, template: Path | None = None, variables: dict[str, str] | None = None) -> "Instance":
        """An instance that has not been started; a developer's running stack is not touched."""
        return cls.of(reserved(template, variables))

    @classmethod
    def of(cls, variables: dict[str, str]) -> "Instance":
        """The instance that these variables name, whoever has started it."""
        return cls(Settings.from_env(variables), {**os.environ, **variables})

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command, with its output captured as a caller in a script would do it."""
        command = self.open(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with command:
            try:
                output, errors = command.communicate(timeout=_COMMAND_SECONDS)
            except subprocess.TimeoutExpired:
                command.kill()
                raise
        return subprocess.CompletedProcess(command.args, command.returncode, output, errors)

    def open(self, *arguments: str, stdout: int, stderr: int | None = None) -> subprocess.Popen[str]:
        """Begin one command whose output goes where the test wants it."""
        command = [sys.executable, "-m", "local", *arguments]
        env = self.environment
        return subprocess.Popen(command, cwd=PROJECT_DIR, env=env, stdout=stdout, stderr=stderr, text=True)  # noqa: S603  our own command

    def start(self) -> Stack:
        """Start, or bring up to date; the test ends here if that fails."""
        started = self.run("start")
        assert started.returncode == 0, started.stderr
        return self.stack

    @property
    def stack(self) -> Stack:
        """The running stack."""
        return stack_file.read(self.settings)

    def destroy(self) -> None:
        """Stop and leave nothing behind."""
        self.run("stop")
        shutil.rmtree(self.settings.directory, ignore_errors=True)


PLATFORM = "http://localhost:4999"
"""A platform whose page for renewal is what a browser test makes of it."""


def portal(origins: list[int]) -> dict[str, str]:
    """A portal that pages at these ports may embed, one for each process that tests."""
    return {
        "PORTAL_NAME": "Shop Webhooks",
        "PORTAL_LOGO": "",
        "PORTAL_COLOUR": "#0a7d4f",
        "PORTAL_REFRESH_URL": f"{PLATFORM}/renew",
        "PORTAL_ORIGINS": ",".join(f"http://localhost:{port}" for port in origins),
    }


def reserved(template: Path | None = None, variables: dict[str, str] | None = None) -> dict[str, str]:
    """The variables that make an instance of its own: free ports, a new directory, and all else as it is by default."""
    port, aws_port, listen_port, *origins = _free_ports(7)
    return {
        "LOCAL_DIR": str(PROJECT_DIR / ".local" / f"test-{uuid4().hex[:8]}"),
        "PORT": str(port),
        "AWS_PORT": str(aws_port),
        "LISTEN_PORT": str(listen_port),
        "PYTHONPATH": str(PROJECT_DIR / "layers" / "core"),
        "JSON": "",
        "CATALOGUE": "",
        "KEEP": "",
        "WEBHOOK_SECRET": "",
        "LOCAL_TEMPLATE": str(template or ""),
        "BATCH_SCHEDULE": "",
        "ALLOW_PRIVATE_TARGETS": "",
        "MUTATIONS_PER_MINUTE": "",
        "TEST_SENDS_PER_MINUTE": "",
        "PUBLISHES_PER_MINUTE": "",
        "READ_UNITS_PER_MINUTE": "",
        **portal(origins),
        **(variables or {}),
    }


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, below those that the system gives to outgoing connections while a test waits."""
    found: list[int] = []
    for port in random.sample(range(15_000, 32_000), 1_000):
        if len(found) == count:
            break
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            found.append(port)
    return found
