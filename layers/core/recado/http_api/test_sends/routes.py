"""Routes of test sends."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.deadline import InvocationDeadline
from recado.http_api.shared.access import caller, requester_of
from recado.http_api.shared.own_hosts import outward
from recado.http_api.shared.parameters import AccountId, WebhookId
from recado.http_api.shared.schemas import WRITE, new_router, responses, shown
from recado.http_api.test_sends.schemas import (
    DraftTestEntered,
    TestSendView,
    WebhookTestEntered,
    changes_entered,
    example_sent,
    sent_view,
)
from recado.use_cases.managing.sample_sends import SampleSends, SampleSent

_DRAFT = "/accounts/<accountId>/webhooks/test"
_SAVED = "/accounts/<accountId>/webhooks/<webhookId>/test"
_TAGS = ["Webhooks"]
_DESCRIPTION = (
    "One POST, at once, with the sample of an event type, or with an `event` of your own. Nothing is stored but that "
    "it was done, and the health stays as it is."
)


def sample_routes(sends: SampleSends, logger: Logger) -> APIGatewayHttpRouter:
    """The routes that send a sample event now."""
    router = new_router()

    @router.post(
        _DRAFT,
        operation_id="testDraft",
        summary="Send a sample to a webhook that is not saved",
        description=f"{_DESCRIPTION} Of type SIGNATURE it is signed with its `secret`, or with one made for this.",
        tags=_TAGS,
        responses=responses(200, TestSendView, 400, 415, 422),
        security=WRITE,
    )
    def test_draft(account_id: AccountId, test: DraftTestEntered) -> Response[str]:
        deadline = InvocationDeadline(router.lambda_context)
        changes = outward(changes_entered(test), router.current_event)
        requester = requester_of(router.current_event.raw_event)
        sent = sends.draft(account_id, example_sent(test), changes, deadline=deadline, requester=requester)
        logger.info("test sent", extra={"account_id": account_id, **_noted(router, test.event_name, sent)})
        return shown(sent_view(sent))

    @router.post(
        _SAVED,
        operation_id="testWebhook",
        summary="Send a sample to a webhook",
        description=f"{_DESCRIPTION} What is left out is the saved one, the password too.",
        tags=_TAGS,
        responses=responses(200, TestSendView, 400, 415, 422),
        security=WRITE,
    )
    def test_webhook(account_id: AccountId, webhook_id: WebhookId, test: WebhookTestEntered) -> Response[str]:
        deadline = InvocationDeadline(router.lambda_context)
        changes = outward(changes_entered(test), router.current_event)
        requester = requester_of(router.current_event.raw_event)
        sent = sends.saved(account_id, webhook_id, example_sent(test), changes, deadline=deadline, requester=requester)
        noted = _noted(router, test.event_name, sent)
        logger.info("test sent", extra={"account_id": account_id, "webhook_id": webhook_id, **noted})
        return shown(sent_view(sent))

    return router


def _noted(router: APIGatewayHttpRouter, event_name: str, sent: SampleSent) -> dict[str, str]:
    """What the log keeps of a test send, besides its account and webhook: who asked, and where it went."""
    failure = sent.result.failure
    return {
        "event_name": event_name,
        "target_host": sent.target_host,
        "outcome": "DELIVERED" if failure is None else failure.failure_class.value,
        **caller(router.current_event.raw_event),
    }
