"""What is kept of a profile that is secret: its session, its listener's secret; in the keyring or in a private file."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from recado_cli.exits import Stop
from recado_cli.keeping.private_files import read_private, write_private
from recado_cli.profiles import files
from recado_cli.profiles.profile import Profile

_SERVICE = "recado"
# As long as a session is: some keyrings refuse what is long.
_PROBE = "probe", "x" * 4096
# A keyring may wait for a person to unlock it, where nobody is.
_LONGEST_SECONDS = 60.0


class Keeper(Protocol):
    """A place for secrets, each under a name."""

    def load(self, name: str) -> str | None:
        """The secret of that name; None where there is none."""
        ...

    def save(self, name: str, secret: str) -> None:
        """Keep a secret in the place of the one before."""
        ...

    def remove(self, name: str) -> None:
        """Keep it no longer."""
        ...


class FileKeeper:
    """Secrets in files that only their owner can read, beside the profiles."""

    def load(self, name: str) -> str | None:
        """As the protocol says; raises `Stop` where others can read the file."""
        try:
            return read_private(self._path(name))
        except FileNotFoundError:
            return None

    def save(self, name: str, secret: str) -> None:
        """As the protocol says."""
        files.make_directory()
        write_private(self._path(name), secret)

    def remove(self, name: str) -> None:
        """As the protocol says."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return files.directory() / "secrets" / re.sub(r"[^A-Za-z0-9._-]", "_", name)


class KeyringKeeper:
    """Secrets in the keyring of the system; raises `Stop` where it does not answer."""

    def load(self, name: str) -> str | None:
        """As the protocol says."""
        return _asked(lambda keyring: keyring.get_password(_SERVICE, name))

    def save(self, name: str, secret: str) -> None:
        """As the protocol says."""
        _asked(lambda keyring: keyring.set_password(_SERVICE, name, secret))

    def remove(self, name: str) -> None:
        """As the protocol says."""
        if self.load(name) is not None:
            _asked(lambda keyring: keyring.delete_password(_SERVICE, name))


_Answer = TypeVar("_Answer")


class _Backend(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def _asked(question: Callable[[_Backend], _Answer]) -> _Answer:
    """The keyring's answer; raises `Stop` where it refuses, in whatever way, and where none comes in time."""
    import keyring  # noqa: PLC0415 - slow to import, and not needed where secrets are kept in files

    answers: queue.Queue[tuple[_Answer] | str] = queue.Queue()

    def ask() -> None:
        try:
            answers.put((question(keyring.get_keyring()),))
        except Exception as error:  # noqa: BLE001 - a backend raises what its system raises
            answers.put(str(error) or type(error).__name__)

    # A daemon, because one that never answers would keep the command from ending.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=_LONGEST_SECONDS)
    except queue.Empty:
        answer = f"it has not answered for {_LONGEST_SECONDS:g} s"
    if isinstance(answer, str):
        raise Stop(f"{_REFUSES}{answer}", hint=_ELSEWHERE)
    return answer[0]


_REFUSES = "the keyring refuses: "
_ELSEWHERE = "`recado sign-in … --keep-in file`, or RECADO_API_URL with RECADO_TOKEN"


_NOWHERE = "RECADO_CONFIG_DIR names another folder; RECADO_API_URL with RECADO_TOKEN needs none"


def keeper_of(profile: Profile) -> Keeper:
    """Where the profile's secrets lie; their names begin with that of the profile: `prod/session`."""
    return FileKeeper() if profile.keeps_in == "file" else KeyringKeeper()


def place(wanted: str | None) -> tuple[str, str]:
    """Where secrets can be kept here: `keyring` or `file`, and a sentence about it; `wanted` leaves no choice.

    Tried by keeping something: raises `Stop` where that fails, so that nobody signs in for nothing.
    """
    trouble = ""
    try:
        files.probe()
    except OSError as error:
        raise Stop(f"a session cannot be kept: {error}", hint=_NOWHERE) from None
    if wanted != "file":
        trouble = _trouble_of_keyring()
        if not trouble:
            return "keyring", "the session is kept in the keyring of this system"
        if wanted == "keyring":
            raise Stop(f"there is no keyring to keep a session in: {trouble}", hint=_ELSEWHERE)
    try:
        FileKeeper().save(*_PROBE)
        FileKeeper().remove(_PROBE[0])
    except OSError as error:
        raise Stop(f"a session cannot be kept: {error}", hint=_NOWHERE) from None
    where = files.directory() / "secrets"
    return "file", f"the session is kept in {where}, in a file that only you can read" + (
        "" if wanted else f" (no keyring: {trouble})"
    )


def _trouble_of_keyring() -> str:
    """Why nothing can be kept in a keyring; empty where it can."""
    try:
        KeyringKeeper().save(*_PROBE)
        kept = KeyringKeeper().load(_PROBE[0])
        KeyringKeeper().remove(_PROBE[0])
    except Stop as stop:
        return stop.message.removeprefix(_REFUSES).split(". ")[0]
    return "" if kept == _PROBE[1] else "it does not give back what it was given"
