"""Alerts: what is told, to people and to programs."""

from dataclasses import replace

import pytest

from recado.rules.webhook.alert import Alert, AlertKind, alert, alert_after_failure
from recado.rules.webhook.webhook import Health, Status
from tests.unit.builders import NOW, failing, failure, webhook

HEALTH = failing(failing_since=NOW - 60_000, attempts=4, last_error=failure(503), alerted_at=NOW)


def built(
    kind: AlertKind = AlertKind.FAILING, health: Health = HEALTH, backlog: int = 7, *, more: bool = False
) -> Alert:
    """Build an alert about a webhook."""
    return alert(kind, webhook(name="Orders"), health, backlog, more=more, now_ms=NOW)


@pytest.mark.parametrize(
    ("kind", "happened"),
    [
        (AlertKind.FAILING, "is failing"),
        (AlertKind.STILL_FAILING, "is still failing"),
        (AlertKind.RECOVERED, "has recovered"),
        (AlertKind.DISABLED, "has been disabled"),
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
        f"What to do: {failure(503).hint} "
        "Nothing is lost: events wait, and are sent in order when the receiver is back."
    )


def test_a_text_leaves_out_what_is_not_known() -> None:
    """A webhook whose recovery is told late has no failing time and no error any more."""
    assert built(AlertKind.RECOVERED, Health(alerted_at=NOW), 0).text() == (
        'Webhook "Orders" (wh_1) of account 1010 has recovered.\n'
        "\n"
        "Events waiting: 0\n"
        "\n"
        "What to do: Nothing: all waiting events have been sent."
    )


def test_a_recovery_needs_no_hint_for_the_last_error() -> None:
    """It says that nothing is to be done."""
    assert built(AlertKind.RECOVERED).to_do == "Nothing: all waiting events have been sent."


@pytest.mark.parametrize(("more", "waiting"), [(False, "812"), (True, "more than 812")])
def test_a_long_backlog_is_not_counted_out(more: bool, waiting: str) -> None:
    """The number says that there may be more, to people and to programs."""
    told = built(backlog=812, more=more)

    assert f"Events waiting: {waiting}\n" in told.text()
    assert (told.detail()["backlog"], told.detail()["more"]) == (812, more)


def test_a_subject_is_what_sns_takes() -> None:
    """At most 100 characters of ASCII in one line, whatever the names are."""
    long = replace(
        built(AlertKind.DISABLED), account_id="a" * 64, webhook_id="wh_" + "b" * 64, webhook_name="Ação\n学习"
    )

    assert len(long.subject) == 100
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
        "toDo": built().to_do,
        "failingSince": "2024-09-27T11:59:00.000Z",
        "lastError": {
            "failureClass": "SERVER_ERROR",
            "detail": "The receiver answered with status 503.",
            "statusCode": 503,
        },
    }
    assert not {"failingSince", "lastError"} & built(AlertKind.RECOVERED, Health()).detail().keys()


@pytest.mark.parametrize(
    ("before", "after", "status", "kind"),
    [
        (None, NOW, Status.ACTIVE, AlertKind.FAILING),
        (NOW, NOW, Status.ACTIVE, None),
        (NOW - 1, NOW, Status.ACTIVE, AlertKind.STILL_FAILING),
        (None, NOW, Status.DISABLED, AlertKind.DISABLED),
        (NOW, NOW, Status.DISABLED, AlertKind.DISABLED),
    ],
)
def test_a_failure_is_told_where_it_is_new(
    before: int | None, after: int, status: Status, kind: AlertKind | None
) -> None:
    """The first one, each day's first, and the last."""
    assert alert_after_failure(replace(HEALTH, alerted_at=before), replace(HEALTH, alerted_at=after), status) is kind
