"""A shell with the command in it, and an account without webhooks."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from local.settings import PROJECT_DIR
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import ARRIVES

Recado = Callable[..., str]


@pytest.fixture
def environment(instance: Instance, tmp_path: Path) -> Mapping[str, str]:
    """A shell's, in which `recado` is on the path and finds this stack, and nothing is kept yet."""
    program = tmp_path / "bin" / "recado"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m recado_cli "$@"\n')
    program.chmod(0o755)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("RECADO_")},
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join((str(PROJECT_DIR / "sdk/python/src"), str(PROJECT_DIR / "cli/src"))),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "RECADO_CONFIG_DIR": str(tmp_path / "settings"),
        "RECADO_STACK_FILE": str(instance.settings.stack_file),
        "RECADO_PROFILE": "local",
        "RECADO_ACCOUNT": ACCOUNT,
    }


@pytest.fixture
def recado(environment: Mapping[str, str], tmp_path: Path) -> Recado:
    """`recado("webhooks list", WEBHOOK="…")` runs lines of a shell, which have to succeed, and gives their stdout."""

    def run(script: str, **variables: str) -> str:
        ran = subprocess.run(  # noqa: S603  the page's own commands
            ["/bin/bash", "-euc", script],
            cwd=tmp_path,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=3 * ARRIVES,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return run


@pytest.fixture
def without_webhooks(api: ApiClient) -> Iterator[None]:
    """Leave the account as it was: other tests count its webhooks."""
    yield
    for webhook in api.get(WEBHOOKS).json()["webhooks"]:
        api.delete(f"{WEBHOOKS}/{webhook['webhookId']}")
