"""The template, read and translated once for all tests."""

import json
from pathlib import Path

import pytest

from tests.infrastructure.cloudformation import Stack, read_source, translate


@pytest.fixture(scope="session")
def source() -> Stack:
    """Return the template as it is written."""
    return read_source()


@pytest.fixture(scope="session")
def stack() -> Stack:
    """Return the stack that SAM makes of the template."""
    return translate(read_source())


@pytest.fixture(scope="session")
def stack_file(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that holds the translated template."""
    path = tmp_path_factory.mktemp("stack") / "template.json"
    path.write_text(json.dumps(stack.document), encoding="utf-8")
    return path
