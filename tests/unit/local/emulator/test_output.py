"""What the functions print, under their names."""

import json
from pathlib import Path

import pytest

from local.emulator import output
from local.emulator.output import FunctionLog

TRACEBACK = 'Traceback (most recent call last):\n  File "app.py", line 1\nValueError: no\n'


@pytest.mark.parametrize(
    ("logical_id", "name"),
    [("RealtimeDispatcherFunction", "RealtimeDispatcher"), ("Other", "Other"), ("Function",) * 2],
)
def test_a_function_is_known_by_its_logical_id_without_the_word_function(logical_id: str, name: str) -> None:
    """What a person would call it."""
    assert output.display_name(logical_id) == name


def test_a_traceback_of_a_failed_invocation_is_an_error() -> None:
    """It is told line by line, and log entries of lower levels beside it are not."""
    text = json.dumps({"level": "INFO", "message": "fine"}) + "\n" + TRACEBACK

    assert output.error_lines(text, failed=True) == TRACEBACK.splitlines()


def test_prints_of_a_successful_invocation_are_no_errors() -> None:
    """A handler may print what it likes."""
    assert output.error_lines("just saying\n[1]\n{not json\n", failed=False) == []


def test_an_error_that_a_handler_logs_is_spelled_out() -> None:
    """Message, facts and traceback, also when the invocation succeeds."""
    entry = {"level": "ERROR", "message": "lost", "service": "recado", "reason": "why", "exception": TRACEBACK}

    assert output.error_lines(json.dumps(entry), failed=False) == ["lost reason=why", *TRACEBACK.splitlines()]


def test_every_line_carries_the_functions_name(tmp_path: Path) -> None:
    """Both files can be read without knowing what was running at the time."""
    log = FunctionLog(tmp_path / "all.log", tmp_path / "errors.log")

    log.write("Redelivery", "one\ntwo\n", failed=False)
    log.write("Console", "three\n", failed=True)

    assert (tmp_path / "all.log").read_text() == "Redelivery: one\nRedelivery: two\nConsole: three\n"
    assert (tmp_path / "errors.log").read_text() == "Console: three\n"


def test_following_ends_with_its_writers_and_misses_nothing(tmp_path: Path) -> None:
    """What was written before the last sign of life is still told."""
    path = tmp_path / "log"
    path.write_text("old\n")
    signs = iter([True, True, False, False])

    def alive() -> bool:
        living = next(signs)
        if not living:
            path.write_text("old\nlast words\n")
        return living

    assert "".join(output.follow(path, alive)) == "old\nlast words\n"


def test_following_from_a_place_leaves_out_the_past(tmp_path: Path) -> None:
    """A new terminal does not show yesterday's errors."""
    path = tmp_path / "log"
    path.write_text("old\nnew\n")

    assert "".join(output.follow(path, lambda: False, start_byte=4)) == "new\n"


def test_a_start_keeps_the_log_and_puts_a_large_one_aside(tmp_path: Path) -> None:
    """The log before that goes."""
    path = tmp_path / "log"
    output.rotate(path)
    path.write_text("kept\n")
    output.rotate(path)
    assert path.read_text() == "kept\n"

    path.write_text("x" * 5_000_001)
    output.older(path).write_text("older")
    output.rotate(path)

    assert path.read_text() == ""
    assert output.older(path).stat().st_size == 5_000_001
