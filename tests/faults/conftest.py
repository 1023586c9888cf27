"""What the fault suite runs on: that of the integration tests, and names and certificates that can be wrong."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.listener import Listener
from recado.adapters.sending import guarded_connection
from recado.adapters.sending.guarded_connection import tls_context
from recado.adapters.sending.http_sender import HttpSender
from tests.faults.catalogue.catalogue import Recado
from tests.integration.conftest import aws, calls, clock, parsed_once, receiver, system
from tests.support.aws.aws_calls import AwsCalls
from tests.support.receivers.certificates import Authority
from tests.support.system import System

__all__ = ["aws", "calls", "clock", "parsed_once", "receiver", "system"]

HOST = "receiver.example"


@pytest.fixture
def contacted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Give the addresses that the sender has connected to."""
    addresses: list[Any] = []

    class Watched(guarded_connection._DeadlineSocket):
        def connect(self, address: Any) -> None:
            addresses.append(address)
            super().connect(address)

    monkeypatch.setattr(guarded_connection, "_DeadlineSocket", Watched)
    return addresses


@dataclass
class Names:
    """What the receiver's name leads to: an answer a look-up, the last one for ever."""

    monkeypatch: pytest.MonkeyPatch
    lookups: int = 0

    def lead_to(self, *answers: tuple[str, int] | Callable[[], object]) -> None:
        """Let each look-up have the next answer: an address, or whatever the action does instead."""
        waiting, system = list(answers), socket.getaddrinfo

        def getaddrinfo(host: str, *arguments: Any, **options: Any) -> Any:
            if host != HOST:
                return system(host, *arguments, **options)
            self.lookups += 1
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            if callable(answer):
                return answer()
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", answer)]

        self.monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Give the names of a test."""
    return Names(monkeypatch)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Give the certificate authority that the functions trust."""
    made = Authority(tmp_path)
    # The sender's context is its default argument, made once when the module is loaded.
    options = HttpSender.__init__.__kwdefaults__
    assert options is not None
    monkeypatch.setitem(options, "context", tls_context(str(made.file)))
    return made


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """Give what a look-up hangs on until the test ends."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def recado(system: System, aws: AwsCalls, receiver: Listener) -> Recado:
    """Give what a scenario of the catalogue takes place in."""
    return Recado(system, aws, receiver)
