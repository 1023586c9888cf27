"""Requests with a key that are refused, break, or end half way: what a repetition meets then."""

from contextvars import Context

import pytest

from tests.integration.webhook_api.shared.idempotency.keyed import kept, names, post
from tests.support.api.client import ApiClient, draft
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.lost_answers import lost_answers
from tests.support.clock import Clock

REQUEST_SECONDS = 29


class Died(BaseException):
    """Stands for the end of a process: nothing catches it."""


def test_a_refusal_frees_the_key(api: ApiClient) -> None:
    """The corrected request may have the same: what is wrong with the body, and what the account has no room for."""
    assert post(api, draft(name="")).status == 422
    assert kept(api) == []
    for number in range(5):
        assert post(api, key=str(number)).status == 201
    webhook = api.get(api.webhooks).json["webhooks"][0]
    assert post(api).status == 409

    assert api.call("DELETE", api.path(webhook)).status == 204
    answer = post(api)
    assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)


def test_a_bug_frees_the_key(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not answered may be tried again."""

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("recado.use_cases.managing.administration.Administration.create", broken)
        with pytest.raises(ZeroDivisionError):
            post(api)

    assert post(api).status == 201


def test_a_death_holds_its_request_up_no_longer_than_its_own_time(api: ApiClient, aws: AwsCalls, clock: Clock) -> None:
    """After the change, before its answer is kept: a repetition waits until Lambda would have ended the first."""
    clock.stop()

    def die() -> None:
        raise Died

    aws.before("UpdateItem", die)
    with pytest.raises(Died):
        post(api)
    assert post(api).status == 409
    clock.advance(REQUEST_SECONDS - 0.1)
    assert post(api).status == 409

    clock.advance(0.2)
    assert post(api).status == 201


def test_a_lost_answer_of_the_note_costs_the_time_of_a_request(api: ApiClient, clock: Clock) -> None:
    """The note that the request is under way looks like another's then: nothing is done, and later it is done once."""
    clock.stop()
    with lost_answers(1, when=lambda: bool(Context().run(kept, api))):
        answer = post(api)
    assert (answer.status, names(api)) == (409, [])

    clock.advance(REQUEST_SECONDS + 1)
    assert post(api).status == 201
    assert names(api) == ["Orders"]
