"""Background processes, found again by their locks."""

import os
import sys
import time
from pathlib import Path

import pytest

from local.errors import LocalStackError
from local.processes import BackgroundProcess

WAIT = "import time; print('up', flush=True); time.sleep(60)"


def _start(process: BackgroundProcess, code: str = WAIT) -> None:
    process.start([sys.executable, "-c", code], os.environ)


def test_a_process_is_found_while_it_lives_and_ends_when_told(tmp_path: Path) -> None:
    """Another command, knowing only the directory, finds it."""
    process = BackgroundProcess("sleeper", tmp_path)
    _start(process)
    found = BackgroundProcess("sleeper", tmp_path)

    assert found.is_running()
    found.stop()
    assert not process.is_running()
    assert not process.pid_file.exists()


def test_the_same_process_is_not_started_twice(tmp_path: Path) -> None:
    """Two emulators on one state would ruin it."""
    process = BackgroundProcess("sleeper", tmp_path)
    _start(process)
    try:
        with pytest.raises(LocalStackError, match="the sleeper runs already"):
            _start(process)
    finally:
        process.stop()


def test_a_number_left_behind_by_a_crash_is_no_process(tmp_path: Path) -> None:
    """The number may belong to somebody else's process by now, which must not be touched."""
    process = BackgroundProcess("sleeper", tmp_path)
    process.pid_file.write_text(str(os.getpid()))

    assert not process.is_running()
    process.stop()


def test_the_last_words_of_a_process_can_be_told(tmp_path: Path) -> None:
    """Why it died is in its log."""
    process = BackgroundProcess("talker", tmp_path)
    child = process.start([sys.executable, "-c", "raise SystemExit('no way')"], os.environ)
    child.wait(10)

    assert process.last_lines() == "no way"
    assert not process.is_running()


def test_a_process_that_will_not_end_takes_its_children_with_it(tmp_path: Path) -> None:
    """Workers of a killed emulator must not go on delivering."""
    process = BackgroundProcess("parent", tmp_path)
    worker = (
        "import subprocess, sys, time; w = subprocess.Popen(['sleep', '60']); print(w.pid, flush=True); time.sleep(60)"
    )
    _start(process, worker)
    while not process.last_lines():
        time.sleep(0.02)

    process.stop()

    child_state = Path(f"/proc/{process.last_lines()}/stat")
    deadline = time.monotonic() + 5
    while child_state.exists() and " Z " not in child_state.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child_state.exists() or " Z " in child_state.read_text()
