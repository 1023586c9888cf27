"""A webhook that needs a token, answers of its token server, and what was asked and borne."""

import json
from dataclasses import replace
from typing import Any

from recado.ports.sending import Opened
from recado.rules.sending.attempt import AttemptResult, Response, failure_of_status
from recado.rules.webhook.authentication.authentication import AuthenticationType, OAuth2
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.posting import Posted, post
from tests.unit.builders import NOW, delivered, event, webhook
from tests.unit.use_cases.fakes.invocations import URL
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

TOKEN_URL = "https://login.example/token"
SECRET = "correct horse battery"
CREDENTIALS = Credentials(client_secret=SECRET)
HOUR = 60 * 60 * 1000


def with_oauth2(**changes: Any) -> Webhook:
    """Build a webhook that needs a token."""
    oauth2 = OAuth2(TOKEN_URL, "recado")
    return webhook(authentication=AuthenticationType.OAUTH2, oauth2=oauth2, **changes)


def world(*tokens: AttemptResult | Exception, **changes: Any) -> World:
    """Build a world with such a webhook, whose token server answers so, one answer after the other."""
    built = World(with_oauth2(**changes))
    built.vault.credentials["wh_1"] = CREDENTIALS
    built.sender.answers[TOKEN_URL] = list(tokens)
    return built


def token(text: str = "t1", lifetime: object = 3600) -> AttemptResult:
    """Build the answer with a token."""
    body = json.dumps({"access_token": text, "token_type": "Bearer", "expires_in": lifetime})
    return replace(delivered(), status_code=200, response=Response((), body.encode(), truncated=False))


def refusal(status: int = 401, *, retry_after: int | None = None) -> AttemptResult:
    """Build the answer without one."""
    response = Response((), b'{"error":"invalid_client"}', truncated=False)
    return AttemptResult(NOW, 20, status, failure_of_status(status), retry_after, "192.0.2.1", response)


def unauthorized() -> AttemptResult:
    """Build the answer of a receiver that does not take a token."""
    return AttemptResult(NOW, 20, 401, failure_of_status(401))


def posted(one: World, seconds: float = 10.0) -> Posted:
    """Post an event."""
    opened = Opened(one.webhook(), CREDENTIALS)
    return post(one.ports(), one.sender, opened, [event()], deadline=FixedDeadline(seconds))


def asked(one: World) -> int:
    """Count the requests for a token."""
    return sum(request.url == TOKEN_URL for request in one.sender.requests)


def borne(one: World) -> list[str]:
    """Return the tokens of the POSTs to the receiver."""
    to_receiver = [request for request in one.sender.requests if request.url == URL]
    return [request.headers["Authorization"].removeprefix("Bearer ") for request in to_receiver]
