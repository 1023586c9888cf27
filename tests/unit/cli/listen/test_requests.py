"""What is sent to this machine of a delivery."""

from standardwebhooks import Webhook

from recado_cli import signing
from recado_cli.listen.requests import local_request

SECRET = signing.new_secret()
SHOWN = {
    "Content-Type": "application/json",
    "User-Agent": "Recado/1",
    "recado-attempt": "1",
    "recado-resend": "requested",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "webhook-id": "e-1",
    "webhook-timestamp": "1",
    "webhook-signature": "[hidden]",
    "Authorization": "[hidden]",
    "X-Api-Key": "the real receiver's",
    "Accept": "*/*",
}


def _detail(headers: dict[str, str] | None = None) -> dict[str, object]:
    return {"eventId": "e-1", "request": {"headers": SHOWN if headers is None else headers, "body": '{"a":"ü"}'}}


def test_it_is_signed_anew_for_now_and_verifies() -> None:
    """A receiver that knows the listener's secret takes it, whenever the event was."""
    import time  # noqa: PLC0415 - the library reads this machine's clock, and so does this test

    request = local_request(_detail(), signing.key_of(SECRET), time.time())
    assert Webhook(SECRET).verify(request.body, dict(request.headers)) == {"a": "ü"}


def test_nothing_of_the_real_receiver_goes_along() -> None:
    """Neither what proves who sends, nor custom headers, which may; all else stays as it was sent."""
    request = local_request(_detail(), signing.key_of(SECRET), 1_764_400_000)
    kept = {"content-type", "user-agent", "recado-attempt", "recado-resend", "traceparent"}
    assert set(request.headers) == kept | {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert (request.headers["webhook-id"], request.headers["webhook-timestamp"]) == ("e-1", "1764400000")
    assert "hidden" not in str(dict(request.headers))


def test_a_header_that_is_hidden_is_left_out() -> None:
    """A receiver may have chosen any name for what proves who sends."""
    request = local_request(_detail({"Traceparent": "[hidden]"}), signing.key_of(SECRET), 1)
    assert "traceparent" not in request.headers
    assert request.headers["webhook-id"] == "e-1"


def test_a_custom_header_by_the_name_of_traceparent_stays_behind() -> None:
    """Its value is not of the form that Recado sends, and may be the real receiver's key."""
    request = local_request(_detail({"Traceparent": "the real receiver's"}), signing.key_of(SECRET), 1)
    assert "traceparent" not in request.headers


def test_it_tells_nothing_when_it_is_printed() -> None:
    """No payload in an error's text."""
    assert "ü" not in repr(local_request(_detail(), signing.key_of(SECRET), 1))
