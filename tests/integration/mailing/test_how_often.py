"""How often somebody is asked or told: no address can be flooded through an account."""

from typing import Any

import pytest

from recado.adapters.dynamodb.accounts.opt_out_store import DynamoOptOuts
from recado.ports.sending import OurFaultError
from recado.rules.alerting.opting_out import OptOut
from tests.integration.mailing.mailed import ANA, BEA, let_first_fail
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.mailbox import Mailbox, ReceivedMail
from tests.support.system import System

DAY_SECONDS = 24 * 60 * 60


def test_nobody_is_asked_more_than_three_times_a_day(mailbox: Mailbox, system: System, aws: AwsCalls) -> None:
    """By whatever accounts and in whatever letters; and whoever may not ask sees it."""
    other = Mailbox(system, aws)

    def asked(box: Mailbox, address: str) -> int:
        system.clock.advance(10 * 60)
        return len(box.enter(address))

    assert [asked(mailbox, ANA) for _ in range(2)] == [1, 1]
    assert [asked(other, ANA.upper()) for _ in range(2)] == [1, 0]
    assert other.listed()[ANA.upper()]["problem"] == "TOO_MANY_MAILS"

    system.clock.advance(DAY_SECONDS)
    assert len(other.enter(ANA.upper())) == 1
    assert "problem" not in other.listed()[ANA.upper()]


def test_a_repeated_request_asks_nobody_once_more(mailbox: Mailbox, system: System) -> None:
    """Only ten minutes after the last mail the same list asks again."""
    assert [len(mailbox.enter(ANA)) for _ in range(2)] == [1, 0]
    system.clock.advance(10 * 60)
    assert len(mailbox.enter(ANA)) == 1


def unsubscribed_and_entered_again(mailbox: Mailbox, mail: ReceivedMail) -> list[ReceivedMail]:
    """Let the owner of an address unsubscribe, and an admin remove and enter it; return what is mailed."""
    assert mailbox.follow("unsubscribe", mail.links["unsubscribe"]).status == 200
    mailbox.put()
    return mailbox.enter(mail.to.upper())


def test_who_has_unsubscribed_is_asked_once_in_thirty_days(mailbox: Mailbox, system: System, aws: AwsCalls) -> None:
    """However often they are entered again; other accounts, and others of the account, may ask as ever."""
    (again,) = unsubscribed_and_entered_again(mailbox, mailbox.enter(ANA)[0])
    assert unsubscribed_and_entered_again(mailbox, again) == []
    assert mailbox.listed()[ANA.upper()]["problem"] == "TOO_MANY_MAILS"
    assert [mail.to for mail in mailbox.enter(ANA, BEA)] == [BEA]
    assert len(Mailbox(system, aws).enter(ANA)) == 1

    system.clock.advance(30 * DAY_SECONDS - 60)
    mailbox.put()
    assert mailbox.enter(ANA) == []
    system.clock.advance(60)
    mailbox.confirm(mailbox.enter(ANA)[0])
    assert len(mailbox.alert()) == 1


def test_who_unsubscribes_after_their_removal_is_asked_seldom_too(mailbox: Mailbox, system: System) -> None:
    """And after a year it is forgotten."""
    (mail,) = mailbox.enter(ANA)
    mailbox.put()
    (again,) = unsubscribed_and_entered_again(mailbox, mail)
    mailbox.put()
    assert mailbox.enter(ANA) == []
    system.clock.advance(365 * DAY_SECONDS)
    for _ in range(2):
        mailbox.put()
        assert len(mailbox.enter(ANA)) == 1
    assert again.to == ANA.upper()


def test_of_two_questions_at_once_one_asks_who_has_unsubscribed(mailbox: Mailbox, monkeypatch: Any) -> None:
    """Also where neither has seen the other's note."""
    (mail,) = mailbox.enter(ANA)
    assert len(unsubscribed_and_entered_again(mailbox, mail)) == 1
    mailbox.put()
    monkeypatch.setattr(DynamoOptOuts, "find", lambda *_: OptOut())

    assert mailbox.enter(ANA) == []


def test_a_question_that_did_not_leave_is_asked_when_it_is_tried_again(mailbox: Mailbox, aws: AwsCalls) -> None:
    """Also of who has unsubscribed."""
    (mail,) = mailbox.enter(ANA)
    assert mailbox.follow("unsubscribe", mail.links["unsubscribe"]).status == 200
    mailbox.put()
    let_first_fail(aws, "TooManyRequestsException")
    with pytest.raises(OurFaultError):
        mailbox.enter(ANA, event_id="e1")
    aws.clear()
    detail = {"accountId": mailbox.api.account, "addressId": mailbox.listed()[ANA]["addressId"]}
    mailbox.invoke("ALERT_ADDRESS_ADDED", detail, "e1")
    assert [one.to for one in mailbox.received()] == [ANA]


def test_an_account_asks_twenty_times_a_day(mailbox: Mailbox) -> None:
    """However many addresses it enters."""
    asked = sum(len(mailbox.enter(*(f"a{turn}{one}@example.com" for one in range(5)))) for turn in range(5))

    assert asked == 20


def test_an_address_gets_thirty_alerts_a_day(told: Mailbox) -> None:
    """The last one says that it is the last; nor does it help to remove the address and enter it again."""
    mails = [mail for _ in range(31) for mail in told.alert()]
    assert len(mails) == 30
    assert ["the last alert" in mail.text for mail in mails] == [False] * 29 + [True]

    told.put()
    told.confirm(told.enter(ANA)[0])
    assert told.alert() == []
    told.system.clock.advance(DAY_SECONDS)
    assert len(told.alert()) == 1


def test_who_was_removed_or_has_answered_is_not_asked(mailbox: Mailbox) -> None:
    """Though the bus tells of it late."""
    (mail,) = mailbox.enter(ANA)
    address_id = mailbox.listed()[ANA]["addressId"]
    detail = {"accountId": mailbox.api.account, "addressId": address_id}
    mailbox.confirm(mail)
    mailbox.aws.clear()
    mailbox.invoke("ALERT_ADDRESS_ADDED", detail)
    mailbox.put()
    mailbox.invoke("ALERT_ADDRESS_ADDED", detail)

    assert mailbox.received() == []
