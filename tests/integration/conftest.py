"""The functions on moto, with the tables, queues, key and bus of the template, and a receiver on loopback."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import copy
from functools import cache
from io import StringIO
from typing import Any, cast
from unittest.mock import patch

import pytest
from botocore.hooks import EventAliaser
from botocore.loaders import JSONFileLoader
from botocore.session import Session
from moto.dynamodb.models import DynamoDBBackend

from local.listener import Listener
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.consistency import readings_that_may_be_behind
from tests.support.aws.permissions import granted, needed
from tests.support.aws.stack import deployed
from tests.support.clock import Clock
from tests.support.events import ACCOUNT
from tests.support.system import System


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that the functions and moto's queues go by."""
    return Clock.of_functions(monkeypatch)


_NO_MACHINE_IS_THAT_SLOW = "60"


@pytest.fixture
def system(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    """Give the deployed stack, which may send to loopback, and takes no receiver for slow unless a test says so."""
    # moto sits a long poll out even though nobody else could fill the queue meanwhile.
    monkeypatch.setattr("recado.adapters.messaging.queues._LONG_POLL_SECONDS", 0)
    with deployed(AllowPrivateTargets="true") as stack:
        for function in stack.functions_with("SLOW_AFTER_SECONDS"):
            stack.change_environment(function, SLOW_AFTER_SECONDS=_NO_MACHINE_IS_THAT_SLOW)
        yield System(stack, clock)


@pytest.fixture(autouse=True)
def calls() -> Iterator[AwsCalls]:
    """See every AWS call of the test."""
    with AwsCalls() as calls:
        yield calls


@pytest.fixture(autouse=True)
def only_allowed_calls(request: pytest.FixtureRequest, calls: AwsCalls) -> Iterator[None]:
    """Fail a test in which a function makes a call that its role does not allow."""
    system = request.getfixturevalue("system") if "system" in request.fixturenames else None
    yield
    for function in {call.function for call in calls.all if call.function}:
        assert system
        assert needed(calls.all, system.stack, function) <= granted(function)


@pytest.fixture(autouse=True)
def no_reading_is_behind(calls: AwsCalls) -> Iterator[None]:
    """Fail a test in which a function goes by a reading that may miss a write that came before.

    moto's readings miss nothing, so that no outcome would show it: the calls themselves are looked at.
    """
    yield
    assert not readings_that_may_be_behind(call for call in calls.all if call.function)


@pytest.fixture
def aws(system: System, calls: AwsCalls) -> AwsCalls:
    """See every AWS call from here on."""
    assert system
    calls.clear()
    return calls


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


@pytest.fixture
def receiver() -> Iterator[Listener]:
    """Give a receiver that acknowledges what it gets, unless told otherwise."""
    with Listener() as listener:
        yield listener


@pytest.fixture
def api(system: System) -> ApiClient:
    """Give a client of the account whose events are published."""
    return ApiClient(system, ApiDocument(), account=str(ACCOUNT))


@pytest.fixture
def webhook(system: System, receiver: Listener) -> Webhook:
    """Give a webhook of that account, for everything."""
    return system.add_webhook(receiver.url)


@pytest.fixture(autouse=True)
def no_names() -> Iterator[None]:
    """Let no name of a receiver have an address: nobody outside of this machine is asked."""
    look_up = socket.getaddrinfo

    def only_loopback(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in ("127.0.0.1", "localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *args, **kwargs)

    with patch.object(socket, "getaddrinfo", only_loopback):
        yield


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """Parse botocore's service models once a run: new clients in every test would spend most of its time on that.

    And register what every session of it handles once: a session begins with a copy of that.
    """
    read, first = cache(JSONFileLoader().load_file), cast("Any", Session())

    def begin_with_a_copy(session: Any, _events: object) -> None:
        session._original_handler = copy(first._original_handler)
        session._events = EventAliaser(session._original_handler)

    with (
        patch.object(JSONFileLoader, "load_file", lambda _loader, path: read(path)),
        patch.object(Session, "_register_builtin_handlers", begin_with_a_copy),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def one_write_at_a_time() -> Iterator[None]:
    """Make moto's writes atomic, as DynamoDB's are: two threads could both find a lease free otherwise."""
    lock = threading.RLock()

    def alone(write: Callable[..., Any]) -> Callable[..., Any]:
        def written(*args: Any, **kwargs: Any) -> Any:
            with lock:
                return write(*args, **kwargs)

        return written

    with ExitStack() as patches:
        for name in ("put_item", "update_item", "delete_item", "transact_write_items"):
            patches.enter_context(patch.object(DynamoDBBackend, name, alone(getattr(DynamoDBBackend, name))))
        yield
