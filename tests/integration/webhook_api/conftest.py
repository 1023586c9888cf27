"""The HTTP API on moto: one stack for the tests of a module, an account of its own for each test."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from tests.support.api_client import ApiClient
from tests.support.api_document import ApiDocument
from tests.support.clock import Clock
from tests.support.stack import deployed, empty
from tests.support.system import System


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    """Give a clock that the function goes by; it only moves forward."""
    with pytest.MonkeyPatch.context() as patch:
        yield Clock.of_functions(patch)


@pytest.fixture(scope="module")
def parameters() -> dict[str, str]:
    """Give what the stack is told: nothing, unless a module sends to its own receivers."""
    return {}


@pytest.fixture(scope="module")
def system(clock: Clock, parameters: dict[str, str]) -> Iterator[System]:
    """Give the deployed stack."""
    with deployed(**parameters) as stack:
        yield System(stack, clock)


@pytest.fixture(autouse=True)
def empty_stack(system: System) -> None:
    """Leave nothing of the test before: moto copies a whole table for each of its transactions."""
    assert system
    empty()


@pytest.fixture(scope="session")
def document() -> ApiDocument:
    """Give the committed OpenAPI document."""
    return ApiDocument()


@pytest.fixture
def api(system: System, document: ApiDocument) -> ApiClient:
    """Give a client for an account that has nothing yet."""
    return ApiClient(system, document)


@pytest.fixture
def log(system: System) -> Iterator[StringIO]:
    """See every line that the function logs, from the chattiest level of its own up, as CloudWatch keeps them."""
    ApiClient(system, ApiDocument()).get("/health")  # the function sets its logger up when it is loaded
    logger = logging.getLogger("recado")
    level, lines = logger.level, StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logger.handlers[0].formatter)
    logging.getLogger().addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield lines
    logger.setLevel(level)
    logging.getLogger().removeHandler(handler)
