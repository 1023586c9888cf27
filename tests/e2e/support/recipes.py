"""The console's recipes, and the examples of `examples/receiving`, as the receivers that they are.

One process each, on loopback.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import requests

from local.settings import HOST, PROJECT_DIR
from tests.e2e.support.receiving_examples import EXAMPLES, commands, environment, installed
from tests.e2e.support.waiting import until

# Where Node.js is, on a machine that has none of its own.
_OWN_PROGRAMS = str(Path(sys.executable).parent)
RECIPES_DIR = PROJECT_DIR / "console" / "src" / "recipes"
_COMMANDS = {
    "verify.py": ("python3", "{file}"),
    "verify.mjs": ("node", "{file}"),
    "verify.php": ("php", "-S", HOST + ":{port}", "{file}"),
    "verify.go": ("go", "run", "{file}"),
    "Verify.java": ("java", "{file}"),
    "verify.rb": ("rackup", "--host", HOST, "--port", "{port}", "{file}"),
}
_KEY_COMMANDS = {
    # Python has no Ed25519 of its own: this interpreter has the library that the recipe names.
    "keys.py": (sys.executable, "{file}"),
    "keys.mjs": ("node", "{file}"),
    "keys.php": ("php", "-S", HOST + ":{port}", "{file}"),
    "keys.go": ("go", "run", "{file}"),
    "keys.rb": ("rackup", "--host", HOST, "--port", "{port}", "{file}"),
}
_CATCH_UP_COMMANDS = {"catch_up.py": ("python3", "{file}"), "catch_up.mjs": ("node", "{file}")}
# Each with the tool of the system's that it needs.
RECIPES = {recipe: command[0] for recipe, command in _COMMANDS.items()}
KEY_RECIPES = {recipe: Path(command[0]).name for recipe, command in _KEY_COMMANDS.items()}
CATCH_UP_RECIPES = tuple(_CATCH_UP_COMMANDS)


@dataclass(frozen=True)
class Start:
    """How a receiver is started: the command, and where and in which environment it is typed."""

    command: list[str]
    folder: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class RecipeReceiver:
    """A running receiver: where it takes POSTs, all that it has printed, and the process, where it is one of ours."""

    url: str
    printed: Callable[[], str]
    process: subprocess.Popen[bytes] | None = None

    def post(self, headers: dict[str, str], body: bytes) -> int:
        """The status that it answers to a POST."""
        return requests.post(self.url, data=body, headers=headers, timeout=10).status_code

    def crash(self) -> None:
        """End it at once, in the middle of whatever it does."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def lines(self, about: str) -> list[str]:
        """What it has printed that holds this text."""
        return [line for line in self.printed().splitlines() if about in line]


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@cache
def _compile_library(recipe: str) -> None:
    """Let Go compile what the recipe imports: that takes minutes once on a machine, longer than a test waits."""
    command = ("go", "build", "-o", os.devnull, str(RECIPES_DIR / recipe))
    subprocess.run(command, check=True, timeout=600)  # noqa: S603  our own recipe


def _recipe(recipe: str, port: int, directory: Path) -> Start:
    program, *arguments = (_COMMANDS | _KEY_COMMANDS | _CATCH_UP_COMMANDS)[recipe]
    if program == "go":
        _compile_library(recipe)
    executable = shutil.which(program) or shutil.which(program, path=_OWN_PROGRAMS)
    assert executable is not None, f"{program} is not on this machine"
    filled = [argument.format(file=RECIPES_DIR / recipe, port=port) for argument in arguments]
    return Start([executable, *filled], directory, os.environ)


def _example(name: str) -> Start:
    example = EXAMPLES[name]
    _, start = commands(example)
    return Start(["/bin/sh", "-euc", start], installed(example), environment())


@contextmanager
def running(
    recipe: str, verifier: str, directory: Path, port: int | None = None, **settings: str
) -> Iterator[RecipeReceiver]:
    """Run a receiver as its first lines say, with the secret that it verifies by, or the address of the keys.

    A recipe is started in this directory. `settings` are what else its first lines set.
    """
    chosen = port or free_port()
    start = _example(recipe) if recipe in EXAMPLES else _recipe(recipe, chosen, directory)
    output = directory / f"output-{chosen}"
    setting = "WEBHOOK_KEYS" if recipe in _KEY_COMMANDS else "WEBHOOK_SECRET"
    env = {**start.environment, setting: verifier, "PORT": str(chosen), "TMPDIR": str(directory), **settings}
    with output.open("ab") as file:
        # A session of its own: some of these commands start the receiver as their child.
        process = subprocess.Popen(  # noqa: S603  our own recipe
            start.command, env=env, cwd=start.folder, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        until(lambda: _listens(chosen) or process.poll() is not None, f"{recipe} listens")
        assert process.poll() is None, output.read_text()
        path = EXAMPLES[recipe].path if recipe in EXAMPLES else "/"
        printed = partial(output.read_text, errors="replace")
        yield RecipeReceiver(f"http://{HOST}:{chosen}{path}", printed, process)
    finally:
        # It may have crashed, as the test wanted.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
