"""Starting, updating, stopping and forgetting the stack."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import httpx

from local import identity, sockets, stack_file
from local.catalogue import building
from local.deploying import deployment, gaps, packaging, settling, translation
from local.deploying.verification import verify
from local.emulator import server as emulator
from local.errors import LocalStackError
from local.processes import BackgroundProcess, one_at_a_time
from local.settings import HOST, SHIPPED_TEMPLATE, Settings
from local.stack_file import Stack

# What `reset` deletes; another stack may keep its directory inside this one.
_OWN_FILES = ("state", "state-*", "s3", "tmp", "*.json", "*.log", "*.log.1", "*.pid")
_FRONT_SECONDS = 20.0
_POLL_SECONDS = 0.05


def start(settings: Settings, tell: Callable[[str], object] = lambda _text: None) -> Stack:
    """Bring the stack up, or up to date if it runs; nothing stays behind if that fails.

    `tell` gets a sentence where the last run did not end by itself: of when its state is.
    """
    with _alone(settings):
        if is_running(settings):
            _refuse_other_ports(settings)
            return _deploy(settings)
        _stop(settings)
        _refuse_taken_ports(settings)
        try:
            _tell_what_is_lost(emulator.start(settings), tell)
            _start_front(settings)
            return _deploy(settings)
        except BaseException:
            _stop(settings)
            raise


def stop(settings: Settings) -> bool:
    """End the stack and keep its state; tells whether it ran."""
    if not settings.directory.exists():
        return False
    with _alone(settings):
        running = is_running(settings)
        _stop(settings)
    return running


def reset(settings: Settings) -> None:
    """End the stack and delete its state."""
    if not settings.directory.exists():
        return
    with _alone(settings):
        _stop(settings)
        for path in (path for pattern in _OWN_FILES for path in settings.directory.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def is_running(settings: Settings) -> bool:
    """Whether the stack is ready."""
    return settings.stack_file.exists() and all(process.is_running() for process in _processes(settings))


def process_ids(settings: Settings) -> dict[str, int]:
    """The numbers of the stack's living processes, by name."""
    living = {process.name: process.pid() for process in _processes(settings)}
    return {name: pid for name, pid in living.items() if pid is not None}


def show_errors_here(settings: Settings) -> None:
    """Let the background print handlers' errors to this command's terminal, after the command has ended."""
    terminal = _terminal(settings)
    terminal.stop()
    seen = settings.error_log.stat().st_size
    command = [sys.executable, "-m", "local", "logs", "--errors", "--start-byte", str(seen)]
    terminal.start(command, _own_env(settings), output=sys.stdout.fileno())


def _alone(settings: Settings) -> AbstractContextManager[None]:
    return one_at_a_time(settings.directory / ".lock")


def _deploy(settings: Settings) -> Stack:
    shipped = settings.template == SHIPPED_TEMPLATE
    template_file = building.template_for(settings.catalogue) if shipped else settings.template
    written = translation.read(template_file)
    parameters = translation.known_parameters(written, settings.parameters())
    packaged, packages = packaging.package(written, template_file.parent)
    packaging.upload(packages, settings)
    template = gaps.close_gaps(translation.translate(packaged, parameters), settings.front_url)
    deployed = deployment.deploy(template, parameters, settings)
    verify(written, template, parameters, deployed, settings)
    settling.allow_recursive_loops(template, deployed, settings)
    settling.verify_sender(settings)
    identity.ensure_users(deployed, settings)
    emulator.make_functions_ready(settings)
    stack = stack_file.describe(template, parameters, deployed, settings)
    stack_file.write(stack, settings)
    return stack


def _start_front(settings: Settings) -> None:
    command = [sys.executable, "-m", "local.front", "--port", str(settings.port)]
    process = _front(settings)
    child = process.start([*command, "--aws-endpoint-url", settings.aws_endpoint_url], _own_env(settings))
    deadline = time.monotonic() + _FRONT_SECONDS
    while not _answers(settings.front_url):
        if child.poll() is not None or time.monotonic() > deadline:
            raise LocalStackError(f"the front did not start:\n{process.last_lines()}")
        time.sleep(_POLL_SECONDS)


def _tell_what_is_lost(restored: float | None, tell: Callable[[str], object]) -> None:
    if restored is not None:
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(restored))
        tell(f"The emulator was killed: its state is that of {moment}, and what came later is lost.")


def _stop(settings: Settings) -> None:
    settings.stack_file.unlink(missing_ok=True)
    _front(settings).stop()
    emulator.stop(settings)
    _terminal(settings).stop()


def _refuse_taken_ports(settings: Settings) -> None:
    for name, port in (("PORT", settings.port), ("AWS_PORT", settings.aws_port)):
        if sockets.is_taken(HOST, port):
            raise LocalStackError(f"port {port} is taken; set {name} to a free one")


def _refuse_other_ports(settings: Settings) -> None:
    stack = stack_file.read(settings)
    ports = (urlsplit(stack.api_url).port, urlsplit(stack.aws_endpoint_url).port)
    if ports != (settings.port, settings.aws_port):
        raise LocalStackError(f"the stack runs on PORT={ports[0]} AWS_PORT={ports[1]}; stop it before moving it")


def _own_env(settings: Settings) -> dict[str, str]:
    return {**os.environ, "LOCAL_DIR": str(settings.directory)}


def _answers(url: str) -> bool:
    try:
        httpx.get(url, trust_env=False, timeout=2.0)
    except httpx.HTTPError:
        return False
    return True


def _front(settings: Settings) -> BackgroundProcess:
    return BackgroundProcess("front", settings.directory)


def _terminal(settings: Settings) -> BackgroundProcess:
    return BackgroundProcess("terminal", settings.directory)


def _processes(settings: Settings) -> tuple[BackgroundProcess, BackgroundProcess]:
    return emulator.process(settings), _front(settings)
