"""POSTs that need a token: who fetches it, who waits, what a refusal means, and what a 401 leads to."""

import json
from dataclasses import replace
from typing import Any

import pytest

from recado.ports.sending import Opened, OurFaultError
from recado.ports.tokens import KeptToken, NoTokenYetError
from recado.rules.sending.attempt import AttemptResult, FailureClass, Response, failure_of_status
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.tls_identity import TlsIdentity
from recado.rules.webhook.authentication.authentication import AuthenticationType, OAuth2
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import HealthState, Status, Webhook
from recado.use_cases.sending.posting import Posted, post
from recado.use_cases.sending.tokens import PAUSES_SECONDS
from tests.unit.builders import NOW, delivered, event, events, failed, owned, webhook
from tests.unit.use_cases.fakes.invocations import URL, dispatch, redeliver, waiting
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

TOKEN_URL = "https://login.example/token"
SECRET = "correct horse battery"
CREDENTIALS = Credentials(client_secret=SECRET)
HOUR = 60 * 60 * 1000


def with_oauth2(**changes: Any) -> Webhook:
    """Build a webhook that needs a token."""
    oauth2 = OAuth2(TOKEN_URL, "recado")
    return webhook(authentication=AuthenticationType.OAUTH2, oauth2=oauth2, **changes)


def world(*tokens: AttemptResult | Exception, **changes: Any) -> World:
    """Build a world with such a webhook, whose token server answers so, one answer after the other."""
    built = World(with_oauth2(**changes))
    built.vault.credentials["wh_1"] = CREDENTIALS
    built.sender.answers[TOKEN_URL] = list(tokens)
    return built


def token(text: str = "t1", lifetime: object = 3600) -> AttemptResult:
    """Build the answer with a token."""
    body = json.dumps({"access_token": text, "token_type": "Bearer", "expires_in": lifetime})
    return replace(delivered(), status_code=200, response=Response((), body.encode(), truncated=False))


def refusal(status: int = 401, *, retry_after: int | None = None) -> AttemptResult:
    """Build the answer without one."""
    response = Response((), b'{"error":"invalid_client"}', truncated=False)
    return AttemptResult(NOW, 20, status, failure_of_status(status), retry_after, "192.0.2.1", response)


def unauthorized() -> AttemptResult:
    """Build the answer of a receiver that does not take a token."""
    return AttemptResult(NOW, 20, 401, failure_of_status(401))


def posted(one: World, seconds: float = 10.0) -> Posted:
    """Post an event."""
    opened = Opened(one.webhook(), CREDENTIALS)
    return post(one.ports(), one.sender, opened, [event()], deadline=FixedDeadline(seconds))


def asked(one: World) -> int:
    """Count the requests for a token."""
    return sum(request.url == TOKEN_URL for request in one.sender.requests)


def borne(one: World) -> list[str]:
    """Return the tokens of the POSTs to the receiver."""
    to_receiver = [request for request in one.sender.requests if request.url == URL]
    return [request.headers["Authorization"].removeprefix("Bearer ") for request in to_receiver]


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


@pytest.mark.parametrize("status", [400, 401, 410, 503])
def test_a_refusal_of_the_token_server_is_a_failed_attempt(status: int) -> None:
    """Nothing is POSTed; no status is taken for the receiver's, so that its 410 switches nothing off."""
    one = world(refusal(status))

    result = posted(one).result

    assert result.failure is not None
    assert result.failure.failure_class is FailureClass.OAUTH2
    assert result.failure.detail == f"The token server answered with status {status}: invalid_client."
    assert (result.status_code, result.address, result.gone) == (None, None, False)
    assert borne(one) == []


def test_a_token_server_may_say_when_to_come_back() -> None:
    """Its `Retry-After` counts as the receiver's does."""
    assert posted(world(refusal(429, retry_after=120))).result.retry_after_seconds == 120


def test_a_refusal_disables_nobody() -> None:
    """A 410 of the token server is a failed attempt as any other: the webhook fails, and its event waits."""
    one = world(refusal(410))

    dispatch(one, event())

    assert one.webhook().status is Status.ACTIVE
    assert (one.webhook().health.state, one.webhook().health.attempts) == (HealthState.FAILING, 1)
    assert one.deliveries.statuses() == {"e1": "PENDING"}


def test_who_meets_a_refusal_of_another_waits_without_an_attempt() -> None:
    """It counts once against the webhook; the events of the others join the backlog, and nobody asks again."""
    one = world(refusal(), refusal())
    dispatch(one, event("e1"))
    one.webhooks.set(lane=Lane())  # as it was read before the first one failed

    attempts = dispatch(one, event("e2"))

    assert (attempts, asked(one)) == ([], 1)
    assert one.webhook().health.attempts == 1
    assert one.deliveries.statuses() == {"e1": "PENDING", "e2": "PENDING"}


def test_the_owner_asks_again_after_its_wait() -> None:
    """The shortest wait is longer than a refusal is kept."""
    one = waiting(world(refusal(), token(), lane=owned()), 1)

    redeliver(one)
    assert one.webhook().health.attempts == 1
    one.later(5_000)
    redeliver(one)

    assert (asked(one), borne(one)) == (2, ["t1"])
    assert one.webhook().health.state is HealthState.HEALTHY


def test_an_owner_that_meets_anothers_refusal_comes_back() -> None:
    """Without an attempt of its own, and without a fault of ours."""
    one = waiting(world(token(), lane=owned()), 1)
    one.token_store.kept.refused_until = NOW + 4_000

    redelivered = redeliver(one)

    assert (redelivered.back_in_seconds, redelivered.progress.attempts, redelivered.progress.faults) == (5, [], [])
    assert asked(one) == 0
    one.later(5_000)
    redeliver(one)
    assert borne(one) == ["t1"]


def test_a_head_that_failed_alone_is_waited_for_where_what_is_behind_it_gets_no_token() -> None:
    """As where nothing is behind it: with the wait of the schedule, which grows."""
    one = waiting(world(token(lifetime=None), lane=owned(), delivery=DeliverySettings(max_events=1)), 2)
    one.sender.answers[URL] = [failed(400)] * 9
    waits = []
    for _ in range(3):
        one.sender.answers[TOKEN_URL] = [token(lifetime=None)]
        one.journal.before("send", one.journal.calls.count("send") + 2, lambda: another_fetches(one))
        waits.append(redeliver(one).back_in_seconds)
        one.later(60_000)

    assert waits == [5, 10, 20]


def another_fetches(one: World) -> None:
    """Let another environment hold the lease, as soon as it is free."""
    one.token_store.kept.lease_until = one.now + 60_000


def test_who_waits_gets_what_another_fetches() -> None:
    """It looks for it now and then, within a second and a half."""
    one = world()
    one.token_store.take_lease(one.webhook(), "another", None)
    one.journal.before("read token", 5, lambda: one.token_store.keep(one.webhook(), "another", "t9", NOW + HOUR))

    posted(one)

    assert (asked(one), borne(one)) == (0, ["t9"])
    assert one.paused == [0.05, 0.1, 0.2]


def test_who_waits_for_too_long_leaves_its_events_in_the_backlog() -> None:
    """No longer than a receiver that is not slow may take, in few looks."""
    one = world()
    one.token_store.take_lease(one.webhook(), "another", None)

    dispatch(one, event())

    assert (asked(one), borne(one)) == (0, [])
    assert one.paused == list(PAUSES_SECONDS)
    assert 1_500 < one.now - NOW < 2_000
    assert one.deliveries.statuses() == {"e1": "PENDING"}
    assert one.webhook().health.state is HealthState.HEALTHY
    assert one.webhook().lane.owner is not None


def test_a_lease_that_ends_is_taken_over() -> None:
    """Whoever held it died."""
    one = world(token())
    one.token_store.take_lease(one.webhook(), "dead", None)
    one.later(10_000)

    posted(one)

    assert borne(one) == ["t1"]


def test_a_fault_of_ours_ends_the_lease() -> None:
    """The others need not wait for it, and nothing counts against the webhook."""
    one = world(OurFaultError("every resolving thread is busy"), token())

    with pytest.raises(OurFaultError):
        posted(one)
    posted(one)

    assert borne(one) == ["t1"]


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
