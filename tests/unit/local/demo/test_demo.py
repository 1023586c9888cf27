"""The judgement of the demo."""

import base64
import json

import pytest

from local.demo.receivers import RECEIVERS, Deliveries, Receiver, arrivals, proof
from local.listener import Received

PLAIN, BASIC, SIGNED = RECEIVERS


def _request(
    receiver: Receiver, answered: int = 204, verified: bool | None = None, headers: dict[str, str] | None = None
) -> Received:
    body = json.dumps({"accountId": 1, "events": [{"eventId": "e1"}, {"eventId": "e2"}]}).encode()
    return Received("POST", receiver.path, headers or {}, body, 0.0, answered, verified)


def _basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"recado:{password}".encode()).decode()


def test_a_signed_request_counts_only_if_its_signature_holds() -> None:
    """No secret is no proof."""
    assert proof(SIGNED, _request(SIGNED, verified=True))
    assert not proof(SIGNED, _request(SIGNED, verified=False))
    assert not proof(SIGNED, _request(SIGNED, verified=None))


@pytest.mark.parametrize("headers", [{}, {"authorization": _basic("wrong")}])
def test_a_request_without_the_password_is_not_genuine(headers: dict[str, str]) -> None:
    """Neither no password nor another one will do."""
    assert not proof(BASIC, _request(BASIC, headers=headers))


def test_the_right_password_is_genuine() -> None:
    """As RFC 7617 writes it."""
    right = {"authorization": _basic(BASIC.authentication["password"])}

    assert proof(BASIC, _request(BASIC, headers=right))


def test_what_a_broken_receiver_got_has_not_arrived() -> None:
    """Only what was accepted counts, each event of a batch on its own."""
    requests = [_request(PLAIN, answered=503), _request(SIGNED)]

    assert arrivals(requests) == {("/signed", "e1"), ("/signed", "e2")}


def test_all_is_delivered_only_if_every_delivery_is() -> None:
    """One pending or unknown delivery is enough to fail."""
    done, pending = {"status": "DELIVERED"}, {"status": "PENDING"}

    assert Deliveries({("/plain", "e1"): done}, expected=1).all_delivered
    assert not Deliveries({("/plain", "e1"): done}, expected=2).all_delivered
    assert not Deliveries({("/plain", "e1"): done, ("/plain", "e2"): pending}, expected=2).all_delivered
