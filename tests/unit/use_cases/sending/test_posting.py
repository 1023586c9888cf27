"""What came of one POST whose answer may name events."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from recado.ports.sending import Opened
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult, FailureClass, Response
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.use_cases.sending.posting import Posted, post
from tests.unit.builders import NOW, delivered, events, failed, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

THREE = events(3)
PASSWORD = "correct horse battery staple"


def posted(
    body: bytes, *, carried: Sequence[Event] = THREE, partial: bool = True, result: AttemptResult | None = None
) -> Posted:
    """Post events to a receiver that answers with this body, 202 unless another result is given."""
    target = webhook(
        authentication=AuthenticationType.BASIC,
        username="recado",
        delivery=DeliverySettings(partial_responses=partial),
    )
    world = World(target)
    response = Response((), body, truncated=False)
    world.sender.answers[target.target_url] = [replace(result or delivered(), response=response)]
    opened = Opened(target, Credentials(password=PASSWORD))
    return post(world.ports(), world.sender, opened, carried, deadline=FixedDeadline(10))


def naming(carried: Sequence[Event], message: str = "no such course", more: str = "") -> bytes:
    """The answer that names these events."""
    items = [{"itemIdentifier": one.event_id, "message": message} for one in carried]
    return json.dumps({"batchItemFailures": items, "more": more}).encode()


def test_events_that_were_not_taken_are_told() -> None:
    """By their keys, with the receiver's word; the POST is delivered."""
    one = posted(naming(THREE[1:2], f"not with {PASSWORD}"))

    assert (one.result.delivered, one.attempt.delivered) == (True, True)
    assert one.refused == {THREE[1].key: "[hidden] The answer holds the password, so none of it is shown."}
    assert one.result.response is None


def test_the_attempt_began_when_its_headers_say() -> None:
    """Also where a token was fetched before it was sent: what is shown of it is what was sent, to the second."""
    one = posted(b"", carried=THREE[:1], partial=False, result=delivered(started_ms=NOW + 1500))

    assert one.attempt.request_headers["webhook-timestamp"] == str(one.attempt.started_at // 1000) == str(NOW // 1000)


@pytest.mark.parametrize(
    ("body", "failure_class"),
    [(naming(THREE), FailureClass.SERVER_ERROR), (b"OK", FailureClass.PROTOCOL)],
    ids=["none was taken", "another form"],
)
def test_an_answer_may_fail_the_post(body: bytes, failure_class: FailureClass) -> None:
    """It is kept as a failed attempt, with the reason, the status, and the answer that led to it."""
    one = posted(body)

    assert one.result.failure is not None
    assert (one.result.failure.failure_class, one.result.status_code) == (failure_class, 202)
    assert (one.attempt.failure, one.attempt.status_code) == (one.result.failure, 202)
    assert one.attempt.answer is not None
    assert one.attempt.answer.body == body.decode()
    assert one.refused == {}


@pytest.mark.parametrize(
    ("carried", "kept"),
    [(THREE[:0], 1024), (THREE[:1], 16 * 1024), (THREE, 16 * 1024)],
    ids=["all were taken", "one was not", "none was"],
)
def test_so_much_of_the_answer_is_kept(carried: Sequence[Event], kept: int) -> None:
    """As of a failure, where it says why events were not taken."""
    answer = posted(naming(carried, more="x" * 90_000)).attempt.answer

    assert answer is not None
    assert (len(answer.body), answer.truncated) == (kept, True)


def test_without_the_setting_nothing_is_read_into_an_answer() -> None:
    """Whatever it says, its status has decided."""
    for body in (naming(THREE[:1]), naming(THREE), b"OK"):
        one = posted(body, partial=False)
        assert (one.result.delivered, one.refused) == (True, {})


def test_a_post_that_failed_stays_as_it_is() -> None:
    """Its body does not decide."""
    one = posted(naming(THREE[:1]), result=failed(503))

    assert (one.result.failure, one.refused) == (failed(503).failure, {})
