"""What `make logs` shows of the functions' log."""

import json
import time

import pytest

from local.commands import logs

ENTRY = {
    "level": "WARNING",
    "message": "attempt failed",
    "timestamp": "2026-11-28 01:13:40,918+0000",
    "service": "recado",
    "function_arn": "arn:aws:lambda:us-east-1:000000000000:function:F",
    "status_code": 503,
}


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose clock shows UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def test_an_entry_is_one_line_with_time_function_level_message_and_facts() -> None:
    """What every entry says about itself is left out."""
    [line] = logs.readable([f"Redelivery: {json.dumps(ENTRY)}"])

    assert line.split() == ["01:13:40.918", "Redelivery", "WARNING", "attempt", "failed", "status_code=503"]


def test_a_metric_is_not_shown() -> None:
    """What it counts has lines of its own."""
    metric = {"_aws": {"CloudWatchMetrics": []}, "OurFaults": [1.0]}

    assert list(logs.readable([f"Redelivery: {json.dumps(metric)}"])) == []
    assert json.loads(next(logs.as_json([f"Redelivery: {json.dumps(metric)}"])))["OurFaults"] == [1.0]


def test_an_error_is_followed_by_its_traceback() -> None:
    """Indented, so that the next entry stands out."""
    entry = {**ENTRY, "level": "ERROR", "exception": "Traceback:\nValueError: no"}

    [text] = logs.readable([f"Redelivery: {json.dumps(entry)}"])

    assert [line.strip() for line in text.splitlines()[1:]] == ["Traceback:", "ValueError: no"]


def test_what_is_no_log_entry_is_shown_as_it_is() -> None:
    """Such as a traceback that the runtime prints."""
    [line] = logs.readable(["Redelivery: KeyError: 'messageId'"])

    assert line.split() == ["Redelivery", "KeyError:", "'messageId'"]


def test_programs_get_one_object_a_line_which_names_the_function() -> None:
    """Whatever the function printed."""
    lines = [f"Redelivery: {json.dumps(ENTRY)}", "Console: just saying"]

    assert [json.loads(line) for line in logs.as_json(lines)] == [
        {"function": "Redelivery", **ENTRY},
        {"function": "Console", "message": "just saying"},
    ]


def test_an_entry_whose_time_is_written_otherwise_keeps_it() -> None:
    """As much of it as the column holds."""
    [line] = logs.readable(['F: {"timestamp": "yesterday", "level": "INFO", "message": "m"}'])

    assert line.split() == ["yesterday", "F", "INFO", "m"]


def test_lines_that_come_in_pieces_are_put_together() -> None:
    """A writer may be in the midst of one."""
    assert list(logs.whole_lines(["one\ntw", "o\n", "last"])) == ["one", "two", "last"]
