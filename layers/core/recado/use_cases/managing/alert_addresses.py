"""Alert addresses as an account's admins set them, and as their owners confirm them and unsubscribe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recado.ports.alerting import AddressRegistry, AskAddress, Links
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
    """There never was such a link, or its address was removed."""


class LinkOverError(Exception):
    """The link is too old, or its address has unsubscribed since."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the owner of an address has confirmed, or unsubscribed."""

    account_id: str
    address: AlertAddress


class AlertAddresses:
    """Keeps the addresses of accounts; `mails` is whether this deployment mails anybody."""

    def __init__(
        self,
        registry: AddressRegistry,
        links: Links,
        *,
        acts: Acts,
        ask: AskAddress,
        clock: Clock,
        token: Callable[[], str],
        mails: bool,
    ) -> None:
        self.mails = mails
        self._registry = registry
        self._links = links
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
        """Let the address of a link have the alerts; raises `UnknownLinkError` or `LinkOverError`."""
        return self._answered(text, Purpose.CONFIRM, confirmed)

    def unsubscribe(self, text: str) -> Answered:
        """Let the address of a link have no mail any more; raises `UnknownLinkError` or `LinkOverError`."""
        return self._answered(text, Purpose.UNSUBSCRIBE, unsubscribed)

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

    def _answered(
        self, text: str, purpose: Purpose, answer: Callable[[AddressBook, str, int], AddressBook | None]
    ) -> Answered:
        token = LinkToken.read(text)
        link = None if token is None else self._links.find(token)
        if token is None or link is None or link.purpose is not purpose:
            raise UnknownLinkError

        @again_on_conflict
        def change() -> Answered:
            now = self._clock()
            if link.until <= now:
                raise LinkOverError
            book = self._registry.read(token.account_id)
            if book.get(token.address_id) is None:
                raise UnknownLinkError
            changed = answer(book, token.address_id, now)
            if changed is None:
                raise LinkOverError
            if changed != book:
                self._registry.save(changed)
            address = changed.get(token.address_id)
            if address is None:
                raise UnknownLinkError
            return Answered(token.account_id, address)

        return change()

    def _new_id(self) -> str:
        return ADDRESS_ID_PREFIX + self._token()
