"""Mails that do not leave: whose fault that is, who is tried again, and who is held up."""

from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from recado.adapters.dynamodb.accounts.alert_addresses import DynamoAlertAddresses
from recado.ports.alerting import AddressesChangedError
from recado.ports.sending import OurFaultError
from recado.rules.alerting.addresses import AddressBook
from tests.integration.mailing.mailed import ANA, BEA, let_first_fail
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.mailbox import Mailbox


def test_one_address_that_is_refused_holds_no_other_up(mailbox: Mailbox, aws: AwsCalls, log: StringIO) -> None:
    """It is shown with the list and logged, without the address; nothing is tried again."""
    for mail in mailbox.enter(ANA, BEA):
        mailbox.confirm(mail)
    let_first_fail(aws, "MessageRejected")
    mailbox.alert(event_id="e1")

    assert len(mailbox.received()) == 2
    assert [one.get("problem") for one in mailbox.listed().values()] == ["REFUSED", None]
    assert "MessageRejected" in log.getvalue()
    assert "ana@" not in log.getvalue()


def let_no_list_be_kept(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let what became of mails not be kept."""

    def fail(_store: DynamoAlertAddresses, _changed: AddressBook) -> None:
        raise error

    monkeypatch.setattr(DynamoAlertAddresses, "save", fail)


@pytest.mark.parametrize("error", [AddressesChangedError(), OurFaultError("keeping")])
def test_a_refusal_that_cannot_be_kept_is_found_again(
    mailbox: Mailbox, aws: AwsCalls, log: StringIO, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """It is logged at once; the invocation fails, and its repetition shows the problem and mails nobody twice."""
    for mail in mailbox.enter(ANA, BEA):
        mailbox.confirm(mail)
    let_first_fail(aws, "MessageRejected")
    with monkeypatch.context() as patched:
        let_no_list_be_kept(patched, error)
        with pytest.raises(type(error)):
            mailbox.alert(event_id="e1")
    assert "MessageRejected" in log.getvalue()
    assert "mail sent" in log.getvalue()

    let_first_fail(aws, "MessageRejected")
    mailbox.alert(event_id="e1")
    assert [mail.to for mail in mailbox.received()] == [ANA]
    assert mailbox.listed()[ANA]["problem"] == "REFUSED"


def test_what_failed_is_raised_before_what_was_not_kept(
    mailbox: Mailbox, aws: AwsCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing hides why a mail did not leave; who was mailed is not mailed again."""
    for mail in mailbox.enter(ANA, BEA):
        mailbox.confirm(mail)
    let_first_fail(aws, "TooManyRequestsException")
    with monkeypatch.context() as patched:
        let_no_list_be_kept(patched, AddressesChangedError())
        with pytest.raises(OurFaultError, match="TooManyRequestsException"):
            mailbox.alert(event_id="e1")

    assert [mail.to for mail in mailbox.alert(event_id="e1")] == [ANA]


def test_what_fails_for_the_moment_is_tried_again_for_those_alone(mailbox: Mailbox, aws: AwsCalls) -> None:
    """The invocation fails, Lambda repeats it, and who was mailed is not mailed again."""
    for mail in mailbox.enter(ANA, BEA):
        mailbox.confirm(mail)
    let_first_fail(aws, "TooManyRequestsException")
    with pytest.raises(OurFaultError, match="TooManyRequestsException"):
        mailbox.alert(event_id="e1")

    assert [mail.to for mail in mailbox.alert(event_id="e1")] == [ANA]
    assert mailbox.alert(event_id="e1") == []


@pytest.mark.parametrize(
    "code", ["MailFromDomainNotVerifiedException", "AccountSuspendedException", "AccessDenied", "BadRequestException"]
)
def test_what_the_operator_has_to_mend_is_no_fault_of_the_address(told: Mailbox, aws: AwsCalls, code: str) -> None:
    """It fails the invocation, which an alarm watches; the address has no problem."""
    aws.refuse("SendEmail", code)
    with pytest.raises(OurFaultError):
        told.alert()

    assert "problem" not in told.listed()[ANA]


def test_a_sender_that_is_not_verified_is_no_fault_of_the_address(told: Mailbox, monkeypatch: Any) -> None:
    """SES calls that a refused message, too, and names whom it means."""
    message = "Email address is not verified. The following identities failed the check in region US-EAST-1: {}"
    for identity, is_ours in (("alerts@platform.example", True), ("platform.example", True), (ANA, False)):

        def refuse(_mails: Any, _mail: Any, *, text: str = message.format(identity)) -> None:
            raise ClientError({"Error": {"Code": "MessageRejected", "Message": text}}, "SendEmail")

        monkeypatch.setattr("recado.adapters.messaging.ses_mails.SesMails._send", refuse)
        if is_ours:
            with pytest.raises(OurFaultError):
                told.alert()
        else:
            told.alert()
    assert told.listed()[ANA]["problem"] == "REFUSED"
