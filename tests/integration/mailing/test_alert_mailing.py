"""Alerts by mail: who is asked, who is told, how often, and what becomes of mails that do not leave."""

from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from recado.adapters.dynamodb.accounts.alert_addresses import DynamoAlertAddresses
from recado.adapters.dynamodb.accounts.opt_out_store import DynamoOptOuts
from recado.ports.alerting import AddressesChangedError
from recado.ports.sending import OurFaultError
from recado.rules.alerting.addresses import AddressBook
from recado.rules.alerting.opting_out import OptOut
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.mailbox import SENT, Mailbox, ReceivedMail
from tests.support.system import System

ANA, BEA = "ana@example.com", "bea@example.com"
DAY_SECONDS = 24 * 60 * 60


@pytest.fixture
def mailbox(system: System, aws: AwsCalls) -> Mailbox:
    """Give an account without addresses; SES takes every mail."""
    aws.answer("SendEmail", SENT)
    return Mailbox(system, aws)


@pytest.fixture
def told(mailbox: Mailbox) -> Mailbox:
    """Give an account with one confirmed address."""
    mailbox.confirm(mailbox.enter(ANA)[0])
    return mailbox


def let_first_fail(aws: AwsCalls, code: str) -> None:
    """Let SES refuse the next mail, and take those after it."""

    def take() -> None:
        aws.allow("SendEmail")
        aws.answer("SendEmail", SENT)

    aws.before("SendEmail", lambda: aws.refuse("SendEmail", code), take)


def test_an_entered_address_is_asked_and_nothing_else(mailbox: Mailbox) -> None:
    """In its language, with a link for each answer; alerts go elsewhere until it has confirmed."""
    (mail,) = mailbox.enter(ANA, locale="pt")

    assert (mail.to, mail.subject) == (
        ANA,
        f"Quer receber os alertas de webhooks da conta {mailbox.api.account}?",
    )
    assert set(mail.links) == {"confirm", "unsubscribe"}
    assert mailbox.alert() == []
    assert mailbox.listed()[ANA]["mailedAt"]


def test_a_confirmed_address_is_told_of_alerts(mailbox: Mailbox) -> None:
    """What happened, the last error and its status, what it means, what to do, and where to look."""
    mailbox.confirm(mailbox.enter(ANA, locale="es")[0])
    (mail,) = mailbox.alert()

    assert mail.subject == "El webhook “All courses” está fallando"
    for part in (
        "wh_0f5d1c9a7b3e4d2f8a6c5b4e3d2c1b0a",
        "Eventos pendientes: 12",
        "Último error: Error del receptor, estado 503",
        "Qué significa: Nada se pierde",
        "Qué hacer: Revisa el registro del receptor a esta hora.",
        f"http://localhost:8080/console/accounts/{mailbox.api.account}/webhooks/wh_0f5d1c9a7b3e4d2f8a6c5b4e3d2c1b0a",
    ):
        assert part in mail.text
        assert part in mail.html


def test_a_mail_says_how_a_mail_program_unsubscribes(told: Mailbox) -> None:
    """By one click (RFC 8058), and by a link for people; either ends the mails."""
    (mail,) = told.alert()

    assert mail.headers == {
        "List-Unsubscribe": f"<http://localhost:8080/alert-addresses/unsubscribe?token={mail.links['unsubscribe']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert told.follow("unsubscribe", mail.links["unsubscribe"]).status == 200
    assert told.alert() == []


def test_the_link_of_an_older_mail_unsubscribes_too(told: Mailbox) -> None:
    """Each mail has its own, and all of them work."""
    (first,), (second,) = told.alert(), told.alert()

    assert first.links != second.links
    assert told.follow("unsubscribe", first.links["unsubscribe"]).status == 200
    assert told.follow("unsubscribe", second.links["unsubscribe"]).status == 200


def test_what_somebody_has_entered_is_text(told: Mailbox) -> None:
    """No markup in the HTML, no line break in the subject, and no text that turns around what follows."""
    (mail,) = told.alert(webhookName="<img src=x>\r\nBcc: all@example.com\u202e & co")

    assert mail.subject == "Webhook “<img src=x> Bcc: all@example.com & co” is failing"
    assert "<img" not in mail.html
    assert "&lt;img src=x&gt;" in mail.html


def test_an_event_that_comes_twice_mails_once(told: Mailbox) -> None:
    """As EventBridge and Lambda may bring it."""
    assert len(told.alert(event_id="e1")) == 1
    assert told.alert(event_id="e1") == []


def test_links_lead_to_the_platform_where_it_says_so(told: Mailbox) -> None:
    """Whose users have no account of their own to sign in with."""
    told.system.stack.change_environment("AlertMailerFunction", PORTAL_REFRESH_URL="https://platform.example/hooks")
    told.system.cold_start()

    (mail,) = told.alert()
    assert "https://platform.example/hooks" in mail.text
    assert "/webhooks/wh_" not in mail.text


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


def test_no_token_and_no_address_is_kept_or_logged(told: Mailbox, log: StringIO) -> None:
    """Tokens are kept as digests, and counts of mails by the digest of the address."""
    (mail,) = told.alert()
    writes = str([call.parameters for call in told.aws.all if call.operation in ("PutItem", "UpdateItem")])

    for token in mail.links.values():
        assert token.rpartition(".")[2] not in writes
        assert token.rpartition(".")[2] not in log.getvalue()
    assert "ana@" not in log.getvalue()
