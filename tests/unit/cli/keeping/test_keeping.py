"""Where secrets lie."""

import stat
import threading
from pathlib import Path

import keyring
import pytest

from recado_cli.exits import Stop
from recado_cli.keeping.keeper import FileKeeper, KeyringKeeper, place
from recado_cli.keeping.private_files import read_private, write_private
from tests.unit.cli.keeping.keyrings import Memory


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """A keyring that works."""
    backend = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


def test_a_kept_file_can_be_read_by_its_owner_alone(settings_directory: Path) -> None:
    """From the first byte on, its folder too; and nothing else is left."""
    FileKeeper().save("prod/session", "s3cret")
    (file,) = (settings_directory / "secrets").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (file.parent, settings_directory)] == [0o700] * 2
    assert FileKeeper().load("prod/session") == "s3cret"
    FileKeeper().remove("prod/session")
    assert FileKeeper().load("prod/session") is None


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole, and alone in its folder."""
    write_private(tmp_path / "f", "before")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        write_private(tmp_path / "f", "after")
    assert [file.name for file in tmp_path.iterdir()] == ["f"]
    assert read_private(tmp_path / "f") == "before"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """With the command that mends it."""
    write_private(tmp_path / "f", "s3cret")
    (tmp_path / "f").chmod(mode)
    with pytest.raises(Stop, match="can be read by others") as refused:
        read_private(tmp_path / "f")
    assert refused.value.hint == f"chmod 600 {tmp_path / 'f'}"


def test_the_keyring_is_taken_where_there_is_one(memory: Memory) -> None:
    """What it was tried with does not stay."""
    assert place(None)[0] == "keyring"
    assert memory.kept == {}
    KeyringKeeper().save("prod/session", "s3cret")
    assert KeyringKeeper().load("prod/session") == "s3cret"
    KeyringKeeper().remove("prod/session")
    KeyringKeeper().remove("prod/session")
    assert memory.kept == {}


def test_without_a_keyring_a_private_file_is_taken_and_that_is_said() -> None:
    """On servers and in containers there is none."""
    keeps_in, sentence = place(None)
    assert keeps_in == "file"
    assert "in a file that only you can read (no keyring: No recommended backend was available" in sentence


def test_a_keyring_that_takes_no_session_is_none(memory: Memory) -> None:
    """Some end at 2,560 bytes: found out before somebody signs in."""
    memory.longest = 1280
    keeps_in, sentence = place(None)
    assert (keeps_in, "it is too long" in sentence) == ("file", True)


def test_a_keyring_that_never_answers_is_none(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that waits for somebody to unlock it, where nobody is."""
    monkeypatch.setattr("recado_cli.keeping.keeper._LONGEST_SECONDS", 0.05)
    released = threading.Event()
    monkeypatch.setattr(memory, "set_password", lambda *_: released.wait(30))
    monkeypatch.setattr(memory, "get_password", lambda *_: released.wait(30))
    try:
        assert place(None)[1].endswith("(no keyring: it has not answered for 0.05 s)")
        with pytest.raises(Stop, match=r"it has not answered for 0\.05 s"):
            KeyringKeeper().load("prod/session")
    finally:
        released.set()


def test_whatever_a_keyring_raises_is_told(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence, with what one can do: backends raise what their systems raise."""

    def locked(*_: str) -> None:
        raise RuntimeError("IsLocked")

    monkeypatch.setattr(memory, "get_password", locked)
    with pytest.raises(Stop, match="the keyring refuses: IsLocked") as refused:
        KeyringKeeper().load("prod/session")
    assert "--keep-in file" in refused.value.hint


@pytest.mark.parametrize("wanted", [None, "keyring", "file"])
def test_profiles_that_cannot_be_written_are_found_out_first(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, wanted: str | None
) -> None:
    """A good keyring alone keeps no sign-in."""
    monkeypatch.setenv("RECADO_CONFIG_DIR", "/dev/null/nowhere")
    with pytest.raises(Stop, match="a session cannot be kept") as refused:
        place(wanted)
    assert ("RECADO_CONFIG_DIR" in refused.value.hint, memory.kept) == (True, {})


def test_who_wants_a_keyring_is_told_that_there_is_none() -> None:
    """And what there is instead."""
    with pytest.raises(Stop, match="there is no keyring") as refused:
        place("keyring")
    assert "--keep-in file" in refused.value.hint
