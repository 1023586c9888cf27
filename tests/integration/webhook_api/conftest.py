"""The HTTP API on moto: one stack for the tests of a module, an account of its own for each test."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.stack import deployed
from tests.support.clock import Clock
from tests.support.system import System


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    """Give a clock that the function goes by; it only moves forward."""
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recado.composition.clients.time", SimpleNamespace(time_ns=clock.time_ns))
        yield clock


@pytest.fixture(scope="module")
def system(clock: Clock) -> Iterator[System]:
    """Give the deployed stack with the template's own parameters."""
    with deployed() as stack:
        yield System(stack, clock)


@pytest.fixture(scope="session")
def document() -> ApiDocument:
    """Give the committed OpenAPI document."""
    return ApiDocument()


@pytest.fixture
def api(system: System, document: ApiDocument) -> ApiClient:
    """Give a client for an account that has nothing yet."""
    return ApiClient(system, document)
