"""Answers every request of CloudFormation, whatever becomes of it: without an answer a stack waits for an hour."""

from collections.abc import Callable
from typing import Protocol

from aws_lambda_powertools import Logger

from recado.custom_resource.answer import Answer
from recado.custom_resource.properties import InvalidPropertyError
from recado.custom_resource.request import ResourceRequest
from recado.custom_resource.secret_value import refusal
from recado.custom_resource.time_limit import TimeUpError, time_limit
from recado.deadline import LambdaContext
from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.sending import OurFaultError
from recado.reporting import log_faults
from recado.rules.event.timestamps import to_iso
from recado.rules.webhook.authentication.credentials import TooManySecretsError
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.use_cases.managing.rewriting import NoSuchWebhookError

_SECONDS_TO_ANSWER = 30.0  # of the function's time, for the tries of the answer
_SECONDS_TO_SEND = 28.0  # of those, whatever the other side does
_ON_OUR_SIDE = "Something failed on Recado's side: the log of its WebhookResourceFunction says what."
_TIME_UP = "Recado's time was up before all was done: try again."
_BUSY = "Others are changing this webhook too: try again in a moment."

Handle = Callable[[ResourceRequest], Answer]


class SendAnswer(Protocol):
    """Hands CloudFormation its answer; raises `OurFaultError` where that cannot be done."""

    def __call__(self, url: str, body: bytes) -> None:
        """Send it to this address, which came with the request."""
        ...


class Handling:
    """Does what a request asks for, and sends what became of it.

    What fails is answered, logged and counted, not raised: Lambda would repeat the request, behind CloudFormation's
    back, when it has long gone on. Only where no answer arrives it is raised, so that Lambda repeats it.
    """

    def __init__(self, make: Callable[[], Handle], send: SendAnswer, logger: Logger) -> None:
        """`make` is called at each request until it succeeds: what fails in it is answered, too."""
        self._make = make
        self._send = send
        self._logger = logger
        self._made: Handle | None = None

    def __call__(self, event: object, context: LambdaContext) -> None:
        """Answer one request; raises `OurFaultError` where CloudFormation cannot be reached."""
        request = ResourceRequest.read(event)
        if not request.response_url:
            self._logger.error("a request without ResponseURL cannot be answered")
            return
        answer = self._answer(request, context)
        self._log(request, answer)
        try:
            with time_limit(_SECONDS_TO_SEND):
                self._send(request.response_url, answer.body(request))
        except TimeUpError as error:
            raise OurFaultError(f"answering CloudFormation: {error}") from None

    def _answer(self, request: ResourceRequest, context: LambdaContext) -> Answer:
        seconds = context.get_remaining_time_in_millis() / 1000 - _SECONDS_TO_ANSWER
        try:
            with time_limit(seconds):
                if self._made is None:
                    self._made = self._make()
                return self._made(request)
        except TimeUpError as error:
            log_faults(self._logger, "time was up", [RuntimeError(str(error))])
            return Answer(request.physical_id, _TIME_UP)
        except Exception as error:  # noqa: BLE001 - whatever it is, CloudFormation waits for an answer
            return Answer(request.physical_id, self._reason(error))

    def _reason(self, error: Exception) -> str:
        match error:
            case InvalidPropertyError():
                return str(error)
            case InvalidRegistrationError():
                return " ".join(str(refusal(field, reason)) for field, reason in error.problems)
            case LimitReachedError():
                return "The account has as many webhooks as it may have: remove one first."
            case TooManySecretsError():
                until = to_iso(error.next_ends_at)
                return f"Too many earlier secrets of this webhook still sign along: the next ends at {until}."
            case VersionConflictError() | NoSuchWebhookError():
                return _BUSY
            case _:
                log_faults(self._logger, "a request of CloudFormation failed on our side", [error])
                return _ON_OUR_SIDE

    def _log(self, request: ResourceRequest, answer: Answer) -> None:
        log = self._logger.info if answer.reason is None else self._logger.warning
        log(
            "resource answered",
            request_type=request.kind,
            stack_id=request.stack_id,
            logical_id=request.logical_id,
            webhook_id=answer.physical_id,
            reason=answer.reason,
        )
