"""Files that only their owner can read."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from recado_cli.exits import Stop

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_HAS_MODES = os.name == "posix"  # elsewhere a user's own folder is closed to others by its access list


def read_private(path: Path) -> str:
    """The text of a file; raises `Stop` where others can read or change it, `FileNotFoundError` where there is none."""
    with path.open(encoding="utf-8") as file:
        status = os.fstat(file.fileno())
        if _HAS_MODES and stat.S_IMODE(status.st_mode) & _OTHERS:
            raise Stop(f"{path} can be read by others than its owner", hint=f"chmod 600 {path}")
        if _HAS_MODES and status.st_uid not in (os.getuid(), 0):
            raise Stop(f"{path} belongs to somebody else", hint="a file of your own is needed")
        return file.read()


def write_private(path: Path, text: str) -> None:
    """Write a file in one step, so that nobody reads half of it, and that nobody else can ever read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made for its owner alone from the beginning, which `chmod` afterwards would not be.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
