"""What custom headers do to the bytes of a request: each adds its own line, and nothing else changes."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from recado.rules.sending.outgoing import outgoing_request
from recado.rules.sending.signing.signing_secret import generate
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.authentication.custom_headers import problems_of_headers
from tests.support.documentation.pages import block
from tests.unit.adapters.sending.raw_receiver import RawReceiver
from tests.unit.adapters.sending.sending import send
from tests.unit.builders import NOW, event, webhook

BASIC = {"authentication": AuthenticationType.BASIC, "username": "user"}
NAMES = st.text("!#$%&'*+.^_`|~09azAZ-", min_size=1, max_size=12) | st.sampled_from(["X-A", "Accept", "TE", "host"])
VALUES = st.text(st.characters(max_codepoint=0xFF), min_size=1, max_size=20) | st.text(" !:~", min_size=1, max_size=6)
HEADERS = st.dictionaries(NAMES, VALUES, max_size=4)


def lines(receiver: RawReceiver, headers: dict[str, str]) -> list[bytes]:
    """Send with these custom headers, and return the lines that came."""
    by = webhook(target_url=receiver.url, headers=headers, **BASIC)
    assert send(outgoing_request(by, Credentials(password="secret"), [event()], NOW)).result.delivered
    return receiver.last_head()


@pytest.fixture(scope="module")
def receiver() -> Iterator[RawReceiver]:
    """Run a receiver for all examples."""
    with RawReceiver() as running:
        yield running


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(HEADERS.filter(lambda headers: not problems_of_headers(headers)))
@example({"X-A": 'a: b; c="d"'})
@example({"X": "~"})
@example({"accept": "text/plain"})
def test_an_accepted_header_adds_its_own_line_and_changes_no_other(
    receiver: RawReceiver, headers: dict[str, str]
) -> None:
    """Byte by byte, whatever an admin enters; `Accept` takes the place of ours."""
    without, sent = lines(receiver, {}), lines(receiver, headers)
    if any(name.lower() == "accept" for name in headers):
        without.remove(b"Accept: */*")

    assert sent[0] == without[0] == b"POST /hooks?a=b HTTP/1.1"
    assert sorted(sent) == sorted(without + [f"{name}: {value}".encode() for name, value in headers.items()])


def test_the_documentation_shows_a_post_as_it_is(receiver: RawReceiver) -> None:
    """Its headers by name and in their order, with the values that stay, for the event that the page begins with."""
    shown = block("docs/receiving.md", "", "X-Team: north").splitlines()
    signed = webhook(
        target_url=f"{receiver.url.partition('/hooks')[0]}/hooks?team=7",
        authentication=AuthenticationType.SIGNATURE,
        headers={"X-Team": "north"},
    )
    traced = event(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    request = outgoing_request(signed, Credentials(secret=generate()), [traced], NOW, requested=True)
    assert send(request).result.delivered
    sent = [line.decode() for line in receiver.last_head()]

    assert sent[0] == shown[0]
    assert [line.partition(":")[0] for line in sent[1:]] == [line.partition(":")[0] for line in shown[1:]]
    changing = ("Host", "webhook-id", "webhook-timestamp", "webhook-signature", "Content-Length")
    assert [line for line in sent[1:] if not line.startswith(changing)] == [
        line for line in shown[1:] if not line.startswith(changing)
    ]
