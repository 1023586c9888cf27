"""Every request of CloudFormation is answered, whatever it is and whatever becomes of it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from recado.custom_resource import handling
from recado.custom_resource.answer import Answer
from recado.custom_resource.handling import Handling
from recado.custom_resource.request import ResourceRequest
from recado.ports.sending import OurFaultError
from tests.support.functions import LambdaContext

URL = "https://answers.example/?signature=secret"
EVENT = {
    "RequestType": "Create",
    "ResponseURL": URL,
    "StackId": "stack",
    "RequestId": "r1",
    "LogicalResourceId": "Webhook",
    "ResourceProperties": {},
}


class Answers:
    """Where answers go to."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.faults: list[OurFaultError] = []

    def __call__(self, url: str, body: bytes) -> None:
        """Keep one, or fail."""
        assert url == URL
        if self.faults:
            raise self.faults.pop()
        self.sent.append(json.loads(body))


def handled(handle: Any, event: object = EVENT, *, seconds: float = 120.0, answers: Answers | None = None) -> Answers:
    """Return where the answers have gone to of one request."""
    answers = answers or Answers()
    Handling(lambda: handle, answers, Logger(service="recado"))(event, LambdaContext(seconds_left=seconds))
    return answers


def crash(_request: ResourceRequest) -> Answer:
    """Fail as nobody has thought of."""
    raise ZeroDivisionError("a secret")


def hang(_request: ResourceRequest) -> Answer:
    """Go on for ever, and survive every exception that is one."""
    while True:
        with suppress(Exception):
            sum(range(1000))


def test_a_crash_is_answered() -> None:
    """Without what it said, which is in the log."""
    (answer,) = handled(crash).sent

    assert answer["Status"] == "FAILED"
    assert "secret" not in answer["Reason"]
    assert answer["PhysicalResourceId"] == ResourceRequest.read(EVENT).new_id


def test_time_that_runs_out_is_answered_while_some_is_left() -> None:
    """What is under way ends there: it could otherwise go on after its stack has."""
    (answer,) = handled(hang, seconds=30.05).sent

    assert (answer["Status"], answer["Reason"]) == ("FAILED", "Recado's time was up before all was done: try again.")


def test_no_time_at_all_is_answered_too() -> None:
    """A function that was given less than its answer takes."""
    assert handled(crash, seconds=10.0).sent[0]["Reason"].startswith("Recado's time was up")


@pytest.mark.parametrize(
    "changes",
    [
        {"RequestType": "Destroy"},
        {"RequestType": None, "StackId": None, "LogicalResourceId": 7, "ResourceProperties": []},
        {"PhysicalResourceId": {}, "OldResourceProperties": "none", "RequestId": None},
    ],
)
def test_a_request_that_cannot_be_read_is_answered(changes: dict[str, Any]) -> None:
    """As far as it can be: somebody waits at its address."""
    told: list[ResourceRequest] = []

    def note(request: ResourceRequest) -> Answer:
        told.append(request)
        return Answer(request.physical_id)

    (answer,) = handled(note, EVENT | changes).sent

    assert len(told) == 1
    assert answer["PhysicalResourceId"].startswith("wh_")


@pytest.mark.parametrize("event", [{}, None, [], "text", {"ResponseURL": 7}])
def test_a_request_without_an_address_is_only_told_of(event: object) -> None:
    """There is nobody to answer, and nothing to repeat."""
    assert handled(crash, event).sent == []


def test_an_answer_that_does_not_arrive_is_raised() -> None:
    """Lambda repeats the request, which finds what was done, and answers again."""
    answers = Answers()
    answers.faults.append(OurFaultError("answering CloudFormation"))

    with pytest.raises(OurFaultError):
        handled(lambda request: Answer(request.physical_id), answers=answers)

    assert handled(lambda request: Answer(request.physical_id), answers=answers).sent[0]["Status"] == "SUCCESS"


def test_sending_ends_whoever_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where somebody takes the answer byte by byte: what Lambda would kill, it would count as another fault."""
    monkeypatch.setattr(handling, "_SECONDS_TO_SEND", 0.05)

    def drip(url: str, body: bytes) -> None:
        assert url == URL
        hang(ResourceRequest.read(json.loads(body)))

    with pytest.raises(OurFaultError, match=r"^answering CloudFormation: the time is up$"):
        Handling(lambda: lambda request: Answer(request.physical_id), drip, Logger(service="recado"))(
            EVENT, LambdaContext(seconds_left=120.0)
        )


def test_the_id_of_a_resource_stays_whatever_fails() -> None:
    """Of an id that changes CloudFormation deletes the webhook."""
    for kind in ("Update", "Delete"):
        event = EVENT | {"RequestType": kind, "PhysicalResourceId": "wh_kept"}
        assert handled(crash, event).sent[0]["PhysicalResourceId"] == "wh_kept"
