"""What the Python client makes of the token that it is given."""

import httpx
import pytest

from local.listener import Listener
from recado_client import Recado
from recado_client.generated.api.webhooks import list_webhooks
from tests.unit.clients.conftest import answered


@pytest.mark.parametrize("token", ["", " \n", "secret\nX-Other: 1", "sécret"])
def test_a_token_that_no_header_takes_is_not_told(api: Listener, token: str) -> None:
    """Nothing is sent, and the error does not hold it."""
    with (
        Recado(api.url, token) as recado,
        pytest.raises(ValueError, match="a line of visible ASCII") as refused,
    ):
        list_webhooks.sync("1010", client=recado.client)

    assert ("cret" in str(refused.value), api.received) == (False, [])


def test_a_token_read_from_a_file_may_end_its_line(api: Listener) -> None:
    """The blanks around it are no part of it."""
    api.usual_answer = answered({"webhooks": [], "limit": 5})

    with Recado(api.url, "token-1\n") as recado:
        list_webhooks.sync("1010", client=recado.client)

    assert api.received[0].headers["authorization"] == "Bearer token-1"


def test_who_cannot_get_a_token_learns_it_at_once(api: Listener, waits: list[float]) -> None:
    """What the token's own server does is not taken for the API's."""

    def unreachable() -> str:
        raise httpx.ConnectError("no token server")

    with Recado(api.url, unreachable) as recado, pytest.raises(httpx.ConnectError, match="no token server"):
        list_webhooks.sync("1010", client=recado.client)

    assert waits == []
