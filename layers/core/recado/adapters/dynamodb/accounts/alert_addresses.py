"""Alert addresses in the webhooks table: one item for an account's addresses, one for each link that was mailed.

All addresses are in one item, so that a list is replaced, or one of them confirmed, in one conditional write.
"""

from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import ALERTS_KEY, LINK_KEY_PREFIX, WebhookItem
from recado.adapters.faults import as_our_fault
from recado.ports.alerting import AddressesChangedError, KnownLink
from recado.rules.activity.activity import Activity
from recado.rules.alerting.addresses import AddressBook, AddressProblem, AddressState, AlertAddress
from recado.rules.alerting.links import LinkToken, Purpose

_KEPT_AFTER_SECONDS = 7 * 24 * 60 * 60
"""So long a link that is over is known, so that its bearer is told that it is over."""


class DynamoAlertAddresses:
    """Reads addresses, and stores what becomes of them; fills the port `AddressReader`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("reading alert addresses")
    def read(self, account_id: str) -> AddressBook:
        """The addresses, read consistently."""
        try:
            item = self._table.get(account_id, ALERTS_KEY, consistent_read=True)
        except self._table.DoesNotExist:
            return AddressBook(account_id)
        return AddressBook(account_id, int(item.version), tuple(map(_from_json, item.alert_addresses)))

    @as_our_fault("keeping alert addresses")
    def save(self, changed: AddressBook) -> None:
        """Store them as the next version; raises `AddressesChangedError`."""
        item = self._item(changed)
        if not accepted(lambda: item.save(condition=self._is_of_version(changed.version))):
            raise AddressesChangedError

    def _item(self, changed: AddressBook) -> WebhookItem:
        # It stays when the last address goes: were it removed, a version could come twice.
        addresses = [_to_json(one) for one in changed.addresses]
        return self._table(changed.account_id, ALERTS_KEY, version=changed.version + 1, alert_addresses=addresses)

    def _is_of_version(self, version: int) -> Condition:
        table = self._table
        return table.version == version if version else table.webhook_id.does_not_exist()


class DynamoAddressRegistry(DynamoAlertAddresses):
    """Keeps addresses as admins change them, each change with its act; fills the port `AddressRegistry`."""

    def __init__(self, table: type[WebhookItem], activities: DynamoActivities) -> None:
        super().__init__(table)
        self._activities = activities

    @as_our_fault("changing alert addresses")
    def change(self, changed: AddressBook, activity: Activity) -> None:
        """Store them as the next version, with the act; raises `AddressesChangedError`."""
        item, condition = self._item(changed), self._is_of_version(changed.version)

        def fill(transaction: TransactWrite) -> None:
            transaction.save(item, condition=condition)

        if not self._activities.together(activity, fill):
            raise AddressesChangedError


class DynamoLinks:
    """Knows the links of mails; fills the port `Links`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("looking up a link")
    def find(self, token: LinkToken) -> KnownLink | None:
        """The link, read consistently: it may be opened as soon as it is mailed.

        The digest, which covers account and address too, is the key: nothing is compared whose time would tell a
        guesser how near they are.
        """
        try:
            item = self._table.get(token.account_id, LINK_KEY_PREFIX + token.digest, consistent_read=True)
        except self._table.DoesNotExist:
            return None
        kept: dict[str, Any] = item.link
        return KnownLink(Purpose(kept["purpose"]), kept["until"], kept["address"])

    @as_our_fault("keeping a link")
    def keep(self, token: LinkToken, link: KnownLink) -> None:
        """Keep the digests of token and address, for as long as the link is good for and a week longer."""
        self._table(
            token.account_id,
            LINK_KEY_PREFIX + token.digest,
            link={"purpose": link.purpose.value, "until": link.until, "address": link.address_digest},
            expires_at=link.until // 1000 + _KEPT_AFTER_SECONDS,
        ).save()


def _to_json(one: AlertAddress) -> dict[str, Any]:
    return {
        "id": one.address_id,
        "address": one.address,
        "locale": one.locale,
        "state": one.state.value,
        "since": one.since,
        "mailed": one.mailed_at,
        "problem": None if one.problem is None else one.problem.value,
    }


def _from_json(kept: dict[str, Any]) -> AlertAddress:
    return AlertAddress(
        address_id=kept["id"],
        address=kept["address"],
        locale=kept["locale"],
        state=AddressState(kept["state"]),
        since=kept["since"],
        mailed_at=kept["mailed"],
        problem=None if kept["problem"] is None else AddressProblem(kept["problem"]),
    )
