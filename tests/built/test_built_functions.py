"""Every function as it was built, with its layers, under AWS's own runtime client: each file of `events/`."""

from pathlib import Path

import pytest

from local.listener import Listener
from tests.integration.invocations.runs import FILES, RUNS, load
from tests.integration.invocations.world import World
from tests.support.system import System


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_was_built_answers_as_the_source_does(system: System, receiver: Listener, file: Path) -> None:
    """Each invocation leads to what a user would see, and none to an error that the runtime is told of."""
    RUNS[file.parent.name](World(system, receiver), file.stem, load(file.parent.name, file.stem))
