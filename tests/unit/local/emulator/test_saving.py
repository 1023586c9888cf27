"""The emulator's state, saved while it runs."""

import os
import signal
from pathlib import Path

import pytest

from local.emulator import saving
from local.emulator.saving import Saver


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder that the emulator reads at its start."""
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "sqs.json").write_text("of the start")
    return folder


def _save(state: Path, content: str, now: float) -> None:
    saving.unfinished_folder(state).mkdir()
    (saving.unfinished_folder(state) / "sqs.json").write_text(content)
    saving.finish(state, now)


def test_after_a_kill_the_last_whole_save_is_the_state_and_its_time_is_told(state: Path) -> None:
    """Not one that was under way, and not an earlier one."""
    saving.begin(state, 10.0)
    _save(state, "of 20", 20.0)
    _save(state, "of 30", 30.0)
    saving.unfinished_folder(state).mkdir()

    assert saving.adopt(state) == 30.0
    assert (state / "sqs.json").read_text() == "of 30"
    assert saving.saves(state) == []
    assert not saving.unfinished_folder(state).exists()


def test_a_kill_before_the_first_save_leaves_the_state_of_the_start(state: Path) -> None:
    """And its time is that of the start."""
    saving.begin(state, 10.0)

    assert saving.adopt(state) == 10.0
    assert (state / "sqs.json").read_text() == "of the start"


def test_an_end_by_itself_loses_nothing_and_says_nothing(state: Path) -> None:
    """What the emulator saves at its end is newer than every save before."""
    saving.begin(state, 10.0)
    _save(state, "of 20", 20.0)
    at_the_end = saving.closing((state / "sqs.json").write_text, Saver(state, write=lambda _folder: None))

    at_the_end("of the end")

    assert saving.adopt(state) is None
    assert (state / "sqs.json").read_text() == "of the end"


def _wait_for(saver: Saver) -> None:
    while saver._child is not None:
        saver._look_after_child()


def test_only_what_has_changed_is_saved_by_a_fork_of_its_own(state: Path) -> None:
    """The fork writes all that there is at that moment."""
    saver = Saver(state, write=lambda folder: (folder / "by").write_text(str(os.getpid())), clock=lambda: 20.0)
    saver.beat()
    assert saver._child is None

    saver.changed = True
    saver.beat()
    _wait_for(saver)

    assert saving.adopt(state) == 20.0
    assert (state / "by").read_text() != str(os.getpid())
    assert not saver.changed


def test_saves_take_a_tenth_of_the_time_at_most(state: Path) -> None:
    """The larger the state, the longer until the next one."""
    now = 100.0
    saver = Saver(state, write=lambda _folder: None, changed=True)
    saver.clock = lambda: now
    saver.beat()
    now = 101.0
    _wait_for(saver)
    saver.changed = True

    now = 109.0
    saver.beat()
    assert saver._child is None
    now = 110.0
    saver.beat()
    assert saver._child is not None
    saver.end()


def test_a_save_that_fails_is_tried_again_and_does_not_count(state: Path) -> None:
    """The one before stays the last."""

    def broken(_folder: Path) -> None:
        raise OSError("no space left")

    _save(state, "of 20", 20.0)
    saver = Saver(state, write=broken, changed=True)

    saver.beat()
    _wait_for(saver)

    assert saver.changed
    assert saving.adopt(state) == 20.0


def test_a_save_that_is_stuck_is_ended(state: Path) -> None:
    """After a minute; another one follows."""
    now = 0.0
    saver = Saver(state, write=lambda _folder: signal.pause())
    saver.clock = lambda: now
    saver.changed = True
    saver.beat()
    stuck = saver._child
    now = 61.0

    saver.beat()

    assert saver._child not in {None, stuck}
    saver.end()
    assert saver._child is None
