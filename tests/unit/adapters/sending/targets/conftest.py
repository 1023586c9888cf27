"""The sender as it is deployed, without a network."""

import socket
from typing import Any, NoReturn

import pytest

from tests.unit.adapters.sending.targets.outside import Outside


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    """Replace the network by the world of a test."""
    world = Outside()

    def connect(_socket: socket.socket, address: tuple[Any, ...]) -> NoReturn:
        world.contacted.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    def look_up(*_arguments: object) -> NoReturn:
        raise AssertionError("a look-up past the resolver")

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, look_up)
    return world
