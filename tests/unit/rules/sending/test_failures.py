"""How failures read: where a redirect leads, whose certificate is meant, and what a closed connection points to."""

import pytest

from recado.rules.sending.attempt import (
    CLIENT_CERTIFICATE,
    CLIENT_CERTIFICATE_HINT,
    HINTS,
    REFUSED_CERTIFICATE,
    REFUSED_CERTIFICATE_HINT,
    Failure,
    FailureClass,
    failure_of_status,
)


def detail(status: int, location: str | None) -> str:
    """Return the detail of a status."""
    failure = failure_of_status(status, location)
    assert failure is not None
    return failure.detail


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_tells_where_it_leads(status: int) -> None:
    """Relative or not."""
    for location in ("https://hooks.example.com/h/?a=%7e", "/h/", "//other.example"):
        expected = f"The receiver answered with status {status}, which leads to {location}."
        assert detail(status, location) == expected


@pytest.mark.parametrize(("status", "location"), [(308, None), (308, ""), (404, "/h/"), (503, "/h/"), (600, "/h/")])
def test_nothing_else_does(status: int, location: str | None) -> None:
    """A redirect may leave the address out, and other answers lead nowhere."""
    assert detail(status, location) == f"The receiver answered with status {status}."


def test_an_address_is_shown_up_to_a_sane_length() -> None:
    """Longer ones are cut."""
    assert detail(308, "/" + "x" * 300) == f"The receiver answered with status 308, which leads to /{'x' * 299}…."
    assert detail(308, "/" + "x" * 299) == f"The receiver answered with status 308, which leads to /{'x' * 299}."


def test_the_hint_says_whose_certificate_is_meant() -> None:
    """All are class `TLS`."""
    missed = Failure(FailureClass.TLS, f"{CLIENT_CERTIFICATE}: certificate required.")
    refused = Failure(FailureClass.TLS, f"{REFUSED_CERTIFICATE}: unknown CA.")
    theirs = Failure(FailureClass.TLS, "The TLS handshake failed: certificate has expired.")

    assert (missed.hint, refused.hint) == (CLIENT_CERTIFICATE_HINT, REFUSED_CERTIFICATE_HINT)
    assert theirs.hint == HINTS[FailureClass.TLS]
    assert Failure(FailureClass.CONNECT, f"{CLIENT_CERTIFICATE}.").hint == HINTS[FailureClass.CONNECT]
