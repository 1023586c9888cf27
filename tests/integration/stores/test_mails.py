"""What is kept of mails: for how long, on what conditions, and that it is read where every write is seen."""

from functools import partial
from typing import Any

import boto3
import pytest

from recado.adapters.dynamodb.accounts.alert_addresses import DynamoAlertAddresses, DynamoLinks
from recado.adapters.dynamodb.accounts.mail_store import DynamoMailCounts, DynamoMailed
from recado.adapters.dynamodb.accounts.opt_out_store import DynamoOptOuts
from recado.adapters.dynamodb.tables import SharedConnection, WebhookItem, webhooks_table
from recado.ports.alerting import AddressesChangedError, KnownLink
from recado.rules.alerting.addresses import AddressBook
from recado.rules.alerting.flooding import MailPlace
from recado.rules.alerting.links import LinkToken, Purpose
from recado.rules.alerting.opting_out import OptOut
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS
from tests.support.system import System

NOON = NOON_MS // 1000
HOUR = 60 * 60
DAY = 24 * HOUR
PLACE = MailPlace.asked_of_account("1010")


@pytest.fixture
def table(system: System) -> type[WebhookItem]:
    """Give the webhooks table."""
    return webhooks_table(system.stack.physical_id("WebhooksTable"), SharedConnection())


def kept_until(system: System) -> list[int]:
    """Return when what is kept removes itself, in seconds since 1970."""
    items: list[Any] = boto3.resource("dynamodb").Table(system.stack.physical_id("WebhooksTable")).scan()["Items"]
    return [int(item["expires_at"]) for item in items]


def test_whom_an_event_has_let_be_mailed_is_remembered_for_three_days(system: System, table: type[WebhookItem]) -> None:
    """Longer than the bus and Lambda repeat one."""
    mailed = DynamoMailed(table, lambda: NOON_MS)

    assert [mailed.claim("1010", "e1", address) for address in ("a", "b", "a")] == [True, True, False]
    assert kept_until(system) == [NOON + 3 * DAY]


def test_mails_are_counted_for_a_day_and_an_hour(system: System, table: type[WebhookItem]) -> None:
    """The hour is for clocks that differ."""
    assert DynamoMailCounts(table).take(PLACE, "m1", NOON_MS) == PLACE.limit - 1
    assert kept_until(system) == [NOON + 25 * HOUR]


def test_a_mail_that_is_tried_again_is_counted_once(aws: AwsCalls, table: type[WebhookItem]) -> None:
    """And nothing is written for it; what is counted is read consistently."""
    counts = DynamoMailCounts(table)
    counts.take(PLACE, "m1", NOON_MS)
    aws.clear()

    assert counts.take(PLACE, "m1", NOON_MS + 1) == PLACE.limit - 1

    (reading,) = aws.seen
    assert (reading.operation, reading.parameters["ConsistentRead"]) == ("GetItem", True)


def test_two_mails_at_once_are_both_counted(aws: AwsCalls, table: type[WebhookItem]) -> None:
    """The first of all, too: whoever comes second meets a condition, and looks again."""
    counts = DynamoMailCounts(table)
    for number in range(2):
        aws.before("PutItem", partial(counts.take, PLACE, f"other{number}", NOON_MS))
        counts.take(PLACE, f"mine{number}", NOON_MS)

    assert counts.take(PLACE, "last", NOON_MS) == PLACE.limit - 5


def test_a_link_that_is_over_is_known_for_a_week(system: System, table: type[WebhookItem]) -> None:
    """So that its bearer is told that it is over; it is read consistently."""
    token = LinkToken.new("1010", "addr_" + "0" * 32)
    link = KnownLink(Purpose.CONFIRM, NOON_MS, "digest")

    DynamoLinks(table).keep(token, link)

    assert kept_until(system) == [NOON + 7 * DAY]
    assert DynamoLinks(table).find(token) == link


def test_of_two_who_make_the_first_list_one_is_refused(table: type[WebhookItem]) -> None:
    """And so of two who change one."""
    addresses = DynamoAlertAddresses(table)
    for _ in range(2):
        read = addresses.read("1010")
        addresses.save(read)
        with pytest.raises(AddressesChangedError):
            addresses.save(read)
    assert addresses.read("1010") == AddressBook("1010", version=2)


def test_who_has_unsubscribed_is_remembered_for_a_year(system: System, aws: AwsCalls, table: type[WebhookItem]) -> None:
    """Whether the table has removed it or not, and read consistently."""
    opt_outs, year_ms = DynamoOptOuts(table), 365 * DAY * 1000
    opt_outs.note("1010", "digest", NOON_MS)
    aws.clear()

    found = [opt_outs.find("1010", "digest", NOON_MS + later) for later in (0, year_ms - 1000, year_ms)]

    assert found == [OptOut(), OptOut(), None]
    assert {call.parameters["ConsistentRead"] for call in aws.of("GetItem")} == {True}
    assert kept_until(system) == [NOON + 365 * DAY]


def test_who_has_unsubscribed_is_asked_once_in_thirty_days(table: type[WebhookItem]) -> None:
    """By one mail, however often that is tried; of two at once one asks."""
    opt_outs, month_ms = DynamoOptOuts(table), 30 * DAY * 1000
    opt_outs.note("1010", "digest", NOON_MS)

    asked = [
        opt_outs.ask("1010", "digest", mail, NOON_MS + later)
        for mail, later in (("m1", 0), ("m2", 0), ("m1", 1), ("m2", month_ms), ("m2", month_ms + 1))
    ]

    assert asked == [True, False, True, False, True]
