"""POSTs that need a token: who fetches it, for how long it serves, and what is told of it."""

from dataclasses import replace

import pytest

from recado.ports.sending import Opened, OurFaultError
from recado.ports.tokens import NoTokenYetError
from recado.rules.sending.attempt import Response
from recado.rules.sending.tls_identity import TlsIdentity
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.use_cases.sending.posting import post
from tests.unit.builders import event, events, failed
from tests.unit.use_cases.fakes.invocations import URL, dispatch
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.sending.tokens.bearing import (
    CREDENTIALS,
    HOUR,
    asked,
    borne,
    posted,
    token,
    unauthorized,
    with_oauth2,
    world,
)


def test_a_post_bears_a_token_that_is_fetched_once() -> None:
    """The second one uses the first one's, from memory; what is kept of them does not show it."""
    one = world(token())

    attempts = [posted(one).attempt, posted(one).attempt]

    assert (asked(one), borne(one)) == (1, ["t1", "t1"])
    assert [attempt.request_headers["Authorization"] for attempt in attempts] == ["[hidden]"] * 2
    assert one.journal.calls.count("read token") == 2  # one before the lease is taken, one by the fake in doing so


@pytest.mark.parametrize(
    ("trusted", "at_the_token_server"), [("theirs", TlsIdentity("v1", None, "theirs")), (None, None)]
)
def test_a_token_server_may_be_of_the_same_authority(
    trusted: str | None, at_the_token_server: TlsIdentity | None
) -> None:
    """What the webhook trusts counts at both doors; its client certificate is shown to the receiver alone."""
    one = world(token())
    credentials = replace(CREDENTIALS, client_certificate="ours", trusted_certificates=trusted)
    opened = Opened(replace(one.webhook(), secret_version="v1"), credentials)

    post(one.ports(), one.sender, opened, [event()], deadline=FixedDeadline(10.0))

    at_both = [request.tls for request in one.sender.requests]
    assert at_both == [at_the_token_server, TlsIdentity("v1", "ours", trusted)]


def test_another_environment_reads_it() -> None:
    """Once: then it remembers."""
    one = world(token())
    posted(one)
    one.token_store.memory = None
    one.journal.calls.clear()

    posted(one)
    posted(one)

    assert (asked(one), borne(one)) == (1, ["t1"] * 3)
    assert one.journal.calls == ["read token", "send", "send"]


def test_a_token_is_fetched_anew_shortly_before_it_ends() -> None:
    """That of an hour after 59 minutes and 45 seconds."""
    one = world(token("t1"), token("t2"))
    posted(one)
    one.later(HOUR - 15_001)
    posted(one)
    one.later(1)
    posted(one)

    assert borne(one) == ["t1", "t1", "t2"]


def test_a_token_of_no_known_lifetime_is_not_kept() -> None:
    """Each attempt fetches its own."""
    one = world(token("t1", None), token("t2", "soon"))

    posted(one)
    posted(one)

    assert borne(one) == ["t1", "t2"]
    assert one.token_store.kept.token is one.token_store.memory is None


def test_the_token_server_has_five_seconds_within_the_attempt() -> None:
    """The deadline is that of the whole attempt."""
    one = world(token())

    posted(one, 60)

    assert one.sender.seconds == [5, 15]


def test_what_the_token_took_is_not_the_receivers_time() -> None:
    """Where too little is left for its answer, the event waits for its owner, who has the token then."""
    one = world(token())
    one.journal.before("keep token", 1, lambda: one.later(2_001))

    with pytest.raises(NoTokenYetError):
        posted(one, 7)

    assert borne(one) == []
    posted(one)
    assert (asked(one), borne(one)) == (1, ["t1"])


def test_a_token_that_comes_in_time_leaves_the_receiver_its_five_seconds() -> None:
    """As long as DIRECT receivers have at most."""
    one = world(token())
    one.journal.before("keep token", 1, lambda: one.later(2_000))

    posted(one, 7)

    assert one.sender.seconds[1] == 5


def test_a_batch_bears_one_token() -> None:
    """Whatever it holds."""
    one = world(token())

    dispatch(one, *events(5))

    assert (asked(one), borne(one)) == (1, ["t1"])


def test_a_slow_receiver_has_its_own_time() -> None:
    """One that may take 15 seconds to answer has what the token leaves of the attempt."""
    one = world(token(), delivery=DeliverySettings(timeout_seconds=15))
    one.journal.before("keep token", 1, lambda: one.later(4_000))

    posted(one, 60)

    assert one.sender.seconds == [5, 11]


def test_nothing_secret_is_told_of_a_receiver_that_repeats_its_token() -> None:
    """Its answer is replaced by a sentence."""
    one = world(token("eyJhbGciOi.e30"))
    response = Response((), b"what is eyJhbGciOi.e30?", truncated=False)
    one.sender.answers[URL] = [replace(failed(), response=response)]

    answer = posted(one).attempt.answer

    assert answer is not None
    assert answer.body == "[hidden] The answer holds the access token, so none of it is shown."


def test_neither_token_of_an_attempt_is_told() -> None:
    """A receiver may repeat the first one in what it answers to the second."""
    one = world(token("eyJhbGciOi.e30"), token("eyJhbGciOi.e31"))
    response = Response((), b"eyJhbGciOi.e30 was revoked", truncated=False)
    one.sender.answers[URL] = [unauthorized(), replace(failed(), response=response)]

    answer = posted(one).attempt.answer

    assert answer is not None
    assert answer.body == "[hidden] The answer holds the access token, so none of it is shown."


@pytest.mark.parametrize(
    "opened", [Opened(with_oauth2(), Credentials()), Opened(replace(with_oauth2(), oauth2=None), CREDENTIALS)]
)
def test_a_webhook_without_its_secret_is_our_fault(opened: Opened) -> None:
    """Nothing is asked, and nothing counts against it."""
    one = world()

    with pytest.raises(OurFaultError, match="without a secret"):
        post(one.ports(), one.sender, opened, [event()], deadline=FixedDeadline(10))
    assert one.sender.requests == []
