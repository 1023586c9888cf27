"""Test sends: what is sent for a draft, and for a saved webhook with changes that are not saved."""

import base64
import json
from dataclasses import replace

import pytest

from recado.ports.managing import VersionConflictError
from recado.ports.sending import Deadline
from recado.rules.activity.activity import Activity, ActivityKind
from recado.rules.sending.attempt import AttemptResult, FailureClass, Response
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.signing.signing import signature
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Status
from recado.use_cases.managing.rewriting import NoSuchWebhookError
from tests.unit.builders import NOW, delivered, failed, failing, webhook
from tests.unit.use_cases.managing.desk import ADMIN, DEADLINE, NAME, URL, Desk

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NONE = AuthenticationDraft(AuthenticationType.NONE)
BASIC = AuthenticationDraft(AuthenticationType.BASIC, "user", "hunter2")
SAVED_PASSWORD = AuthenticationDraft(AuthenticationType.BASIC, "other")
SIGNATURE = AuthenticationDraft(AuthenticationType.SIGNATURE)


@pytest.fixture
def desk() -> Desk:
    """Give test sends in an account without webhooks."""
    return Desk()


def basic(request: OutgoingRequest) -> str:
    """Return user name and password of a request."""
    return base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()


def test_a_draft_is_sent_a_sample_as_it_would_be_sent_events(desk: Desk) -> None:
    """To its address, with its headers, of the account and the moment, under a fresh id; nothing is kept."""
    first = desk.draft(Changes(target_url=URL, headers={"X-Tenant": "north"}, authentication=NONE))
    second = desk.draft(Changes(target_url=URL, headers={}, authentication=NONE))

    assert desk.sender.sent == [(first.request, DEADLINE), (second.request, DEADLINE)]
    assert (first.request.url, first.request.headers["X-Tenant"], first.target_host) == (URL, "north", "draft.example")
    body = json.loads(first.request.body)
    (event,) = body["events"]
    assert (body["accountId"], event["eventName"], event["timestamp"]) == (1010, NAME, NOW)
    assert event["eventId"] == first.request.headers["webhook-id"] != second.request.headers["webhook-id"]
    assert desk.registry.kept == {}


def test_a_draft_with_a_password_sends_it(desk: Desk) -> None:
    """As a saved one would; the answer knows what is not to be shown."""
    sent = desk.draft(Changes(target_url=URL, headers={}, authentication=BASIC))

    assert basic(sent.request) == "user:hunter2"
    assert sent.request.proofs.read_in(b"hunter2") == "the password"
    assert "hunter2" not in repr(sent)


def test_a_draft_with_a_signature_is_signed_with_a_secret_for_this_once(desk: Desk) -> None:
    """Its own secret is made when it is saved."""
    sent = desk.draft(Changes(target_url=URL, headers={}, authentication=SIGNATURE))

    proof = sent.request.headers["webhook-signature"]
    assert proof.startswith("v1,")
    assert sent.request.proofs.read_in(proof.encode()) == "a signature of the request"


def test_a_draft_with_a_secret_of_its_own_is_signed_with_it(desk: Desk) -> None:
    """So that a receiver that verifies can be tested before anything is saved; also on a webhook that had no secret."""
    desk.registry.put(webhook())
    entered = Changes(target_url=URL, headers={}, authentication=replace(SIGNATURE, secret=SECRET))

    for sent in (desk.draft(entered), desk.saved(entered)):
        signed = signature([SECRET], sent.request.headers["webhook-id"], NOW // 1000, sent.request.body)
        assert sent.request.headers["webhook-signature"] == signed
        assert sent.request.proofs.read_in(SECRET.encode()) == "a signing secret"


def test_a_secret_that_changes_at_this_moment_is_not_tested(desk: Desk) -> None:
    """The form is of another version of the webhook; one that is gone is not there."""
    desk.save(AuthenticationType.SIGNATURE, Credentials(secret=SECRET))

    desk.registry.after_reading = [lambda: desk.save(AuthenticationType.BASIC, Credentials(password="new"))]
    with pytest.raises(VersionConflictError):
        desk.saved(Changes())
    desk.registry.after_reading = [desk.registry.kept.clear]
    with pytest.raises(NoSuchWebhookError):
        desk.saved(Changes())

    assert desk.sender.sent == []


def test_a_saved_webhook_is_tested_as_it_is(desk: Desk) -> None:
    """Signed with its own secret, whether it is active or not; its health stays as it is."""
    desk.save(AuthenticationType.SIGNATURE, Credentials(secret=SECRET), status=Status.DISABLED, health=failing())
    before = dict(desk.registry.kept)
    desk.sender.result = failed()

    sent = desk.saved(Changes())

    assert sent.request.url == "https://receiver.example/hooks"
    assert sent.request.proofs.read_in(SECRET.encode()) == "a signing secret"
    assert not sent.result.delivered
    assert (desk.registry.kept, desk.wake_ups.sent) == (before, [])


@pytest.mark.parametrize(
    ("draft", "sent_as"),
    [(None, "user:saved"), (SAVED_PASSWORD, "other:saved"), (BASIC, "user:hunter2"), (NONE, None)],
)
def test_what_a_form_has_changed_is_tested_before_it_is_saved(
    desk: Desk, draft: AuthenticationDraft | None, sent_as: str | None
) -> None:
    """A password that is left out is the saved one."""
    desk.save(AuthenticationType.BASIC, Credentials(password="saved"))
    url = "https://receiver.example/new"

    sent = desk.saved(Changes(target_url=url, headers={"X-New": "1"}, authentication=draft))

    assert (sent.request.url, sent.request.headers["X-New"]) == (url, "1")
    assert (basic(sent.request) if "Authorization" in sent.request.headers else None) == sent_as


def test_a_saved_password_is_tested_on_no_other_host(desk: Desk) -> None:
    """A test send would show it to whoever answers there."""
    desk.save(AuthenticationType.BASIC, Credentials(password="saved"))

    with pytest.raises(InvalidRegistrationError) as refused:
        desk.saved(Changes(target_url=URL))

    assert refused.value.field == "authentication.password"


@pytest.mark.parametrize(
    ("name", "entered", "field"),
    [
        ("UNKNOWN", Changes(target_url=URL), "eventName"),
        (NAME, Changes(target_url="http://draft.example/"), "targetUrl"),
        (NAME, Changes(target_url="https://10.0.0.1/"), "targetUrl"),
        (NAME, Changes(target_url=URL, headers={"Host": "x"}), "headers.Host"),
        (NAME, Changes(target_url=URL, authentication=SAVED_PASSWORD), "authentication.password"),
        (NAME, Changes(target_url=URL, authentication=replace(BASIC, username="a:b")), "authentication.username"),
    ],
)
def test_what_could_not_be_saved_is_not_sent(desk: Desk, name: str, entered: Changes, field: str) -> None:
    """Neither for a draft nor for a saved webhook; the field is named."""
    desk.registry.put(webhook())

    for test in (desk.draft, desk.saved):
        with pytest.raises(InvalidRegistrationError) as refused:
            test(entered, name)
        assert refused.value.field == field
    assert desk.sender.sent == []


def test_a_webhook_that_is_not_there_is_not_tested(desk: Desk) -> None:
    """Nor one of another account."""
    desk.registry.put(webhook(account_id="2020"))

    with pytest.raises(NoSuchWebhookError):
        desk.saved(Changes())
    assert desk.sender.sent == []


@pytest.mark.parametrize(
    ("entry", "failure_class"),
    [(None, None), ("the sample", FailureClass.SERVER_ERROR), ("hunter2", FailureClass.PROTOCOL)],
)
def test_an_answer_that_may_name_events_is_tried_as_well(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, entry: str | None, failure_class: FailureClass | None
) -> None:
    """The sample is the only event of its POST; what is said of the answer shows no secret, and the answer is shown."""

    def answering(request: OutgoingRequest, _deadline: Deadline) -> AttemptResult:
        named = request.headers["webhook-id"] if entry == "the sample" else entry
        items = [] if named is None else [{"itemIdentifier": named}]
        body = json.dumps({"batchItemFailures": items}).encode()
        return replace(delivered(), response=Response((), body, truncated=False))

    monkeypatch.setattr(desk.sender, "send", answering)
    delivery: dict[str, object] = {"partial_responses": True}
    sent = desk.draft(Changes(target_url=URL, headers={}, authentication=BASIC, delivery=delivery))

    assert (sent.result.failure and sent.result.failure.failure_class) == failure_class
    assert "hunter2" not in str(sent.result.failure)
    assert sent.result.response is not None


def test_a_test_send_is_kept_and_told_with_who_has_asked(desk: Desk) -> None:
    """A draft's has no webhook."""
    desk.save(AuthenticationType.NONE, Credentials())

    desk.draft(Changes(target_url=URL, headers={}, authentication=NONE))
    desk.saved(Changes())

    assert (
        desk.told
        == desk.activities.kept
        == [
            Activity("act_1", "1010", None, ActivityKind.TESTED, NOW, ADMIN),
            Activity("act_1", "1010", "wh_1", ActivityKind.TESTED, NOW, ADMIN),
        ]
    )
    assert desk.faults == []


def test_a_test_send_that_cannot_be_kept_is_answered(desk: Desk) -> None:
    """And told, since it was sent; the fault is noted."""
    desk.activities.fails = True

    sent = desk.draft(Changes(target_url=URL, headers={}, authentication=NONE))

    assert sent.result == desk.sender.result
    assert [activity.kind for activity in desk.told] == [ActivityKind.TESTED]
    assert len(desk.faults) == 1


def test_what_was_not_sent_is_no_test(desk: Desk) -> None:
    """It was refused, or there is no such webhook."""
    with pytest.raises(InvalidRegistrationError):
        desk.draft(Changes(target_url=URL, headers={}, authentication=NONE), "NO_SUCH_EVENT")
    with pytest.raises(NoSuchWebhookError):
        desk.saved(Changes())

    assert desk.told == desk.activities.kept == []
