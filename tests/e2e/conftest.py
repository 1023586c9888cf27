"""What only the end-to-end tests ask of the stack; the stack itself is in `running_stack`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.stack_file import Stack
from tests.e2e.support.instance import Instance
from tests.e2e.support.shell import Shell

_LONGEST = (
    "test_stack_changes.py",
    "test_fuzz_api.py",
    "test_operating_docs.py",
    "test_pages.py",
    "test_publishing_docs.py",
    "test_recipes.py",
    "test_command_line_page.py",
    "test_commands.py",
    "test_catching_up.py",
    "test_demo.py",
    "test_delivery.py",
)
_PLACES = {**{name: place for place, name in enumerate(_LONGEST)}, "test_secrets.py": len(_LONGEST) + 1}


@pytest.fixture
def dead_letters(
    stack: Stack,
    aws_client: Callable[[str], Any],
    queues_alone: None,  # noqa: ARG001  nobody else receives meanwhile
) -> Callable[[], dict[str, str]]:
    """`dead_letters()` returns the reason by event id of everything in the dead-letter queue, seen so far."""
    sqs = aws_client("sqs")
    seen: dict[str, str] = {}

    def receive() -> dict[str, str]:
        answer = sqs.receive_message(
            QueueUrl=stack.queues["DeadLetterQueue"], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        for message in answer.get("Messages", []):
            event_id = json.loads(message["Body"])["detail"]["eventId"]
            seen[event_id] = message["MessageAttributes"]["reason"]["StringValue"]
        return seen

    return receive


@pytest.fixture
def shell(instance: Instance, tmp_path: Path) -> Shell:
    """`shell.types("aws …")` runs commands of the documentation beside the stack."""
    return Shell(instance, tmp_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first, so that no process is left alone with it.

    And the search for secrets last: in all that the other tests have left behind.
    """
    items.sort(key=lambda item: _PLACES.get(item.path.name, len(_LONGEST)))
