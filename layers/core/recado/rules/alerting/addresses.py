"""Alert addresses: to whom the alerts of an account are mailed, each of them asked first."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

MOST_ADDRESSES = 5
DEFAULT_LOCALE = "en"
LOCALES = (DEFAULT_LOCALE, "pt", "es")

ASKED_AGAIN_AFTER_MS = 10 * 60 * 1000
"""So long the same list again asks nobody anew who was asked."""

MOST_CHARACTERS = 254  # RFC 5321, 4.5.3.1.3: 256 of a path, which has angle brackets
_MOST_LOCAL_CHARACTERS = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# A dot-atom (RFC 5322, 3.4.1) of ASCII, which is what SES takes, at a host name with a dot. Quoted local parts and
# addresses of machines are left out: nobody reads alerts there.
ADDRESS_PATTERN = rf"^{_ATOM}(\.{_ATOM})*@({_LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])$"
_ADDRESS = re.compile(ADDRESS_PATTERN[1:-1])
ADDRESS_ACCEPTED = (
    f"must be an email address of at most {MOST_CHARACTERS} characters without umlauts or accents, such as "
    "ana@example.com"
)


class AddressState(StrEnum):
    """Whether an address is mailed: one that is asked is not yet, one that has unsubscribed no more."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    UNSUBSCRIBED = "UNSUBSCRIBED"


class AddressProblem(StrEnum):
    """Why an address got no mail lately: its mail was refused for good, or it had as many as it may have in a day."""

    REFUSED = "REFUSED"
    TOO_MANY_MAILS = "TOO_MANY_MAILS"


@dataclass(frozen=True, slots=True)
class AlertAddress:
    """An address; times are milliseconds since 1970: `since` of the state, `mailed_at` of the last mail."""

    address_id: str
    address: str
    locale: str
    state: AddressState
    since: int
    mailed_at: int | None = None
    problem: AddressProblem | None = None


@dataclass(frozen=True, slots=True)
class AddressBook:
    """The addresses of an account. Each change makes the next version; 0 is one that was never stored."""

    account_id: str
    version: int = 0
    addresses: tuple[AlertAddress, ...] = ()

    def get(self, address_id: str) -> AlertAddress | None:
        """The address of this id."""
        return next((one for one in self.addresses if one.address_id == address_id), None)

    def of_digest(self, digest: str) -> AlertAddress | None:
        """The address of this digest, whichever id it has by now."""
        return next((one for one in self.addresses if address_digest(one.address) == digest), None)

    @property
    def confirmed(self) -> tuple[AlertAddress, ...]:
        """Those that alerts are mailed to."""
        return tuple(one for one in self.addresses if one.state is AddressState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class WantedAddress:
    """An address as it was entered; without a locale it keeps the one it has, or gets the default."""

    address: str
    locale: str | None = None


class InvalidAddressError(ValueError):
    """An entered address cannot be one, or is there twice; `position` says which of the list, `reason` why."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


def same_address(address: str) -> str:
    """The same text for addresses that count as one: case is left out, as nearly every mail server does."""
    return address.lower()


def address_digest(address: str) -> str:
    """What stands for an address where it is not to be read: SHA-256, in hexadecimal digits, without case."""
    return hashlib.sha256(same_address(address).encode()).hexdigest()


def check_addresses(wanted: Iterable[WantedAddress]) -> None:
    """Raise `InvalidAddressError` for the first that cannot be an address, or is there before it."""
    seen: set[str] = set()
    for position, one in enumerate(wanted):
        local, _, _ = one.address.rpartition("@")
        is_short = len(one.address) <= MOST_CHARACTERS and len(local) <= _MOST_LOCAL_CHARACTERS
        if not is_short or not _ADDRESS.fullmatch(one.address):
            raise InvalidAddressError(position, ADDRESS_ACCEPTED)
        if same_address(one.address) in seen:
            raise InvalidAddressError(position, "is there twice, upper and lower case counting as one")
        seen.add(same_address(one.address))


def replaced(
    book: AddressBook, wanted: Sequence[WantedAddress], new_id: Callable[[], str], now_ms: int
) -> tuple[AddressBook, tuple[str, ...]]:
    """The book with these addresses and no others, and the ids of those that are to be asked.

    Who stays keeps id and state. Asked is who is new, or waits and gets another language; and where the list is the one
    that is there, everybody who has not answered yet, since that is how one asks again; but for those who were asked a
    moment ago, because a client that got no answer sends the same list again.
    """
    known = {same_address(one.address): one for one in book.addresses}
    addresses = tuple(_kept(known.get(same_address(one.address)), one, new_id, now_ms) for one in wanted)
    unchanged = addresses == book.addresses
    asked = tuple(
        one.address_id
        for one in addresses
        if one.state is AddressState.PENDING and (one not in book.addresses or (unchanged and _may_ask(one, now_ms)))
    )
    return (book if unchanged else replace(book, addresses=addresses)), asked


def _may_ask(one: AlertAddress, now_ms: int) -> bool:
    return one.mailed_at is None or now_ms - one.mailed_at >= ASKED_AGAIN_AFTER_MS


def _kept(known: AlertAddress | None, wanted: WantedAddress, new_id: Callable[[], str], now_ms: int) -> AlertAddress:
    if known is not None:
        return replace(known, locale=wanted.locale or known.locale)
    return AlertAddress(new_id(), wanted.address, wanted.locale or DEFAULT_LOCALE, AddressState.PENDING, now_ms)


def confirmed(book: AddressBook, address_id: str, now_ms: int) -> AddressBook | None:
    """The book with this address confirmed, the same where it is already; None where it is to be told nothing.

    Who has unsubscribed is not confirmed by an older link: whoever wants the mails again has the address added again.
    """
    one = book.get(address_id)
    if one is None or one.state is AddressState.UNSUBSCRIBED:
        return None
    return book if one.state is AddressState.CONFIRMED else _in_state(book, one, AddressState.CONFIRMED, now_ms)


def unsubscribed(book: AddressBook, address_id: str, now_ms: int) -> AddressBook | None:
    """The book with this address told nothing any more, the same where that is so already; None without it."""
    one = book.get(address_id)
    if one is None or one.state is AddressState.UNSUBSCRIBED:
        return None if one is None else book
    return _in_state(book, one, AddressState.UNSUBSCRIBED, now_ms)


def _in_state(book: AddressBook, one: AlertAddress, state: AddressState, now_ms: int) -> AddressBook:
    return with_address(book, replace(one, state=state, since=now_ms, problem=None))


def with_address(book: AddressBook, changed: AlertAddress) -> AddressBook:
    """The book with this address in place of the one of the same id."""
    addresses = tuple(changed if one.address_id == changed.address_id else one for one in book.addresses)
    return replace(book, addresses=addresses)
