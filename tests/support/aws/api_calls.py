"""The place that every AWS call passes, botocore's clients' and ours."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from moto.core.botocore_stubber import BotocoreStubber

from recado.adapters.aws_client import AwsClient

MakeCall = Callable[[Any, str, Any], Any]
"""Makes a call: client, operation, parameters."""


@contextmanager
def around_calls(wrap: Callable[[MakeCall], MakeCall]) -> Iterator[None]:
    """Let every call be made by what `wrap` makes of the client's own way to make it."""
    with ExitStack() as entered:
        for kind in (BaseClient, AwsClient):
            make: MakeCall = kind._make_api_call  # type: ignore[union-attr]  # private to botocore
            entered.enter_context(patch.object(kind, "_make_api_call", wrap(make)))
        yield


@contextmanager
def in_turns() -> Iterator[None]:
    """Let what moto does for several threads take turns: it breaks under them. Calls come in any order."""
    taking_turns = threading.RLock()
    process = BotocoreStubber.process_request

    def one_at_a_time(stubber: BotocoreStubber, request: Any) -> Any:
        with taking_turns:
            return process(stubber, request)

    with patch.object(BotocoreStubber, "process_request", one_at_a_time):
        yield
