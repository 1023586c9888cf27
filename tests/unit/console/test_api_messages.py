"""What the API says, as the console's tests have it."""

import json
from pathlib import Path

import pytest

from tests.support.api import messages as api_messages

KEPT = Path(__file__).parents[3] / "console" / "test" / "language" / "api_messages.json"


def test_messages_are_those_of_the_sources() -> None:
    """The console's tests translate what the code says today; `python -m tests.support.api.messages` writes it anew."""
    kept = json.loads(KEPT.read_text("utf-8"))
    assert kept == api_messages.api_messages()


@pytest.mark.parametrize(
    "text",
    [
        "is required",
        "must use one of the ports {}",
        "must not be longer than 2048 characters",
        "The TLS handshake {}.",
        "{} leads to {}.",
        "a private address",
        "There is no unfinished job to end.",
        "this key is damaged, or of an unknown kind",
        "The receiver fails: the backlog is sent again when it answers.",
        "it takes more than 50000 steps",
        "must not be null: leave the field out to keep it",
    ],
)
def test_messages_of_every_room_are_among_them(text: str) -> None:
    """Whole sentences, parts of them, and what varies in them, wherever they are made."""
    assert text in {message["text"] for message in api_messages.api_messages()}


def test_what_no_reader_sees_is_not_among_them() -> None:
    """Documentation, log lines, and what is said to operators."""
    texts = "\n".join(message["text"] for message in api_messages.api_messages())
    for other in ("Recado: webhook", "every resolving thread is busy", "Not before this time", "Return "):
        assert other not in texts


def test_everything_that_is_left_out_is_there() -> None:
    """An exception to the rule that names nothing any more has to go."""
    for where in api_messages.NOT_SHOWN_FILES:
        assert (api_messages.PACKAGE / where).is_file()
    sources = "\n".join(path.read_text("utf-8") for path in api_messages.PACKAGE.rglob("*.py"))
    for call in api_messages.NOT_SHOWN_CALLS:
        assert f"{call}(" in sources
