"""Alerts: what is told, to people and to programs."""

from dataclasses import replace

import pytest

from recado.rules.event.timestamps import to_iso
from recado.rules.sending.attempt import Failure, FailureClass
from recado.rules.webhook.alert import (
    Alert,
    AlertKind,
    Slowness,
    alert,
    alert_after_failure,
    told_of_aside,
    told_of_slowness,
)
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Health, Status
from tests.unit.builders import NOW, certificate, failing, failure, webhook

DAY = 24 * 60 * 60 * 1000
HEALTH = failing(failing_since=NOW - 60_000, attempts=4, last_error=failure(503), alerted_at=NOW)


def built(
    kind: AlertKind = AlertKind.FAILING,
    health: Health = HEALTH,
    backlog: int = 7,
    *,
    more: bool = False,
    slowness: Slowness | None = None,
) -> Alert:
    """Build an alert about a webhook."""
    return alert(kind, webhook(name="Orders"), health, backlog, more=more, now_ms=NOW, slowness=slowness)


@pytest.mark.parametrize(
    ("kind", "happened"),
    [
        (AlertKind.FAILING, "is failing"),
        (AlertKind.STILL_FAILING, "is still failing"),
        (AlertKind.RECOVERED, "has recovered"),
        (AlertKind.DISABLED, "has been disabled"),
        (AlertKind.SLOW, "is slow"),
        (AlertKind.SET_ASIDE, "has events set aside"),
        (AlertKind.CERTIFICATE_ENDING, "needs a new client certificate"),
    ],
)
def test_an_alert_says_what_happened(kind: AlertKind, happened: str) -> None:
    """In the subject of a mail, and in its first line."""
    told = built(kind)

    assert told.subject == f"Recado: webhook wh_1 of account 1010 {happened}"
    assert told.text().startswith(f'Webhook "Orders" (wh_1) of account 1010 {happened}.\n')


def test_the_text_says_all_that_is_known() -> None:
    """The backlog, since when, the last error, and what to do."""
    assert built().text() == (
        'Webhook "Orders" (wh_1) of account 1010 is failing.\n'
        "\n"
        "Events waiting: 7\n"
        "Failing since: 2024-09-27T11:59:00.000Z, 4 failed attempts in a row\n"
        "Last error: SERVER_ERROR: The receiver answered with status 503.\n"
        "\n"
        "What it means: Nothing is lost: events wait, and are sent in order when the receiver is back.\n"
        f"What to do: {failure(503).hint}"
    )


def test_a_slow_receiver_is_told_its_time_and_what_to_do() -> None:
    """How long it took and may take, what that means for its events, and both ways out."""
    told = built(AlertKind.SLOW, Health(), 3, slowness=Slowness(4_230, 2_000))

    assert told.text() == (
        'Webhook "Orders" (wh_1) of account 1010 is slow.\n'
        "\n"
        "Events waiting: 3\n"
        "Time to answer: 4.2 seconds or longer; slow is what takes over 2 seconds\n"
        "\n"
        "What it means: So that nobody waits for it, its events leave through its backlog (lane QUEUED), by one sender,"
        " until three answers in a row are quick. No event is lost, and those of other webhooks are not later.\n"
        "What to do: Let the receiver answer 202 within 2 seconds and do the work afterwards. One that needs longer can"
        " be given up to 15 seconds (`timeoutSeconds` of the webhook): over 5 it always counts as slow, and nobody is"
        " told."
    )
    assert (told.detail()["tookMs"], told.detail()["slowAfterMs"]) == (4_230, 2_000)
    assert "within 1 second and" in built(AlertKind.SLOW, slowness=Slowness(1_500, 1_000)).to_do


def test_events_that_are_set_aside_are_told_with_the_error() -> None:
    """What that means for them and for the others, and what to do."""
    refused = Failure(FailureClass.CLIENT_ERROR, "The receiver answered with status 413.", 413)
    lines = built(AlertKind.SET_ASIDE, Health(last_error=refused)).text().split("\n")

    assert lines[3:] == [
        "Last error: CLIENT_ERROR: The receiver answered with status 413.",
        "",
        "What it means: There are one or more events which the receiver does not take, while it takes others. The"
        " others go on; each that is set aside is tried every five minutes until it is seven days old.",
        f"What to do: {refused.hint} Look at the delivery's last error, and mend the receiver; then redeliver the"
        " delivery, or cancel it.",
    ]


def test_one_attempt_is_one() -> None:
    """A receiver that says at once that it is gone has had no second."""
    assert ", 1 failed attempt\n" in built(AlertKind.DISABLED, replace(HEALTH, attempts=1)).text()


def test_a_text_leaves_out_what_is_not_known() -> None:
    """A webhook may have no failing time and no error any more."""
    assert built(AlertKind.RECOVERED, Health(alerted_at=NOW), 0).text() == (
        'Webhook "Orders" (wh_1) of account 1010 has recovered.\n'
        "\n"
        "Events waiting: 0\n"
        "\n"
        "What it means: Events are delivered again; what still waits is being sent.\n"
        "What to do: Nothing."
    )


def test_a_recovery_needs_no_hint_for_the_last_error() -> None:
    """It says that nothing is to be done."""
    assert built(AlertKind.RECOVERED).to_do == "Nothing."
    assert "\nHad failed since: 2024-09-27T11:59:00.000Z, 4 failed" in built(AlertKind.RECOVERED).text()


@pytest.mark.parametrize(("more", "waiting"), [(False, "812"), (True, "more than 812")])
def test_a_long_backlog_is_not_counted_out(more: bool, waiting: str) -> None:
    """The number says that there may be more, to people and to programs."""
    told = built(backlog=812, more=more)

    assert f"Events waiting: {waiting}\n" in told.text()
    assert (told.detail()["backlog"], told.detail()["more"]) == (812, more)


def test_a_subject_is_what_sns_takes() -> None:
    """Less than 100 characters of ASCII in one line, whatever the names are."""
    long = replace(
        built(AlertKind.DISABLED), account_id="a" * 64, webhook_id="wh_" + "b" * 64, webhook_name="Ação\n学习"
    )

    assert len(long.subject) == 99
    assert long.subject.isascii()
    assert long.subject.isprintable()


def test_programs_get_the_same() -> None:
    """As the detail of an event, with times in ISO 8601."""
    assert built().detail() == {
        "accountId": "1010",
        "webhookId": "wh_1",
        "webhookName": "Orders",
        "at": "2024-09-27T12:00:00.000Z",
        "backlog": 7,
        "more": False,
        "attempts": 4,
        "meaning": built().meaning,
        "toDo": built().to_do,
        "failingSince": "2024-09-27T11:59:00.000Z",
        "lastError": {
            "failureClass": "SERVER_ERROR",
            "detail": "The receiver answered with status 503.",
            "hint": "Look into the receiver's log at this time.",
            "statusCode": 503,
        },
    }
    assert not {"failingSince", "lastError"} & built(AlertKind.RECOVERED, Health()).detail().keys()


@pytest.mark.parametrize(
    ("before", "after", "status", "kind"),
    [
        (None, None, Status.ACTIVE, None),
        (None, NOW, Status.ACTIVE, AlertKind.FAILING),
        (NOW, NOW, Status.ACTIVE, None),
        (NOW - 1, NOW, Status.ACTIVE, AlertKind.STILL_FAILING),
        (None, None, Status.DISABLED, AlertKind.DISABLED),
        (None, NOW, Status.DISABLED, AlertKind.DISABLED),
        (NOW, NOW, Status.DISABLED, AlertKind.DISABLED),
    ],
)
def test_a_failure_is_told_where_it_is_new(
    before: int | None, after: int | None, status: Status, kind: AlertKind | None
) -> None:
    """That which is told first, each day's first, and the last."""
    assert alert_after_failure(replace(HEALTH, alerted_at=before), replace(HEALTH, alerted_at=after), status) is kind


@pytest.mark.parametrize(
    ("before", "told_at"),
    [
        (Lane(), NOW),
        (Lane(slow_told_at=NOW - DAY), NOW),
        (Lane(slow_told_at=NOW - DAY + 1), NOW - DAY + 1),
        (Lane(slow_at=NOW - 2 * DAY, slow_told_at=NOW - 2 * DAY), NOW - 2 * DAY),
        (Lane(slow_at=NOW - 1), None),
    ],
    ids=["never told", "told a day ago", "told lately", "slow for days", "slow already"],
)
def test_a_webhook_that_becomes_slow_is_told_once_a_day(before: Lane, told_at: int | None) -> None:
    """To the millisecond; one that is slow already becomes nothing."""
    after = replace(before, slow_at=NOW)

    assert told_of_slowness(webhook(lane=before), after, NOW) == replace(after, slow_told_at=told_at)


def test_a_webhook_that_ends_to_be_slow_is_not_told() -> None:
    """A slow POST and three quick ones in one run are nothing to tell."""
    assert told_of_slowness(webhook(), Lane(), NOW) == Lane()


@pytest.mark.parametrize(("seconds", "told_at"), [(5, NOW), (6, None)])
def test_a_webhook_that_may_take_its_time_is_not_told(seconds: int, told_at: int | None) -> None:
    """Its admin has said that it is slow."""
    patient = webhook(delivery=DeliverySettings(timeout_seconds=seconds))

    assert told_of_slowness(patient, Lane(slow_at=NOW), NOW).slow_told_at == told_at


@pytest.mark.parametrize(
    ("told_before", "told_at"),
    [(None, NOW), (NOW - DAY, NOW), (NOW - DAY + 1, NOW - DAY + 1)],
)
def test_events_that_are_set_aside_are_told_once_a_day(told_before: int | None, told_at: int) -> None:
    """Of ten bad events in a row the first is told."""
    assert told_of_aside(Lane(aside_told_at=told_before), NOW) == Lane(aside_told_at=told_at)


@pytest.mark.parametrize(
    ("ends_in_days", "ends"),
    [
        (30, "ends at 2024-10-27T12:00:00.000Z, in 30 days"),
        (1, "ends at 2024-09-28T12:00:00.000Z, in 1 day"),
        (-1, "has ended at 2024-09-26T12:00:00.000Z"),
    ],
)
def test_a_certificate_that_ends_is_named_with_what_to_do(ends_in_days: int, ends: str) -> None:
    """To people and to programs; nobody who is told of something else is told of it."""
    ending = webhook(client_certificate=certificate(ends_in_days))
    told = alert(AlertKind.CERTIFICATE_ENDING, ending, Health(), 0, more=False, now_ms=NOW)

    assert f"\nClient certificate: CN=client, {ends}\n" in told.text()
    assert told.to_do == (
        "Have another one issued, and enter it with its key (`clientCertificate` of the webhook's authentication)."
    )
    assert told.detail()["clientCertificate"] == {
        "subject": "CN=client",
        "fingerprint": "a1",
        "notAfter": to_iso(NOW + ends_in_days * DAY),
    }
    other = alert(AlertKind.SLOW, ending, Health(), 0, more=False, now_ms=NOW)
    assert "Client certificate" not in other.text()
    assert "clientCertificate" not in other.detail()
