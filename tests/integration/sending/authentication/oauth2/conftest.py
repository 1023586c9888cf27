"""A token server, and a receiver behind a gateway that takes its tokens."""

from collections.abc import Iterator

import pytest

from tests.support.receivers.token_servers import Gateway, TokenServer


@pytest.fixture
def server() -> Iterator[TokenServer]:
    """Give a token server."""
    with TokenServer(scopes=("hooks:write", "hooks:read")) as server:
        yield server


@pytest.fixture
def gateway(server: TokenServer) -> Iterator[Gateway]:
    """Give a receiver that takes its tokens."""
    with Gateway(server) as gateway:
        yield gateway
