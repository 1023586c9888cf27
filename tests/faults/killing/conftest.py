"""What the tests of this folder share."""

from collections.abc import Iterator

import pytest

from local.listener import Listener
from tests.faults.killing.killing import Workers
from tests.faults.killing.stage import Stage
from tests.support.functions import logical_id
from tests.support.system import System

_FOLDERS = ("realtime_dispatcher", "batch_dispatcher", "redelivery", "webhook_api")


@pytest.fixture
def stage(system: System) -> Iterator[Stage]:
    """Give the deployed stack with functions in processes of their own, and two receivers."""
    environments = {folder: system.stack.environment(logical_id(folder)) for folder in _FOLDERS}
    with Listener() as healthy, Listener() as faulty, Workers(environments) as workers:
        yield Stage(system, workers, healthy, faulty)
