"""Answers to CloudFormation: everything it asks for, in at most 4,096 bytes."""

import json

import pytest

from recado.custom_resource.answer import MOST_BYTES, Answer
from recado.custom_resource.request import ResourceRequest

REQUEST = ResourceRequest.read(
    {
        "RequestType": "Create",
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/" + "s" * 128 + "/9d5d1c3a",
        "RequestId": "r1",
        "LogicalResourceId": "L" * 255,
        "ResponseURL": "https://answers.example/",
    }
)


def test_what_came_goes_back() -> None:
    """Stack, request and resource are named as they were."""
    told = json.loads(Answer("wh_1", data={"Status": "ACTIVE"}).body(REQUEST))

    assert told == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "wh_1",
        "StackId": REQUEST.stack_id,
        "RequestId": "r1",
        "LogicalResourceId": "L" * 255,
        "Data": {"Status": "ACTIVE"},
    }


@pytest.mark.parametrize("sign", ["a", "ñ", "€", "😀", '"', "\\", "\n", "\x00", "\ud800"])
def test_a_reason_that_is_too_long_is_cut(sign: str) -> None:
    """Counted in bytes, as they are in UTF-8 and in JSON; as much of it is kept as nearly fits."""
    body = Answer("wh_1", reason=sign * 5000).body(REQUEST)

    assert MOST_BYTES * 0.8 < len(body) <= MOST_BYTES
    told = json.loads(body)
    assert told["Status"] == "FAILED"
    assert told["Reason"].strip("…") == sign * (len(told["Reason"]) - 1)


def test_data_that_is_too_long_is_left_out() -> None:
    """A target URL may be longer than an answer; the id is told all the same."""
    body = Answer("wh_1", data={"WebhookId": "wh_1", "TargetUrl": "https://exämple/" + "ä" * 2030}).body(REQUEST)

    assert len(body) <= MOST_BYTES
    assert json.loads(body)["Data"] == {"WebhookId": "wh_1"}
