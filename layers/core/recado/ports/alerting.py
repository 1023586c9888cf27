"""What alerts to an account's own admins need: their addresses, the links of their mails, and the mails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from recado.ports.managing import VersionConflictError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import Activity
from recado.rules.alerting.addresses import AddressBook
from recado.rules.alerting.flooding import MailPlace
from recado.rules.alerting.letters import Letter
from recado.rules.alerting.links import LinkToken, Purpose

AskAddress = Callable[[str, str], None]
"""Lets an address of an account, by its id, be asked whether it wants the account's alerts; raises `OurFaultError`."""


class AddressesChangedError(VersionConflictError):
    """The addresses of the account were changed meanwhile."""


class AddressReader(Protocol):
    """Reads the alert addresses of accounts, and changes what becomes of them."""

    def read(self, account_id: str) -> AddressBook:
        """The addresses as they are now; an empty book of version 0 where there never was one."""
        ...

    def save(self, changed: AddressBook) -> None:
        """Store the book as the next version, if it still is of the version that was read.

        Raises `AddressesChangedError`.
        """
        ...


class AddressRegistry(AddressReader, Protocol):
    """Keeps the alert addresses of accounts as admins change them."""

    def change(self, changed: AddressBook, activity: Activity) -> None:
        """Store the book as `save` does, and the act with it; raises `AddressesChangedError`."""
        ...


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link that was mailed: what it is for, and until when, in milliseconds since 1970."""

    purpose: Purpose
    until: int


class Links(Protocol):
    """Knows the links that were mailed, by the digests of their tokens."""

    def find(self, token: LinkToken) -> KnownLink | None:
        """What is known of a link, also for some time after it is over; None where there never was one."""
        ...

    def keep(self, token: LinkToken, purpose: Purpose, until: int) -> None:
        """Keep the digest of a token that is to be mailed."""
        ...


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter to an address, and where a mail program unsubscribes it."""

    address: str
    letter: Letter
    one_click_url: str


class MailRefusedError(Exception):
    """The mail service refuses to mail this address, and will; `code` says why, without the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MailUncertainError(OurFaultError):
    """Nobody knows whether the mail left."""


class Mails(Protocol):
    """Sends mails."""

    def send(self, mail: Mail) -> None:
        """Send one; raises `MailRefusedError`, `MailUncertainError`, or `OurFaultError` where it did not leave."""
        ...


class Mailed(Protocol):
    """Remembers whom an event of the bus has let be mailed, for longer than any event is repeated."""

    def claim(self, account_id: str, event_id: str, address_id: str) -> bool:
        """Remember that this address is mailed; False where that is remembered already."""
        ...

    def release(self, account_id: str, event_id: str, address_id: str) -> None:
        """Forget it: no mail left."""
        ...


class MailCounts(Protocol):
    """Counts the mails of the last 24 hours."""

    def take(self, place: MailPlace, mail_id: str, now_ms: int) -> int | None:
        """Count one mail of this place, the same once; how many more there may be, None where it is one too many."""
        ...
