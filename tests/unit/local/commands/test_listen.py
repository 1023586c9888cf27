"""What `make listen` prints."""

import json
import socket
from dataclasses import replace

import pytest

from local.commands import listen
from local.errors import LocalStackError
from local.listener import Received
from local.settings import HOST, Settings

EVENTS = [{"eventName": "CI_STATS", "eventId": "e1", "timestamp": 1727414643, "data": {"seatLimit": 25}}]


def _request(body: bytes, verified: bool | None = True) -> Received:
    return Received("POST", "/listen", {}, body, 0.0, 204, verified)


def test_a_delivery_is_told_with_its_verdict_and_a_line_for_each_event() -> None:
    """Name, id, time and data."""
    head, event = listen.told(_request(json.dumps({"events": EVENTS}).encode())).splitlines()

    assert head.endswith("POST /listen  verified")
    assert event == '  CI_STATS  e1  1727414643  {"seatLimit": 25}'


@pytest.mark.parametrize(("verified", "verdict"), [(False, "NOT VERIFIED"), (None, "not signed")])
def test_what_is_not_verified_is_told_as_such(verified: bool | None, verdict: str) -> None:
    """A wrong signature is another thing than no secret."""
    assert verdict in listen.told(_request(b"{}", verified)).splitlines()[0]


def test_a_signature_without_a_known_secret_is_told_apart_from_none() -> None:
    """Its webhook may be another stack's."""
    signed = replace(_request(b"{}", None), headers={"webhook-signature": "v1,x"})

    assert "signed with a secret not known here" in listen.told(signed)


@pytest.mark.parametrize("body", [b"hello", b"[]", b'{"events": [{}]}', b"\xff"])
def test_a_body_that_is_no_delivery_is_shown_as_it_is(body: bytes) -> None:
    """Whoever sent it."""
    assert listen.told(_request(body)).splitlines()[1].strip() == body.decode(errors="replace")


def test_much_data_is_cut() -> None:
    """A batch of large events stays readable."""
    large = [{**EVENTS[0], "data": {"text": "x" * 10_000}}]

    assert len(listen.told(_request(json.dumps({"events": large}).encode()))) < 400


def test_a_taken_port_is_named() -> None:
    """With the variable that chooses another."""
    with socket.socket() as occupant:
        occupant.bind((HOST, 0))
        occupant.listen()
        settings = replace(Settings.from_env({}), listen_port=occupant.getsockname()[1])

        with pytest.raises(LocalStackError, match="is taken; set LISTEN_PORT to a free one"):
            listen.listen(settings, "", print)
