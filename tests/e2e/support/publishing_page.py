"""The handbook for publishers: its code blocks, a shell that they are typed into, and what it shows to be deployed."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import aws
from local.settings import PROJECT_DIR
from tests.e2e.support.deployed_examples import deploy
from tests.e2e.support.instance import Instance

PAGE = PROJECT_DIR / "docs" / "publishing.md"
EXAMPLES = PROJECT_DIR / "examples"
# The first time on a machine a program's libraries are fetched and compiled.
_SECONDS = 600


def blocks(language: str, about: str = "") -> list[str]:
    """Return the page's code blocks in this language that hold this text."""
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block for block in found if about in block]


def block(language: str, about: str) -> str:
    """Return the one such code block."""
    [found] = blocks(language, about)
    return found


class Shell:
    """A shell that knows the stack as the page says, in a copy of the examples, where they leave what they build."""

    def __init__(self, shop: Instance, folder: Path) -> None:
        shutil.copytree(EXAMPLES, folder / "examples", ignore=shutil.ignore_patterns("node_modules", "target"))
        # `make` would look after the virtual environment first, which is being used.
        self._make = f"make() {{ shift; (cd {PROJECT_DIR} && {sys.executable} -m local $(echo $1)); }}"
        self._folder = folder
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**shop.environment, "PATH": path}

    def types(self, commands: str) -> str:
        """Type commands of the page, and return what they print."""
        answer = subprocess.run(  # noqa: S603  the page's own commands
            self._command(commands),
            env=self._environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    @contextmanager
    def running(self, command: str, **variables: str) -> Iterator[None]:
        """Let a command of the page run for as long as the test looks at what it does."""
        environment = {**self._environment, **variables}
        process = subprocess.Popen(  # noqa: S603  the page's own command
            self._command(command), env=environment, cwd=self._folder, start_new_session=True
        )
        try:
            yield
            assert process.poll() is None
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _command(self, commands: str) -> list[str]:
        return ["/bin/bash", "-euc", f"{self._make}\n{block('sh', 'make --silent env')}\n{commands}"]


def deployed_outbox(shop: Instance) -> str:
    """Deploy the template of the outbox in DynamoDB beside Recado, and return the table's name."""
    stack = shop.stack
    bus = aws.client("events", stack.aws_endpoint_url).describe_event_bus(Name=stack.event_bus_name)["Arn"]
    return deploy(shop, EXAMPLES / "outbox" / "dynamodb", "outbox", {"RecadoBusArn": bus})["Outbox"]
