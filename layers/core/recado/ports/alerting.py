"""What alerts to an account's own admins need: their addresses, and the links of their mails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from recado.ports.managing import VersionConflictError
from recado.rules.activity.activity import Activity
from recado.rules.alerting.addresses import AddressBook
from recado.rules.alerting.links import LinkToken, Purpose
from recado.rules.alerting.opting_out import OptOut

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
    """A link that was mailed: what it is for, until when (milliseconds since 1970), and the digest of its address."""

    purpose: Purpose
    until: int
    address_digest: str


class Links(Protocol):
    """Knows the links that were mailed, by the digests of their tokens."""

    def find(self, token: LinkToken) -> KnownLink | None:
        """What is known of a link, also for some time after it is over; None where there never was one."""
        ...

    def keep(self, token: LinkToken, link: KnownLink) -> None:
        """Keep a link that is to be mailed, by the digest of its token."""
        ...


class OptOutNotes(Protocol):
    """Is told who has unsubscribed."""

    def note(self, account_id: str, digest: str, now_ms: int) -> None:
        """Remember for a year that the address of this digest wants no mails of the account."""
        ...


class OptOuts(Protocol):
    """Remembers who has unsubscribed, and when they were asked again."""

    def find(self, account_id: str, digest: str, now_ms: int) -> OptOut | None:
        """What is remembered of the address of this digest; None where it has not unsubscribed within a year."""
        ...

    def ask(self, account_id: str, digest: str, mail_id: str, now_ms: int) -> bool:
        """Note that this mail asks one that has unsubscribed; False where another did within 30 days."""
        ...
