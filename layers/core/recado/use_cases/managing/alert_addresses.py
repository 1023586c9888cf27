"""Alert addresses as an account's admins set them, and as their owners confirm them and unsubscribe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recado.ports.alerting import AddressRegistry, AskAddress, KnownLink, Links, OptOutNotes
from recado.ports.sending import Clock
from recado.rules.activity.activity import Activity, ActivityKind, FieldChange, Requester
from recado.rules.alerting.addresses import (
    AddressBook,
    AlertAddress,
    WantedAddress,
    check_addresses,
    confirmed,
    replaced,
    unsubscribed,
)
from recado.rules.alerting.links import ADDRESS_ID_PREFIX, LinkToken, Purpose
from recado.use_cases.acts import Acts
from recado.use_cases.managing.rewriting import again_on_conflict

_CHANGES = (FieldChange("addresses", hidden=True),)
"""Who reads an account's activity learns who has changed the addresses, and not which there are."""


class MailsOffError(Exception):
    """This deployment mails nobody."""


class UnknownLinkError(Exception):
    """There never was such a link, or the address that it confirms was removed."""


class LinkOverError(Exception):
    """The link is too old, or the address that it confirms has unsubscribed since."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the owner of an address has confirmed, or unsubscribed; None where the account has it no more."""

    account_id: str
    address: AlertAddress | None


_Answer = Callable[[AddressBook, int], tuple[AddressBook, AlertAddress | None]]
"""What an answer at this time makes of a book, and whose it is."""


class AlertAddresses:
    """Keeps the addresses of accounts; `mails` is whether this deployment mails anybody."""

    def __init__(
        self,
        registry: AddressRegistry,
        links: Links,
        *,
        opt_outs: OptOutNotes,
        acts: Acts,
        ask: AskAddress,
        clock: Clock,
        token: Callable[[], str],
        mails: bool,
    ) -> None:
        self.mails = mails
        self._registry = registry
        self._links = links
        self._opt_outs = opt_outs
        self._acts = acts
        self._ask = ask
        self._clock = clock
        self._token = token

    def read(self, account_id: str) -> AddressBook:
        """The addresses as they are now."""
        return self._registry.read(account_id)

    def replace(self, account_id: str, wanted: Sequence[WantedAddress], requester: Requester) -> AddressBook:
        """Let the account have these addresses and no others, and those be asked that have not answered.

        Raises `InvalidAddressError`, `MailsOffError`, `AddressesChangedError`, or `OurFaultError`: then the list may be
        stored, and nobody asked; the same request again asks them.
        """
        if not self.mails:
            raise MailsOffError
        check_addresses(wanted)
        book, asked = self._changed(account_id, wanted, requester)
        for address_id in asked:
            self._ask(account_id, address_id)
        return book

    def remove(self, account_id: str, requester: Requester) -> None:
        """Let the account have no addresses; raises `AddressesChangedError`."""
        self._changed(account_id, (), requester)

    def confirm(self, text: str) -> Answered:
        """Let the address of a link have the alerts; raises `UnknownLinkError` or `LinkOverError`.

        A link is of an entry: whoever was removed and entered again confirms by the mail of that.
        """
        token, _ = self._link(text, Purpose.CONFIRM)

        def answer(book: AddressBook, now: int) -> tuple[AddressBook, AlertAddress]:
            if book.get(token.address_id) is None:
                raise UnknownLinkError
            changed = confirmed(book, token.address_id, now)
            one = None if changed is None else changed.get(token.address_id)
            if changed is None or one is None:
                raise LinkOverError
            return changed, one

        return self._answered(token.account_id, answer)

    def unsubscribe(self, text: str) -> Answered:
        """Let the address of a link have no mail any more; raises `UnknownLinkError` or `LinkOverError`.

        A link is of an address: it ends the mails also after that was removed and entered again. It is remembered
        beside the list, and first, so that it holds whatever becomes of the list.
        """
        token, link = self._link(text, Purpose.UNSUBSCRIBE)
        self._opt_outs.note(token.account_id, link.address_digest, self._clock())

        def answer(book: AddressBook, now: int) -> tuple[AddressBook, AlertAddress | None]:
            one = book.of_digest(link.address_digest)
            changed = None if one is None else unsubscribed(book, one.address_id, now)
            return (book if changed is None else changed), one

        return self._answered(token.account_id, answer)

    def _changed(
        self, account_id: str, wanted: Sequence[WantedAddress], requester: Requester
    ) -> tuple[AddressBook, tuple[str, ...]]:
        @again_on_conflict
        def change() -> tuple[AddressBook, tuple[str, ...]]:
            now = self._clock()
            book = self._registry.read(account_id)
            changed, asked = replaced(book, wanted, self._new_id, now)
            if changed != book:
                kind = ActivityKind.ALERT_ADDRESSES_CHANGED
                act = Activity(self._acts.new_id(), account_id, None, kind, now, requester, _CHANGES)
                self._registry.change(changed, act)
                self._acts.tell(act)
            return changed, asked

        return change()

    def _link(self, text: str, purpose: Purpose) -> tuple[LinkToken, KnownLink]:
        token = LinkToken.read(text)
        link = None if token is None else self._links.find(token)
        if token is None or link is None or link.purpose is not purpose:
            raise UnknownLinkError
        if link.until <= self._clock():
            raise LinkOverError
        return token, link

    def _answered(self, account_id: str, answer: _Answer) -> Answered:
        @again_on_conflict
        def change() -> Answered:
            book = self._registry.read(account_id)
            changed, address = answer(book, self._clock())
            if changed != book:
                self._registry.save(changed)
            return Answered(account_id, address)

        return change()

    def _new_id(self) -> str:
        return ADDRESS_ID_PREFIX + self._token()
