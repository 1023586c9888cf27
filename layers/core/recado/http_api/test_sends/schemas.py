"""Test sends in JSON."""

from pydantic import Field

from recado.http_api.deliveries.schemas import ExpressionErrorView, RequestView, expression_error_view, request_view
from recado.http_api.shared.schemas import Entered, ErrorView, Shown, error_view
from recado.http_api.webhooks.authentication import AuthenticationEntered, NoAuthentication, authentication_draft
from recado.http_api.webhooks.delivery_settings import DeliverySettingsEntered, settings_entered
from recado.http_api.webhooks.examples import ExampleEntered, fields_entered
from recado.http_api.webhooks.schemas import EventName, Headers, PartEntered, TargetUrl
from recado.http_api.webhooks.shaping import (
    FormatEntered,
    Transform,
    TransformChanged,
    expressions_entered,
    format_entered,
)
from recado.rules.delivery.attempt_record import KEPT_OF_FAILURE_BYTES
from recado.rules.sending.answers.shown_answer import shown_answer
from recado.rules.sending.attempt import Response
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.registration import Changes
from recado.use_cases.managing.examples import Example
from recado.use_cases.managing.sample_sends import SampleSent

_OWN_EVENT = Field(
    default=None,
    description="An event of your own in place of the sample. It is refused as one that is published would be, by the "
    "JSON Schema of its type too where the deployment refuses such events.",
)


class DraftTestEntered(Entered):
    """A test send of a webhook that is not saved."""

    event_name: EventName
    event: ExampleEntered | None = _OWN_EVENT
    target_url: TargetUrl
    authentication: AuthenticationEntered = Field(default_factory=lambda: NoAuthentication(type="NONE"))
    headers: Headers = Field(default_factory=dict)
    transform: Transform | None = None
    format: FormatEntered = "ENVELOPE"
    delivery: DeliverySettingsEntered = Field(default_factory=DeliverySettingsEntered)


class WebhookTestEntered(PartEntered):
    """A test send of a saved webhook; what is left out, a password too, is the saved one."""

    event_name: EventName
    event: ExampleEntered | None = _OWN_EVENT
    target_url: TargetUrl | None = None
    authentication: AuthenticationEntered | None = None
    headers: Headers | None = None
    transform: TransformChanged = None
    format: FormatEntered | None = None
    delivery: DeliverySettingsEntered | None = None


class ResponseView(Shown):
    """What a receiver answered: up to 16 KB of the body as text, `truncated` where there was more.

    A sentence in brackets stands for a body that is compressed, no text, or holds a secret.
    """

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
    expression_error: ExpressionErrorView | None = None


def changes_entered(entered: DraftTestEntered | WebhookTestEntered) -> Changes:
    """What was entered, as the rules take it."""
    return Changes(
        target_url=entered.target_url,
        headers=entered.headers,
        expressions=expressions_entered(entered),
        format=format_entered(entered.format),
        delivery=settings_entered(entered.delivery),
        authentication=authentication_draft(entered.authentication),
    )


def example_sent(entered: DraftTestEntered | WebhookTestEntered) -> Example:
    """What is sent: the sample, or an event of the admin's own."""
    return Example(entered.event_name, fields_entered(entered.event))


def sent_view(sent: SampleSent) -> TestSendView:
    """A test send as it is shown; its secrets are hidden in the answer too, since a receiver may repeat them."""
    result = sent.result
    return TestSendView(
        delivered=result.delivered,
        latency_ms=result.latency_ms,
        status_code=result.status_code,
        request=request_view(sent.request),
        response=None if result.response is None else _response_view(sent.request, result.response),
        error=error_view(result.failure),
        expression_error=expression_error_view(sent.trouble),
    )


def _response_view(request: OutgoingRequest, response: Response) -> ResponseView:
    answer = shown_answer(request, response, KEPT_OF_FAILURE_BYTES)
    return ResponseView(headers=dict(answer.headers), body=answer.body, truncated=answer.truncated)
