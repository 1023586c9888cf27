"""The folders of `examples/receiving`, installed once, and started as their first lines say."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from filelock import FileLock

from local.settings import PROJECT_DIR

FOLDER = PROJECT_DIR / "examples" / "receiving"
_INSTALLED = PROJECT_DIR / ".local" / "examples"
# What somebody has left there who has tried the examples where they are.
_NOT_OURS = {"node_modules", "target", "__pycache__", "inbox.db", "var"}
_INDENT = "    "
_EXPORTS = _INDENT + "export WEBHOOK_SECRET=whsec_… PORT=9000"
# The first time on a machine packages are fetched, and some are built.
_SECONDS = 600


@dataclass(frozen=True)
class Example:
    """Its folder, the file whose first lines say how it is started, and the path that a receiver answers at."""

    folder: str
    file: str
    path: str = "/hook"
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is known by: the file, as seen from the folder of all examples."""
        return f"{self.folder}/{self.file}"


EXAMPLES = {
    example.name: example
    for example in (
        Example("flask", "app.py"),
        Example("fastapi", "app.py"),
        Example("django", "app.py"),
        Example("express", "app.mjs"),
        Example("nextjs", "app/hook/route.js"),
        Example("spring", "src/main/java/example/Receive.java", needs=("java", "mvn")),
        Example("java", "src/main/java/Receive.java", needs=("java", "mvn")),
        Example("go", "receive.go", needs=("go",)),
        Example("php", "app.php", needs=("php", "symfony")),
        Example("ruby", "config.ru", needs=("rackup", "sinatra")),
    )
}


# A receiver's own tests of the signed sample: they are run, and end.
SAMPLE_TESTS = {test.name: test for test in (Example("sample", "test_sample.py"), Example("sample", "sample.test.mjs"))}


def commands(example: Example) -> tuple[str, str]:
    """What its first lines say is to be typed: to install it, and to start it once secret and port are set."""
    lines = (FOLDER / example.name).read_text(encoding="utf-8").splitlines()
    header = [re.sub(r"^(?://|#| \*) ?", "", line) for line in lines]
    begins = next(number for number, line in enumerate(header) if line.startswith(_INDENT))
    typed = takewhile(lambda line: not line or line.startswith(_INDENT), header[begins:])
    *install, start = "\n".join(typed).strip("\n").split("\n\n")
    # What needs no package of its own has nothing to install.
    return "\n".join(install), start.removeprefix(f"{_EXPORTS}\n")


def installed(example: Example) -> Path:
    """A copy of its folder with what it needs in it, made anew whenever a file of the example has changed."""
    files = _files(FOLDER / example.folder)
    content = b"".join(str(path.relative_to(FOLDER)).encode() + b"\0" + path.read_bytes() for path in files)
    digest = hashlib.sha256(content).hexdigest()[:16]
    home = _INSTALLED / example.name.replace("/", "-")
    home.mkdir(parents=True, exist_ok=True)
    # Another test process may want the same one.
    with FileLock(home / "lock", timeout=_SECONDS):
        if not (home / digest / "installed").exists():
            _install(example, home / digest)
    return home / digest


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in _NOT_OURS or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _install(example: Example, place: Path) -> None:
    for earlier in place.parent.iterdir():
        if earlier.is_dir():
            shutil.rmtree(earlier)
    for file in _files(FOLDER / example.folder):
        copy = place / file.relative_to(FOLDER / example.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    install, _ = commands(example)
    answer = subprocess.run(  # noqa: S603  our own example
        ["/bin/sh", "-euc", install],
        cwd=place,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    assert answer.returncode == 0, f"{install}\n{answer.stdout}{answer.stderr}"
    (place / "installed").touch()


def environment() -> dict[str, str]:
    """The environment of a developer whose Python is new enough, and who has a Node.js: those of the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**own, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
