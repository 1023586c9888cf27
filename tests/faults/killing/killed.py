"""The process that `killing` starts: it forks a child an invocation, which dies where it is told."""

import datetime
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any, TypeVar
from unittest.mock import patch

import boto3
from aws_lambda_powertools.utilities.idempotency import base as idempotency
from aws_lambda_powertools.utilities.idempotency.persistence import base, datarecord, dynamodb
from botocore.exceptions import ClientError
from botocore.session import Session
from requests.adapters import HTTPAdapter

from recado.adapters.messaging import queues
from recado.adapters.sending import http_sender
from recado.composition import clients, senders
from tests.faults.killing.killing import Invocation, Kill
from tests.support.aws.api_calls import MakeCall, around_calls
from tests.support.functions import Handler, LambdaContext, load_function

Answer = TypeVar("Answer")

_SERVICES = ("dynamodb", "events", "kms", "sns", "sqs")


class Child:
    """One invocation, in a process that was forked for it."""

    def __init__(self, channel: Connection, kill: Kill | None) -> None:
        self._channel = channel
        self._kill = kill
        self._talking = threading.Lock()
        self._counting = threading.Lock()
        self._calls: list[str] = []

    def run(self, handler: Handler, invocation: Invocation) -> None:
        """Invoke the function, with its calls counted and the process killed where that was wanted."""
        post = HTTPAdapter.send
        measured = http_sender._milliseconds_since

        def remote(_make: MakeCall) -> MakeCall:
            def make_api_call(client: Any, operation: str, parameters: Any) -> Any:
                return self._counted(operation, lambda: self._remote_call(client, operation, parameters))

            return make_api_call

        def send(adapter: Any, *arguments: Any, **options: Any) -> Any:
            return self._counted("POST", lambda: post(adapter, *arguments, **options))

        def latency_ms(started: float) -> int:
            return measured(started) if invocation.latency_ms is None else invocation.latency_ms

        with (
            patch.object(http_sender, "_milliseconds_since", latency_ms),
            around_calls(remote),
            patch.object(HTTPAdapter, "send", send),
            patch.object(
                senders, "time", SimpleNamespace(sleep=lambda _seconds: None)
            ),  # whoever is waited for is dead
            patch.object(clients, "time", SimpleNamespace(time_ns=lambda: invocation.at_ns)),
            ExitStack() as by_the_clock,
        ):
            for module in (idempotency, base, datarecord, dynamodb):
                by_the_clock.enter_context(patch.object(module, "dt", _datetime_at(invocation.at_ns)))
            try:
                answer = handler(invocation.event, LambdaContext(seconds_left=invocation.seconds))
            except Exception as error:  # noqa: BLE001 - told to the test, which fails
                self._channel.send(("raised", repr(error)))
            else:
                self._channel.send(("answered", answer, self._calls))

    def _counted(self, name: str, make: Callable[[], Answer]) -> Answer:
        with self._counting:
            position = len(self._calls)
            self._calls.append(name)
        self._die_at(Kill(position, answered=False))
        try:
            return make()
        finally:
            self._die_at(Kill(position, answered=True))  # a refusal is an answer too

    def _die_at(self, point: Kill) -> None:
        if point == self._kill:
            made = self._calls[: point.call + point.answered]
            # A message that another thread is sending must not be cut: AWS's side of a call is not what dies here.
            with self._talking:
                self._channel.send(("dies", made))
                os.kill(os.getpid(), signal.SIGKILL)

    def _remote_call(self, client: Any, operation: str, parameters: Any) -> Any:
        with self._talking:
            self._channel.send(("call", client.meta.service_model.service_name, operation, parameters))
            kind, answer = self._channel.recv()
        if kind == "answer":
            return answer
        raise ClientError(answer, operation)


def _datetime_at(at_ns: int) -> Any:
    """What the idempotency utility takes for the module `datetime`, which tells this time."""

    class Then(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return cls.fromtimestamp(at_ns / 1_000_000_000, tz)

    return SimpleNamespace(**{**vars(datetime), "datetime": Then})


def main(channel: Connection) -> None:
    """Load the functions without a thread or a connection, then fork a child for every invocation."""
    # A client that never connects is as good in a child as in its parent, and takes longer to make than a child lives.
    made = {service: boto3.client(service) for service in _SERVICES}  # type: ignore[call-overload]  # any service
    Session.create_client = lambda _session, service, *_arguments, **_options: made[service]  # type: ignore[method-assign]
    queues._LONG_POLL_SECONDS = 0
    handlers = {folder: load_function(folder, env).lambda_handler for folder, env in channel.recv().items()}
    with suppress(EOFError):
        while True:
            invocation: Invocation = channel.recv()
            pid = os.fork()
            if pid == 0:
                Child(channel, invocation.kill).run(handlers[invocation.folder], invocation)
                os._exit(0)
            _, status = os.waitpid(pid, 0)
            channel.send(("ended", os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
