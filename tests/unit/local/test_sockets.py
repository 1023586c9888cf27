"""The kernel's socket table, read."""

import pytest

from local import sockets

LINES = [
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0",
    "   1: 00000000:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0",
    "   2: 00000000:11D7 0100007F:0001 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0",
    "   3: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 444 1 0 100 0 0 10 0",
]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0100007F:1F90", "127.0.0.1:8080"),
        ("00000000:0050", "0.0.0.0:80"),
        ("00000000000000000000000001000000:0050", "::1:80"),
        ("00000000000000000000000000000000:0050", ":::80"),
    ],
)
def test_addresses_are_read(text: str, address: str) -> None:
    """Both families, written in words of a little-endian machine."""
    assert sockets.address_of(text) == address


def test_only_listening_sockets_of_ours_count() -> None:
    """Connections, and what other programs listen on, are left out."""
    assert list(sockets.listening(LINES, {"111", "222", "333"})) == ["127.0.0.1:8080", "0.0.0.0:4566"]


def test_only_loopback_is_private_to_this_machine() -> None:
    """Everything else is told."""
    addresses = ["127.0.0.1:8080", "::1:80", "0.0.0.0:4566", ":::22", "10.0.0.1:443"]

    assert sockets.beyond_loopback(addresses) == ["0.0.0.0:4566", "10.0.0.1:443", ":::22"]
