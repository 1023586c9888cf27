"""Test sends in JSON."""

from itertools import groupby

from pydantic import Field

from recado.http_api.deliveries.schemas import RequestView, request_view
from recado.http_api.shared.schemas import Entered, ErrorView, Shown, error_view
from recado.http_api.webhooks.delivery_settings import DeliverySettingsEntered, settings_entered
from recado.http_api.webhooks.schemas import (
    AuthenticationEntered,
    EventName,
    Headers,
    NoAuthentication,
    PartEntered,
    TargetUrl,
    authentication_draft,
)
from recado.rules.delivery.attempt_record import KEPT_OF_FAILURE_BYTES
from recado.rules.sending.attempt import Response
from recado.rules.sending.outgoing import without
from recado.rules.webhook.registration import Changes
from recado.use_cases.managing.sample_sends import SampleSent


class DraftTestEntered(Entered):
    """A test send of a webhook that is not saved."""

    event_name: EventName
    target_url: TargetUrl
    authentication: AuthenticationEntered = NoAuthentication(type="NONE")
    headers: Headers = Field(default_factory=dict)
    delivery: DeliverySettingsEntered = Field(default_factory=DeliverySettingsEntered)


class WebhookTestEntered(PartEntered):
    """A test send of a saved webhook; what is left out, a password too, is the saved one."""

    event_name: EventName
    target_url: TargetUrl | None = None
    authentication: AuthenticationEntered | None = None
    headers: Headers | None = None
    delivery: DeliverySettingsEntered | None = None


class ResponseView(Shown):
    """What a receiver answered: up to 16 KB of the body as text, `truncated` where there was more."""

    headers: dict[str, str]
    body: str
    truncated: bool


class TestSendView(Shown):
    """What came of a test send; there is a response wherever there was a status line."""

    delivered: bool
    latency_ms: int
    status_code: int | None = None
    request: RequestView
    response: ResponseView | None = None
    error: ErrorView | None = None


def changes_entered(entered: DraftTestEntered | WebhookTestEntered) -> Changes:
    """What was entered, as the rules take it."""
    return Changes(
        target_url=entered.target_url,
        headers=entered.headers,
        delivery=settings_entered(entered.delivery),
        authentication=authentication_draft(entered.authentication),
    )


def sent_view(sent: SampleSent) -> TestSendView:
    """A test send as it is shown; its secrets are hidden in the answer too, since a receiver may repeat them."""
    result = sent.result
    return TestSendView(
        delivered=result.delivered,
        latency_ms=result.latency_ms,
        status_code=result.status_code,
        request=request_view(sent.request),
        response=None if result.response is None else _response_view(result.response, sent.secrets),
        error=error_view(result.failure),
    )


def _response_view(response: Response, secrets: tuple[str, ...]) -> ResponseView:
    body = without(secrets, response.body.decode(errors="replace"))
    kept = body.encode()[:KEPT_OF_FAILURE_BYTES].decode(errors="ignore")
    return ResponseView(
        headers=_merged(response, secrets), body=kept, truncated=response.truncated or len(kept) < len(body)
    )


def _merged(response: Response, secrets: tuple[str, ...]) -> dict[str, str]:
    """The headers, those that came several times in one line (RFC 9110 section 5.3)."""

    def name_of(header: tuple[str, str]) -> str:
        return header[0].lower()

    by_name = groupby(sorted(response.headers, key=name_of), key=name_of)
    return {name: without(secrets, ", ".join(value for _, value in same)) for name, same in by_name}
