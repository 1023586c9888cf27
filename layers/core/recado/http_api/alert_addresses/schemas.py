"""Alert addresses in JSON."""

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from recado.http_api.shared.schemas import Entered, Shown, Time, nullable
from recado.rules.alerting.addresses import (
    ADDRESS_PATTERN,
    MOST_ADDRESSES,
    MOST_CHARACTERS,
    AddressBook,
    AddressProblem,
    AddressState,
    AlertAddress,
    WantedAddress,
)
from recado.rules.alerting.links import TOKEN_PATTERN
from recado.rules.event.timestamps import to_iso
from recado.use_cases.managing.alert_addresses import Answered

Locale = Literal["en", "pt", "es"]

# The rules check it, with one sentence for all that is wrong with it.
Address = Annotated[
    str,
    WithJsonSchema({"type": "string", "format": "email", "pattern": ADDRESS_PATTERN, "maxLength": MOST_CHARACTERS}),
]
Token = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "pattern": TOKEN_PATTERN})],
    Field(description="What the mail's link has behind `=`.", repr=False),
]


class AlertAddressEntered(Entered):
    """An address, and the language of its mails: without one that which it has, or else English."""

    address: Address
    locale: Annotated[Locale | None, Field(json_schema_extra=nullable)] = None


class AlertAddressesEntered(Entered):
    """All addresses that there are to be."""

    addresses: Annotated[list[AlertAddressEntered], Field(max_length=MOST_ADDRESSES)]

    def wanted(self) -> tuple[WantedAddress, ...]:
        """As the use cases take them."""
        return tuple(WantedAddress(one.address, one.locale) for one in self.addresses)


class LinkEntered(Entered):
    """The token of a mail's link."""

    token: Token


class AlertAddressView(Shown):
    """An address that alerts are mailed to once it is `CONFIRMED`.

    `since` is of the state. `problem` says why it got no mail lately: `REFUSED` where the mail service has refused it
    for good, `TOO_MANY_MAILS` where it, or the account, has had as many as there may be in 24 hours, or where it has
    unsubscribed within a year and was asked again within 30 days.
    """

    address_id: str
    address: str
    locale: Locale
    state: AddressState
    since: Time
    mailed_at: Annotated[Time | None, Field(description="When the last mail left, of whichever kind.")] = None
    problem: AddressProblem | None = None


class AlertAddressList(Shown):
    """The addresses, in the order in which they were entered; `mails` is whether this deployment mails anybody."""

    mails: bool
    addresses: list[AlertAddressView]


class LinkAnswer(Shown):
    """What the link was about; `address` lacks where the account does not have it any more, and so mails it nothing."""

    account_id: str
    address: str | None = None


def list_view(book: AddressBook, *, mails: bool) -> AlertAddressList:
    """The addresses of an account, as they are shown."""
    return AlertAddressList(mails=mails, addresses=[_view(one) for one in book.addresses])


def link_answer(answered: Answered) -> LinkAnswer:
    """What a link has done, as it is shown."""
    address = None if answered.address is None else answered.address.address
    return LinkAnswer(account_id=answered.account_id, address=address)


def _view(one: AlertAddress) -> AlertAddressView:
    return AlertAddressView(
        address_id=one.address_id,
        address=one.address,
        locale=one.locale,
        state=one.state,
        since=to_iso(one.since),
        mailed_at=None if one.mailed_at is None else to_iso(one.mailed_at),
        problem=one.problem,
    )
