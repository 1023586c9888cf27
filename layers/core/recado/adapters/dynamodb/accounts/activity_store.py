"""Who did what, in the webhooks table: an item for each act, written in the transaction of what it changes.

A request with an `Idempotency-Key` leaves one more item in that transaction, for a day: it is refused where that is
there already, so that what is written at all is written once (docs/adr/0027-twice-is-once.md).
"""

from typing import Any

from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.conditions import Fill, accepted_together
from recado.adapters.dynamodb.pages import newest_wanted
from recado.adapters.dynamodb.retention import removable_at
from recado.adapters.dynamodb.tables import ACTIVITY_KEY_PREFIX, ONCE_KEY_PREFIX, WebhookItem, connection_of
from recado.adapters.faults import as_our_fault
from recado.ports.activity import ActivityPage, ActivityQuery, DoneBeforeError, KeyReusedError
from recado.rules.activity.activity import Activity, ActivityKind, FieldChange, Requester

KEY_SECONDS = 24 * 60 * 60
"""How long an `Idempotency-Key` counts."""

_MOST_LOOKED_THROUGH = 500  # acts of all webhooks that one call looks through for those of one


class DynamoActivities:
    """Keeps what was done as long as the log; fills the port `ActivityStore`."""

    def __init__(self, table: type[WebhookItem], retention_days: int) -> None:
        self._table = table
        self.retention_days = retention_days
        self._connection = connection_of(table)

    @as_our_fault("keeping what was done")
    def note(self, activity: Activity) -> None:
        """Put it."""
        self._item(activity).save()

    def together(self, activity: Activity, change: Fill) -> bool:
        """Make a change and keep the act, in one transaction; False where a condition of the change does not hold.

        Raises `DoneBeforeError` or `KeyReusedError` where a request of the same key has made its change already.
        """

        def fill(transaction: TransactWrite) -> None:
            change(transaction)
            transaction.save(self._item(activity))
            self._once(transaction, activity)

        if accepted_together(self._connection, fill):
            return True
        self.check(activity.account_id, activity.requester, activity.at)
        return False

    @as_our_fault("looking up what a request has done")
    def check(self, account_id: str, requester: Requester, now_ms: int) -> None:
        """Raise `DoneBeforeError` or `KeyReusedError` where a request of the same key has made its change already."""
        once = requester.once
        if once is None:
            return
        try:
            done = self._table.get(account_id, ONCE_KEY_PREFIX + once.token, consistent_read=True)
        except self._table.DoesNotExist:
            return
        if done.expires_at <= now_ms // 1000:
            return
        if done.request != once.request:
            raise KeyReusedError
        raise DoneBeforeError(done.of_webhook, done.job_id)

    @as_our_fault("listing what was done")
    def newest(self, query: ActivityQuery) -> ActivityPage:
        """One page; it may be short, even empty, where only those of one webhook are wanted."""
        table, of_webhook = self._table, query.webhook_id
        # Items past their time are removed within days, not at once.
        wanted = table.expires_at > query.now_ms // 1000
        most = query.limit + 1  # one more shows that there is another page
        if of_webhook is not None:
            wanted &= table.of_webhook == of_webhook
            most = _MOST_LOOKED_THROUGH
        below = None if query.before is None else ACTIVITY_KEY_PREFIX + query.before
        items, last = newest_wanted(
            table,
            query.account_id,
            ACTIVITY_KEY_PREFIX,
            wanted,
            limit=query.limit,
            below=below,
            most_items_a_call=most,
        )
        next_before = None if last is None else last.removeprefix(ACTIVITY_KEY_PREFIX)
        return ActivityPage([_from_item(item) for item in items], next_before)

    def _once(self, transaction: TransactWrite, activity: Activity) -> None:
        once, table = activity.requester.once, self._table
        if once is None:
            return
        seconds = activity.at // 1000
        item = table(
            activity.account_id,
            ONCE_KEY_PREFIX + once.token,
            request=once.request,
            of_webhook=activity.webhook_id,
            job_id=activity.job_id,
            expires_at=seconds + KEY_SECONDS,
        )
        # Items past their time are removed within days, not at once.
        transaction.save(item, condition=table.webhook_id.does_not_exist() | (table.expires_at <= seconds))

    def _item(self, activity: Activity) -> WebhookItem:
        return self._table(
            activity.account_id,
            f"{ACTIVITY_KEY_PREFIX}{activity.at:015d}#{activity.activity_id}",
            of_webhook=activity.webhook_id,
            activity=_to_json(activity),
            expires_at=removable_at(activity.at, self.retention_days),
        )


def _to_json(activity: Activity) -> dict[str, Any]:
    requester = activity.requester
    return {
        "id": activity.activity_id,
        "kind": activity.kind.value,
        "at": activity.at,
        "by": requester.name,
        "client": requester.client,
        "address": requester.address,
        "changes": [[one.field, one.before, one.after, one.hidden] for one in activity.changes],
        "delivery": activity.delivery_id,
        "job": activity.job_id,
    }


def _from_item(item: WebhookItem) -> Activity:
    kept: dict[str, Any] = item.activity
    return Activity(
        activity_id=kept["id"],
        account_id=item.account_id,
        webhook_id=item.of_webhook,
        kind=ActivityKind(kept["kind"]),
        at=kept["at"],
        requester=Requester(kept["by"], kept["client"], kept["address"]),
        changes=tuple(FieldChange(*one) for one in kept["changes"]),
        delivery_id=kept["delivery"],
        job_id=kept["job"],
    )
