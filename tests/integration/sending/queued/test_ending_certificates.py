"""Client certificates that are about to end, as the sweep tells of them, and what a change does to that."""

import json
from dataclasses import replace

import pytest

from recado.ports.endings import Ending
from recado.ports.sending import Sealed
from recado.rules.event.timestamps import to_iso
from recado.rules.webhook.authentication.authentication import CertificateFacts
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook
from tests.support.acts import act_on
from tests.support.alerts import AlertInbox
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import ACCOUNT
from tests.support.system import System

DAY_SECONDS = 24 * 60 * 60
DAY = DAY_SECONDS * 1000
ENDING = "WEBHOOK_CERTIFICATE_ENDING"
FOREVER = 10**15


@pytest.fixture
def inbox(system: System, aws: AwsCalls) -> AlertInbox:
    """Listen for alerts."""
    return AlertInbox(system, aws)


def certificate(system: System, ends_in_days: float, fingerprint: str = "a1") -> CertificateFacts:
    """Build what is known of a certificate that ends so many days from now."""
    now = int(system.clock.milliseconds())
    return CertificateFacts("CN=client", "CN=Root", fingerprint, now, now + round(ends_in_days * DAY))


def add_webhook(system: System, ends_in_days: float = 40) -> Webhook:
    """Register a webhook with a client certificate."""
    return system.add_webhook(
        "https://receiver.example/hooks",
        credentials=Credentials(client_certificate="PEM"),
        client_certificate=certificate(system, ends_in_days),
    )


def change(system: System, webhook: Webhook, version: str, facts: CertificateFacts | None) -> None:
    """Store another version of the webhook's secrets, with this certificate."""
    current = system.webhook(webhook)
    changed = replace(
        current,
        version=current.version + 1,
        updated_at=int(system.clock.milliseconds()),
        secret_version=version,
        client_certificate=facts,
    )
    system.registry.replace(current, changed, act_on(changed), sealed=Sealed(version, b"sealed"))


def sweep_after(system: System, days: float) -> None:
    """Let time pass, and sweep twice."""
    system.clock.advance(round(days * DAY_SECONDS))
    for _ in range(2):
        system.invoke("redelivery", {})


def endings(system: System) -> list[Ending]:
    """Return what the index has."""
    return list(system.endings.due(FOREVER))


def test_it_is_told_thirty_seven_and_one_days_before(system: System, inbox: AlertInbox) -> None:
    """Once each, however often is swept; then there is nothing left in the index."""
    add_webhook(system)
    told = []
    for days in (9.9, 0.2, 22.8, 0.2, 5.8, 0.2, 5):
        sweep_after(system, days)
        told.append(inbox.kinds())

    assert told == [[], [ENDING], [], [ENDING], [], [ENDING], []]
    assert endings(system) == []


def test_it_is_due_at_its_moment(system: System) -> None:
    """Not a millisecond before."""
    add_webhook(system)
    [ending] = endings(system)

    assert list(system.endings.due(ending.told_at)) == [ending]
    assert list(system.endings.due(ending.told_at - 1)) == []


def test_a_mail_and_an_event_name_the_certificate(system: System, inbox: AlertInbox) -> None:
    """With the day on which it ends, and what to do."""
    system.clock.stop()
    webhook = add_webhook(system, 30)
    sweep_after(system, 0.001)
    assert inbox.kinds() == []  # that moment is when it was entered
    sweep_after(system, 23)

    ends = to_iso((webhook.client_certificate or certificate(system, 0)).not_after)
    [mail], [event] = inbox.mails(), inbox.events()
    assert mail["Subject"] == f"Recado: webhook wh_1 of account {ACCOUNT} needs a new client certificate"
    assert f"Client certificate: CN=client, ends at {ends}, in 7 days\n" in mail["Message"]
    assert "What to do: Have another one issued" in mail["Message"]
    assert json.loads(event["Detail"])["clientCertificate"] == {
        "subject": "CN=client",
        "fingerprint": "a1",
        "notAfter": ends,
    }


def test_another_certificate_has_its_own_times(system: System, inbox: AlertInbox) -> None:
    """Nothing is told of the one before."""
    webhook = add_webhook(system)
    sweep_after(system, 11)
    assert inbox.kinds() == [ENDING]

    change(system, webhook, "v2", certificate(system, 100, "b2"))
    sweep_after(system, 69)
    assert inbox.kinds() == []
    sweep_after(system, 2)
    assert inbox.kinds() == [ENDING]


def test_a_secret_that_changes_beside_it_makes_nothing_told_twice_or_not_at_all(
    system: System, inbox: AlertInbox
) -> None:
    """They are kept in one item: neither what was told nor what is due is forgotten with it."""
    webhook = add_webhook(system)
    same = webhook.client_certificate
    sweep_after(system, 11)
    assert inbox.kinds() == [ENDING]
    change(system, webhook, "v2", same)
    sweep_after(system, 0.1)
    assert inbox.kinds() == []

    system.clock.advance(23 * DAY_SECONDS)
    change(system, webhook, "v3", same)
    sweep_after(system, 0.1)
    assert inbox.kinds() == [ENDING]


def test_what_is_taken_away_is_not_told(system: System, inbox: AlertInbox) -> None:
    """Neither a certificate, with other secrets left, nor a webhook."""
    webhook = add_webhook(system)
    assert len(endings(system)) == 1
    change(system, webhook, "v2", None)
    assert endings(system) == []
    change(system, webhook, "v3", certificate(system, 40))
    assert len(endings(system)) == 1

    system.registry.remove(system.webhook(webhook), act_on(webhook))

    assert endings(system) == []
    sweep_after(system, 39)
    assert inbox.kinds() == []


def test_a_certificate_is_not_what_a_sweep_wakes(system: System) -> None:
    """It is in the index of what is due, and yet in none of its partitions of webhooks."""
    add_webhook(system)

    assert list(system.overdue.all()) == []


def test_of_two_who_read_the_same_one_moves_it(system: System) -> None:
    """The write is made on the condition of what was read."""
    add_webhook(system)
    [ending] = endings(system)

    assert system.endings.move(ending, ending.told_at + 1)
    assert not system.endings.move(ending, ending.told_at + 2)
    assert [one.told_at for one in endings(system)] == [ending.told_at + 1]
