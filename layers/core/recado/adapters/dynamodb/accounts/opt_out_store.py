"""Who has unsubscribed, in the webhooks table: an item for each address of an account, by its digest, for a year."""

from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import OPT_OUT_KEY_PREFIX, WebhookItem
from recado.adapters.faults import as_our_fault
from recado.rules.alerting.opting_out import ASKED_EVERY_MS, REMEMBERED_MS, OptOut


class DynamoOptOuts:
    """Remembers who has unsubscribed; fills the ports `OptOuts` and `OptOutNotes`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("remembering who has unsubscribed")
    def note(self, account_id: str, digest: str, now_ms: int) -> None:
        """Remember it from now on; when the address was asked last stays."""
        until = (now_ms + REMEMBERED_MS) // 1000
        self._item(account_id, digest).update(actions=[self._table.expires_at.set(until)])

    @as_our_fault("looking up who has unsubscribed")
    def find(self, account_id: str, digest: str, now_ms: int) -> OptOut | None:
        """What is remembered, read consistently. Items past their time are removed within days, not at once."""
        try:
            item = self._table.get(account_id, OPT_OUT_KEY_PREFIX + digest, consistent_read=True)
        except self._table.DoesNotExist:
            return None
        if item.expires_at <= now_ms // 1000:
            return None
        return OptOut(None if item.asked_at is None else int(item.asked_at), item.asked_by)

    @as_our_fault("remembering who is asked again")
    def ask(self, account_id: str, digest: str, mail_id: str, now_ms: int) -> bool:
        """Note the time in one write, on the condition that the rule has: so that of two at once one asks."""
        table = self._table
        condition = (
            table.asked_at.does_not_exist() | (table.asked_by == mail_id) | (table.asked_at <= now_ms - ASKED_EVERY_MS)
        )
        actions: list[Action] = [table.asked_at.set(now_ms), table.asked_by.set(mail_id)]
        return accepted(lambda: self._item(account_id, digest).update(actions=actions, condition=condition))

    def _item(self, account_id: str, digest: str) -> WebhookItem:
        return self._table(account_id, OPT_OUT_KEY_PREFIX + digest)
