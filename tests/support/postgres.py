"""A PostgreSQL server of a test's own, on a socket in a folder of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.e2e.support.waiting import until

# Debian keeps the server's programs off the path. The server refuses to run as root, and brings a user.
_FOLDERS = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
_PATH = os.pathsep.join([os.environ["PATH"], *_FOLDERS])
_USER = "postgres"
_SETTINGS = ("listen_addresses=", "fsync=off")


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server, and give the address of an empty database."""
    as_whom: dict[str, Any] = {"user": _USER, "group": _USER, "extra_groups": []} if os.geteuid() == 0 else {}
    # Not pytest's: the address of a socket ends at 107 characters, and its folders are closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="recado-pg-"))
    if as_whom:
        shutil.chown(folder, _USER, _USER)
    data = folder / "data"
    making = [
        _program("initdb"),
        "--pgdata",
        str(data),
        "--username",
        _USER,
        "--auth",
        "trust",
        "--no-sync",
        "-E",
        "UTF8",
    ]
    subprocess.run(making, check=True, capture_output=True, cwd=folder, timeout=120, **as_whom)  # noqa: S603  our own
    settings = [text for setting in _SETTINGS for text in ("-c", setting)]
    command = [_program("postgres"), "-D", str(data), "-k", str(folder), *settings]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **as_whom)  # noqa: S603  our own
    url = f"postgresql:///{_USER}?host={folder}&user={_USER}"
    try:
        until(lambda: server.poll() is not None or _answers(url), "PostgreSQL answers")
        assert server.poll() is None, (folder / "log").read_text()
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown
        server.wait(timeout=30)
        shutil.rmtree(folder)


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    assert found is not None, f"{name} is not on this machine"
    return found


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
