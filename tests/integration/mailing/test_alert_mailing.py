"""Alerts by mail: who is told, and what a mail says."""

from io import StringIO

from tests.integration.mailing.mailed import ANA
from tests.support.aws.mailbox import Mailbox


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


def test_no_token_and_no_address_is_kept_or_logged(told: Mailbox, log: StringIO) -> None:
    """Tokens are kept as digests, and counts of mails by the digest of the address."""
    (mail,) = told.alert()
    writes = str([call.parameters for call in told.aws.all if call.operation in ("PutItem", "UpdateItem")])

    for token in mail.links.values():
        assert token.rpartition(".")[2] not in writes
        assert token.rpartition(".")[2] not in log.getvalue()
    assert "ana@" not in log.getvalue()
