"""Test sends to a receiver that wants a token: the token server is tried, too, and nothing is kept."""

from dataclasses import replace

from recado.ports.sending import Deadline
from recado.rules.sending.attempt import AttemptResult, FailureClass, Response, failure_of_status
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.authentication.authentication import AuthenticationType, OAuth2
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.registration import Changes
from tests.unit.builders import NOW, delivered
from tests.unit.use_cases.managing.desk import Desk

TOKEN_URL = "https://login.example/token"


class TokenDesk(Desk):
    """A desk whose saved webhook needs a token, and whose token server answers so."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self.answer = AttemptResult(
            NOW, 20, status, failure_of_status(status), 30, response=Response((), body, truncated=False)
        )
        self.seconds: list[float] = []
        self.sender.send = self.send  # type: ignore[method-assign]  # two servers, each with its own answer
        oauth2 = OAuth2(TOKEN_URL, "recado")
        self.save(AuthenticationType.OAUTH2, Credentials(client_secret="s3cret-s3cret"), oauth2=oauth2)

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """Answer as the token server or the receiver."""
        self.seconds.append(deadline.remaining_seconds())
        self.sender.sent.append((request, deadline))
        return self.answer if request.url == TOKEN_URL else delivered()


def test_a_sample_bears_a_token_that_was_fetched_for_it() -> None:
    """Each time anew, so that what was entered is tried; all of it is one attempt."""
    desk = TokenDesk(200, b'{"access_token":"t-12345678","token_type":"Bearer","expires_in":3600}')

    desk.saved(Changes())
    sent = desk.saved(Changes())

    assert sent.result.delivered
    assert [request.headers["Authorization"] for request, _ in desk.sender.sent[1::2]] == ["Bearer t-12345678"] * 2
    assert [request.url for request, _ in desk.sender.sent[0::2]] == [TOKEN_URL] * 2
    assert desk.seconds == [5, 15, 5, 15]
    assert sent.request.shown_headers["Authorization"] == "[hidden]"
    assert sent.request.hiding("t-12345678") == "[hidden]"


def test_without_a_token_nothing_is_sent() -> None:
    """The failure says what the token server answered."""
    desk = TokenDesk(410, b'{"error":"invalid_client"}')

    sent = desk.saved(Changes())

    assert [request.url for request, _ in desk.sender.sent] == [TOKEN_URL]
    assert sent.result.failure is not None
    assert sent.result.failure.failure_class is FailureClass.OAUTH2
    assert sent.result.failure.detail == "The token server answered with status 410: invalid_client."
    assert replace(sent.result, failure=None) == AttemptResult(NOW, 0, retry_after_seconds=30)
    assert "Authorization" not in sent.request.headers
