"""What a receiver's 401 leads to: one more token, and one more POST."""

import pytest

from recado.ports.tokens import KeptToken, NoTokenYetError
from recado.rules.sending.attempt import FailureClass
from recado.rules.sending.outgoing import OutgoingRequest
from tests.unit.builders import NOW, delivered, failed
from tests.unit.use_cases.fakes.invocations import URL
from tests.unit.use_cases.sending.tokens.bearing import (
    HOUR,
    TOKEN_URL,
    asked,
    borne,
    posted,
    refusal,
    token,
    unauthorized,
    world,
)


def test_after_a_401_a_fresh_token_is_tried_once() -> None:
    """Within the same attempt; what is kept of it is the second POST."""
    one = world(token("t1"), token("t2"))
    posted(one)
    one.sender.answers[URL] = [unauthorized(), delivered()]

    second = posted(one)

    assert (asked(one), borne(one)) == (2, ["t1", "t1", "t2"])
    assert second.result.delivered
    posted(one)
    assert borne(one)[-1] == "t2"


def test_the_same_token_is_not_sent_twice() -> None:
    """The server gives no other: the 401 is what came of the attempt, and nobody asks again at once."""
    one = world(token("t1"), token("t1"))
    one.sender.answers[URL] = [unauthorized()]

    assert posted(one).result.status_code == 401
    assert (asked(one), borne(one)) == (2, ["t1"])
    assert one.token_store.kept.token is None
    one.token_store.memory = None
    with pytest.raises(NoTokenYetError):
        posted(one)


def test_a_fresh_token_that_is_refused_too_is_used_by_nobody() -> None:
    """Nor is another asked for at once: after four seconds it is."""
    one = world(token("t1"), token("t2"), token("t3"))
    one.sender.answers[URL] = [unauthorized(), unauthorized()]

    assert posted(one).result.status_code == 401
    assert borne(one) == ["t1", "t2"]
    with pytest.raises(NoTokenYetError):
        posted(one)
    one.later(4_000)
    posted(one)
    assert borne(one) == ["t1", "t2", "t3"]


def test_after_a_401_the_token_that_another_has_fetched_is_taken() -> None:
    """Nobody asks for one more."""
    one = world()
    one.token_store.memory = KeptToken("t1", "old", NOW + HOUR)
    one.token_store.kept.token = KeptToken("t2", "new", NOW + HOUR)
    one.sender.answers[URL] = [unauthorized(), delivered()]

    assert posted(one).result.delivered
    assert (asked(one), borne(one)) == (0, ["t1", "t2"])


def test_after_a_401_without_another_token_it_stays_a_401() -> None:
    """The token server refuses, or somebody else still fetches: the receiver's own answer is told."""
    one = world(token("t1"), refusal())
    one.sender.answers[URL] = [unauthorized()]

    result = posted(one).result

    assert (result.status_code, borne(one)) == (401, ["t1"])
    assert result.failure is not None
    assert result.failure.failure_class is FailureClass.CLIENT_ERROR


def test_there_is_no_second_post_without_time_for_it() -> None:
    """The receiver has used up the attempt's own time."""
    one = world(token("t1"), token("t2"))
    one.sender.answers[URL] = [unauthorized()]
    sent: list[OutgoingRequest] = one.sender.requests
    one.journal.before("keep token", 2, lambda: one.later(3_000))

    assert posted(one, 7).result.status_code == 401
    assert [request.url for request in sent] == [TOKEN_URL, URL, TOKEN_URL]


def test_a_401_that_came_too_late_for_a_second_post_is_what_came_of_the_attempt() -> None:
    """Nobody asks in what is left of it; the next attempt fetches another token."""
    one = world(token("t1"), token("t2"))
    one.sender.answers[URL] = [unauthorized()]
    one.journal.before("send", 2, lambda: one.later(6_500))

    assert posted(one, 7).result.status_code == 401
    assert (asked(one), one.token_store.kept.token, one.token_store.memory) == (1, None, None)
    one.later(4_000)
    posted(one)
    assert borne(one) == ["t1", "t2"]


def test_tokens_for_one_attempt_are_refused_one_by_one() -> None:
    """There is nothing that is kept, and nothing to forget."""
    one = world(token("t1", None), token("t2", None), token("t3", None))
    one.sender.answers[URL] = [unauthorized(), unauthorized()]

    assert posted(one).result.status_code == 401
    posted(one)

    assert borne(one) == ["t1", "t2", "t3"]
    assert "refuse token" not in one.journal.calls


def test_a_403_is_no_reason_for_another_token() -> None:
    """It says that the token is known, and may not do this."""
    one = world(token("t1"))
    one.sender.answers[URL] = [failed(403)]

    posted(one)

    assert (asked(one), borne(one)) == (1, ["t1"])
