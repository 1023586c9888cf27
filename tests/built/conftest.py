"""The built functions in processes of their own, on moto as a server, with the stack of the integration tests."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from tests.built.support import artefacts
from tests.built.support.runtime_api import FunctionProcess
from tests.integration.conftest import one_write_at_a_time, parsed_once, receiver
from tests.support.aws.stack import deployed
from tests.support.clock import Clock
from tests.support.functions import logical_id
from tests.support.system import System

__all__ = ["environments", "one_write_at_a_time", "parsed_once", "receiver", "system"]


@dataclass
class Environments:
    """The running environments of the functions: one each, started when it is first invoked."""

    endpoint: str
    folder: Path
    stack: ExitStack
    running: dict[str, FunctionProcess] = field(default_factory=dict)

    def of(self, function: str, variables: dict[str, str]) -> FunctionProcess:
        """Return the environment of a function."""
        if function not in self.running:
            dependencies, core, *catalogue = artefacts.layers(function)
            search_path = (*artefacts.search_path(), dependencies / "python", core / "python")
            of_the_layers = {"CATALOGUE": str(catalogue[0])} if catalogue else {}
            environment = {**_OF_LAMBDA, "AWS_ENDPOINT_URL": self.endpoint, **variables, **of_the_layers}
            process = FunctionProcess(
                artefacts.code(function), search_path, environment, self.folder / f"{function}.log"
            )
            self.running[function] = self.stack.enter_context(process)
        return self.running[function]


_OF_LAMBDA = {
    "PATH": os.environ["PATH"],
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
}


@dataclass
class BuiltSystem(System):
    """The deployed stack, whose functions are the built ones."""

    environments: Environments | None = None

    def invoke(self, folder: str, event: Any, *, seconds: float | None = None) -> Any:
        """Invoke a function with its own timeout, or with so many seconds left."""
        assert self.environments
        function = logical_id(folder)
        left = self.stack.timeout_seconds(function) if seconds is None else seconds
        return self.environments.of(function, self.stack.environment(function)).invoke(event, left)


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environments]:
    """Give the functions' environments, and AWS as moto serves it on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with ExitStack() as stack:
        yield Environments(f"http://{host}:{port}", tmp_path_factory.mktemp("logs"), stack)
    server.stop()


@pytest.fixture
def system(environments: Environments) -> Iterator[System]:
    """Give the deployed stack, which may send to loopback; the test shares its tables and queues with the server."""
    with deployed(AllowPrivateTargets="true") as stack:
        yield BuiltSystem(stack, Clock(), environments=environments)
