"""A shell that commands of the documentation are typed into."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.settings import PROJECT_DIR
from tests.e2e.support.instance import Instance
from tests.support.documentation.pages import block

_FINDS_THE_STACK = block("docs/publishing.md", "sh", "make --silent env")
# The first time on a machine a program's libraries are fetched and compiled.
_SECONDS = 600


class Shell:
    """A shell that finds the stack as the pages say, in a copy of the examples, where they leave what they build."""

    def __init__(self, instance: Instance, folder: Path) -> None:
        built = shutil.ignore_patterns("node_modules", "target")
        shutil.copytree(PROJECT_DIR / "examples", folder / "examples", ignore=built)
        # `make` would look after the virtual environment first, which is being used.
        self._make = f"make() {{ shift; (cd {PROJECT_DIR} && {sys.executable} -m local $(echo $1)); }}"
        self._folder = folder
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**instance.environment, "PATH": path}

    def types(self, commands: str) -> str:
        """Type commands of a page, and return what they print."""
        answer = subprocess.run(  # noqa: S603  a page's own commands
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
        """Let a command of a page run for as long as the test looks at what it does."""
        environment = {**self._environment, **variables}
        process = subprocess.Popen(  # noqa: S603  a page's own command
            self._command(command), env=environment, cwd=self._folder, start_new_session=True
        )
        try:
            yield
            assert process.poll() is None
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _command(self, commands: str) -> list[str]:
        return ["/bin/bash", "-euc", f"{self._make}\n{_FINDS_THE_STACK}\n{commands}"]
