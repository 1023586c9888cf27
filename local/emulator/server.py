"""The emulator as a child of this machine: its environment, its start, its end."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import httpx

from local import aws
from local.emulator import output, saving
from local.emulator.control import READY_PATH
from local.errors import LocalStackError
from local.processes import BackgroundProcess
from local.settings import HOST, REGION, Settings

# Lambda keeps idle environments for minutes. The last process of a function stays in any case.
_WARM_SECONDS = 300
_READY_SECONDS = 60.0
# Seconds of computing, on a machine that may be busy with something else.
_FUNCTIONS_READY_SECONDS = 300.0
_POLL_SECONDS = 0.1


def process(settings: Settings) -> BackgroundProcess:
    """The emulator's process."""
    return BackgroundProcess("emulator", settings.directory)


def start(settings: Settings) -> float | None:
    """Start the emulator and wait until it answers.

    Returns of when its state is, in seconds since 1970, if it was killed since; None if it has lost nothing.
    """
    env = environment(settings)
    for name in ("STATE_DIR", "S3_DATA_DIR", "TMPDIR"):
        Path(env[name]).mkdir(parents=True, exist_ok=True)
    state = Path(env["STATE_DIR"])
    restored = saving.adopt(state)
    saving.begin(state, time.time())
    for log in (settings.function_log, settings.error_log):
        output.rotate(log)
    child = process(settings).start([sys.executable, "-m", "local.emulator.child"], env)
    deadline = time.monotonic() + _READY_SECONDS
    while not _answers(settings):
        if child.poll() is not None:
            raise LocalStackError(f"the emulator ended while starting:\n{process(settings).last_lines()}")
        if time.monotonic() > deadline:
            raise LocalStackError(f"the emulator did not answer within {_READY_SECONDS:.0f} s")
        time.sleep(_POLL_SECONDS)
    return restored


def make_functions_ready(settings: Settings) -> None:
    """Have processes of every function that have imported their handlers, and wait for them."""
    url = f"{settings.aws_endpoint_url}{READY_PATH}"
    httpx.post(url, trust_env=False, timeout=_FUNCTIONS_READY_SECONDS).raise_for_status()


def stop(settings: Settings) -> None:
    """End the emulator, which saves its state, and clear what its functions left in its temporary folder."""
    process(settings).stop()
    shutil.rmtree(settings.directory / "tmp", ignore_errors=True)


def environment(settings: Settings) -> dict[str, str]:
    """The emulator's whole environment; its functions inherit it, so nothing of the person's own gets in."""
    directory = settings.directory
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "TZ": "UTC",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(settings.aws_port),
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_WARM_TTL_SECONDS": str(_WARM_SECONDS),
        # No limit across functions: what exceeds it is thrown away. `emulator.gaps` lets it wait instead.
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",
        # macOS ends a forked process that then loads some of its system's libraries, unless told not to.
        "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(directory / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(directory / "s3"),
        "TMPDIR": str(directory / "tmp"),
        # Names a socket that does not exist, so that the emulator never looks for Docker.
        "DOCKER_HOST": f"unix://{directory / 'no-docker.sock'}",
        "AWS_ENDPOINT_URL": settings.aws_endpoint_url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_SECRET_ACCESS_KEY": aws.ACCESS_KEY,
        "LOCAL_FUNCTION_LOG": str(settings.function_log),
        "LOCAL_ERROR_LOG": str(settings.error_log),
    }


def _answers(settings: Settings) -> bool:
    try:
        answer = httpx.get(f"{settings.aws_endpoint_url}/_ministack/ready", trust_env=False, timeout=2.0)
    except httpx.HTTPError:
        return False
    return answer.is_success
