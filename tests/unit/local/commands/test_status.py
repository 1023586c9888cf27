"""What `make drain` says."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.commands import status
from local.settings import Settings

NOTHING = {"received": 0, "deadLetters": 0, "handedBack": 0, "drainsStarted": 0}


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({}, "the batch queue was empty"),
        ({"received": 3}, "3 events taken from the batch queue and sent to their webhooks"),
        ({"received": 3, "deadLetters": 1}, "1 of them now dead letters"),
        ({"received": 3, "handedBack": 2}, "2 of them handed back to the queue"),
    ],
)
def test_a_drain_is_told_in_words(report: dict[str, int], words: str) -> None:
    """What was sent, and what was not."""
    assert words in status.told({**NOTHING, **report})


def test_that_nothing_runs_is_an_answer(tmp_path: Path) -> None:
    """And no error."""
    assert status.status(replace(Settings.from_env({}), directory=tmp_path)).startswith("no stack is running")
