"""`recado listen --catch-up`: what it asks, what it brings, and where it goes on."""

import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from local.listener import Answer, Listener
from recado_cli.exits import Exit, Stop
from recado_cli.listen.catching_up import Place, ReceiverLog, asking, until_taken, webhooks_secret
from recado_cli.listen.listening import Listening
from recado_cli.listen.log import StrangeAnswerError
from recado_cli.listen.receiver import Answer as ReceiversAnswer
from recado_cli.listen.requests import LocalRequest, local_request
from recado_cli.listen.walking import Walker
from recado_cli.profiles.profile import Profile
from tests.unit.cli.conftest import Run, answered

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PROFILE = Profile("prod", "https://api.example")


def arrived(number: int, **fields: Any) -> dict[str, Any]:
    """A delivery as its receiver is shown it."""
    return {
        "deliveryId": f"d-{number}",
        "eventId": f"e-{number}",
        "eventName": "order.paid",
        "timestamp": "2026-11-24T11:00:00Z",
        "arrivedAt": "2026-11-24T11:00:01Z",
        "status": "SKIPPED",
        "contentType": "application/cloudevents+json",
        "body": '{"é":1}',
        **fields,
    }


def page_of(*deliveries: dict[str, Any], **fields: str) -> Answer:
    """A page of them."""
    shown = {"deliveries": deliveries, "resumeFrom": "2026-11-24T11:54:00Z", **fields}
    return answered(shown, Date="Tue, 24 Nov 2026 12:00:00 GMT")


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    """The webhook's secret, in the environment."""
    monkeypatch.setenv("RECADO_WEBHOOK_SECRET", SECRET)
    return SECRET


@pytest.fixture
def log(api: Listener) -> Iterator[ReceiverLog]:
    """What is asked of that API."""
    with asking(api.url, SECRET) as recado:
        yield ReceiverLog(recado, "1010", "wh_1")


def test_what_was_missed_is_brought_as_it_would_be_sent(api: Listener, log: ReceiverLog) -> None:
    """Page by page, with the body and the content type of the webhook's own POSTs, signed with its secret."""
    api.answers += [page_of(arrived(1), nextCursor="c"), page_of(arrived(2))]

    walker = Walker(log, NOON - timedelta(hours=1), lambda _: None)
    found = [*walker.look(), *walker.look()]

    assert [one.event_id for one in found] == ["e-1", "e-2"]
    request = local_request(log.detail(found[0]), b"k" * 32, NOON.timestamp())
    assert request.body == '{"é":1}'.encode()
    assert request.headers["content-type"] == "application/cloudevents+json"
    assert request.headers["webhook-id"] == "e-1"
    assert ["cursor=c" in each.path for each in api.received] == [False, True]
    assert all("arrivedFrom=2026-11-24T11" in each.path for each in api.received)


def test_an_event_name_that_was_not_asked_for_is_left_out(api: Listener) -> None:
    """The log of a receiver has no filters: the command has."""
    api.usual_answer = page_of(arrived(1), arrived(2, eventName="order.sent"))
    with asking(api.url, SECRET) as recado:
        found = ReceiverLog(recado, "1010", "wh_1", "order.sent").page(arrived_from=NOON, cursor=None)

    assert [one.event_id for one in found.arrivals] == ["e-2"]


def test_what_was_withdrawn_is_not_brought(api: Listener, log: ReceiverLog) -> None:
    """It has no body, and is nothing strange."""
    withdrawn = arrived(1, status="CANCELLED")
    del withdrawn["body"], withdrawn["contentType"]
    api.usual_answer = page_of(withdrawn, arrived(2))

    found = log.page(arrived_from=NOON, cursor=None)

    assert [one.event_id for one in found.arrivals] == ["e-2"]


def test_a_secret_that_is_not_taken_ends_it(api: Listener, log: ReceiverLog) -> None:
    """It is no session that a sign-in would renew."""
    api.usual_answer = answered({"title": "Unauthorized"}, 401)
    with pytest.raises(Stop, match="the secret is not taken") as stop:
        log.now()
    assert stop.value.code == Exit.FAILED


@pytest.mark.parametrize("shown", [{"deliveryId": "d"}, arrived(1, body=None), arrived(1, body="\ud800")], ids=repr)
def test_an_answer_that_is_none_of_recados_is_told(api: Listener, log: ReceiverLog, shown: dict[str, Any]) -> None:
    """Also where it is JSON, and before anything of it is sent."""
    api.usual_answer = page_of(shown)
    with pytest.raises(StrangeAnswerError):
        log.page(arrived_from=NOON, cursor=None)


def test_what_the_receiver_does_not_take_is_tried_again() -> None:
    """It ends the look, not the session: nothing that comes behind is sent before."""
    request = LocalRequest({"webhook-id": "e-1"}, b"{}")
    refused, failed = ReceiversAnswer(status=500), ReceiversAnswer(failure="connection refused")
    for answer, why in ((refused, "e-1: status 500"), (failed, "e-1: connection refused")):
        with pytest.raises(Stop, match=why) as stop:
            until_taken(partial(_answering, answer))(request)
        assert stop.value.code == Exit.LATER
    taken = ReceiversAnswer(status=202)
    assert until_taken(partial(_answering, taken))(request) == taken


def _answering(answer: ReceiversAnswer, _request: LocalRequest) -> ReceiversAnswer:
    return answer


def test_a_session_goes_on_where_the_one_before_has_ended() -> None:
    """Of this webhook; the first begins a day before, and so does one whose place cannot be read."""
    place, other = Place(PROFILE, "1010", "wh_1"), Place(PROFILE, "1010", "wh_2")
    place.save(NOON)

    assert place.load(NOON + timedelta(hours=5)) == NOON
    assert other.load(NOON) == NOON - timedelta(days=1)


def test_a_session_of_one_event_name_has_a_place_of_its_own() -> None:
    """What it has left out is still to come in a session of all."""
    Place(PROFILE, "1010", "wh_1", "order.paid").save(NOON)

    assert Place(PROFILE, "1010", "wh_1", "order.paid").load(NOON + timedelta(hours=5)) == NOON
    assert Place(PROFILE, "1010", "wh_1").load(NOON) == NOON - timedelta(days=1)


def test_the_secret_comes_of_a_file_or_of_the_environment(secret: str, tmp_path: Path) -> None:
    """And never of the command line, where others see it; what is none is told without it."""
    file = tmp_path / "secret.txt"
    file.write_text(f"\ufeff{secret}\n", encoding="utf-8")
    assert webhooks_secret(None) == webhooks_secret(file) == secret
    file.write_text("whsec_cut-off")
    for path in (file, tmp_path / "none"):
        with pytest.raises(Stop) as stop:
            webhooks_secret(path)
        assert stop.value.code == Exit.USAGE
        assert "cut-off" not in str(stop.value.message)


def test_the_command_keeps_its_place(
    run: Run, api: Listener, secret: str, ended: Callable[[], None], settings_directory: Path
) -> None:
    """However it ends; without a token, and for one webhook alone."""
    ended()
    api.usual_answer = page_of()
    without = run("listen", "3000", "--catch-up")
    with_account = run("listen", "3000", "--catch-up", "--webhook", "1010/wh_1")
    ran = run("listen", "3000", "--catch-up", "--webhook", "wh_1")

    assert (without.code, "--webhook wh_…" in without.err) == (Exit.USAGE, True)
    assert (with_account.code, "not '1010/wh_1'" in with_account.err) == (Exit.USAGE, True)
    assert "--account names the account" in with_account.err
    assert "what was missed from" in ran.err
    assert "signed with the webhook's own secret" in ran.err
    assert secret not in ran.out + ran.err
    [kept] = (settings_directory / "secrets").glob("*caught-up*")
    assert kept.read_text().startswith("2026-11-2")
    assert "authorization" not in api.received[0].headers


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let the session end after its first look; what listens for signals is put back."""
    before = signal.getsignal(signal.SIGTERM)

    def run(listening: Listening) -> None:
        listening.turn()
        raise KeyboardInterrupt

    yield lambda: monkeypatch.setattr(Listening, "run", run)
    signal.signal(signal.SIGTERM, before)
