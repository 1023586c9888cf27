"""The file of profiles, in the user's own directory for settings: TOML, which people may edit and comment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import platformdirs
import tomlkit
from tomlkit.exceptions import ParseError

from recado_cli.exits import Stop
from recado_cli.keeping.private_files import read_private, write_private
from recado_cli.profiles.profile import Profile, from_table, to_table

_LOCK_SECONDS = 60


def directory() -> Path:
    """Where profiles lie, and sessions that are kept in files; `RECADO_CONFIG_DIR` names another place."""
    return Path(os.environ.get("RECADO_CONFIG_DIR") or platformdirs.user_config_path("recado"))


def make_directory() -> None:
    """Make it, closed to others."""
    directory().mkdir(mode=0o700, parents=True, exist_ok=True)


def probe() -> None:
    """Try whether profiles can be written here; raises `OSError` or `Stop` where they cannot."""
    with locked("profiles"):
        draft = directory() / "probe"
        write_private(draft, "")
        draft.unlink()


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock among all commands of this user, a minute's wait at most; raises `Stop`."""
    make_directory()
    try:
        with filelock.FileLock(directory() / f"{name}.lock", timeout=_LOCK_SECONDS, mode=0o600):
            yield
    except filelock.Timeout:
        raise Stop(f"another recado holds {directory() / name}.lock for over {_LOCK_SECONDS} s") from None


def saved() -> dict[str, Profile]:
    """The profiles of the file, by name; raises `Stop` where it cannot be read."""
    tables: dict[str, Any] = _document().unwrap().get("profiles", {})
    return {name: from_table(name, table) for name, table in tables.items() if isinstance(table, dict)}


def current() -> str:
    """The name of the profile that was signed in to last; empty where none was."""
    return str(_document().get("current", ""))


def save(profile: Profile) -> None:
    """Write one profile, and make it the current one."""
    with locked("profiles"):
        document = _document()
        tables = document.setdefault("profiles", tomlkit.table())
        tables[profile.name] = to_table(profile)
        document["current"] = profile.name
        write_private(_path(), tomlkit.dumps(document))


def forget(name: str) -> None:
    """Remove one profile."""
    with locked("profiles"):
        document = _document()
        document.get("profiles", {}).pop(name, None)
        if document.get("current") == name:
            del document["current"]
        write_private(_path(), tomlkit.dumps(document))


def _path() -> Path:
    return directory() / "profiles.toml"


def _text() -> str:
    try:
        return read_private(_path())
    except FileNotFoundError:
        return ""


def _document() -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(_text())
    except ParseError as error:
        raise Stop(f"{_path()} is no TOML: {error}") from None
