"""What is kept of every POST: what it carried, how it was sent, and what was answered, with nothing secret in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recado.rules.event.event import Event
from recado.rules.sending.answers.shown_answer import Answer, shown_answer
from recado.rules.sending.attempt import ANSWER_BYTES, AttemptResult, Failure
from recado.rules.sending.outgoing import OutgoingRequest

KEPT_OF_FAILURE_BYTES = ANSWER_BYTES
KEPT_OF_SUCCESS_BYTES = 1024
_TELLING_HEADERS = ("content-type", "location", "retry-after")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST to a webhook; delivered where `failure` is None.

    `started_at`, in milliseconds since 1970, is when its request was made, whose `webhook-timestamp` says the same: of
    what is kept people are shown the headers that were sent, to the second.
    `keys` are those of the deliveries it carried, in order. `url` and `request_headers` are those of the request, with
    `[hidden]` for what proves who sends; `address` is the machine's that was connected to. `requested_by` is who asked
    for it, where a person did. `token` tells apart what was started in the same millisecond.
    `transform_errors` say of which of its events the transform gave nothing, and why; deliveries keep that.
    """

    webhook_id: str
    token: str
    started_at: int
    latency_ms: int
    message_id: str
    keys: tuple[str, ...]
    url: str
    request_headers: Mapping[str, str]
    request_bytes: int
    address: str | None = None
    status_code: int | None = None
    failure: Failure | None = None
    answer: Answer | None = None
    requested_by: str | None = None
    transform_errors: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def attempt_id(self) -> str:
        """The id that people see."""
        return f"{self.started_at:015d}-{self.token}"

    @property
    def delivered(self) -> bool:
        """Whether the receiver acknowledged."""
        return self.failure is None

    @property
    def ended_at(self) -> int:
        """When the answer had come, as far as it decides, or the attempt was given up."""
        return self.started_at + self.latency_ms


def attempt_of(
    webhook_id: str,
    events: Sequence[Event],
    request: OutgoingRequest,
    result: AttemptResult,
    *,
    token: str,
    made_at: int,
    requested_by: str | None,
    events_refused: bool = False,
    transform_errors: Mapping[str, str] | None = None,
) -> Attempt:
    """What is to be kept of a POST of these events; of an answer by which some of them were refused as of a failure."""
    response = result.response
    most = KEPT_OF_SUCCESS_BYTES if result.delivered and not events_refused else KEPT_OF_FAILURE_BYTES
    return Attempt(
        webhook_id=webhook_id,
        token=token,
        started_at=made_at,
        latency_ms=result.latency_ms,
        message_id=request.headers["webhook-id"],
        keys=tuple(event.key for event in events),
        url=request.url,
        request_headers=request.shown_headers,
        request_bytes=len(request.body),
        address=result.address,
        status_code=result.status_code,
        failure=result.failure,
        answer=None if response is None else shown_answer(request, response, most, names=_TELLING_HEADERS),
        requested_by=requested_by,
        transform_errors=transform_errors or {},
    )
