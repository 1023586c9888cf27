"""What was mailed, in the webhooks table: to whom by which event, and how often in 24 hours; all of it goes again."""

from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import MAIL_KEY_PREFIX, WebhookItem
from recado.adapters.faults import as_our_fault
from recado.ports.sending import Clock, OurFaultError
from recado.rules.alerting.flooding import CountedMail, MailPlace, counted

_REMEMBERED_SECONDS = 3 * 24 * 60 * 60  # EventBridge repeats for a day, Lambda for six hours
_COUNTED_SECONDS = 25 * 60 * 60
_TRIES = 8


class DynamoMailed:
    """Remembers whom an event has let be mailed; fills the port `Mailed`."""

    def __init__(self, table: type[WebhookItem], clock: Clock) -> None:
        self._table = table
        self._clock = clock

    @as_our_fault("remembering who is mailed")
    def claim(self, account_id: str, event_id: str, address_id: str) -> bool:
        """Add the address, if it is not there: in one write, so that of two at once one mails."""
        table = self._table
        until = self._clock() // 1000 + _REMEMBERED_SECONDS
        actions: list[Action] = [table.mailed.add({address_id}), table.expires_at.set(until)]
        # Also where there is none: what is not there contains nothing.
        condition = ~table.mailed.contains(address_id)
        return accepted(lambda: self._item(account_id, event_id).update(actions=actions, condition=condition))

    @as_our_fault("forgetting who is mailed")
    def release(self, account_id: str, event_id: str, address_id: str) -> None:
        """Take the address out."""
        self._item(account_id, event_id).update(actions=[self._table.mailed.delete({address_id})])

    def _item(self, account_id: str, event_id: str) -> WebhookItem:
        return self._table(account_id, MAIL_KEY_PREFIX + event_id)


class DynamoMailCounts:
    """Counts mails; fills the port `MailCounts`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("counting mails")
    def take(self, place: MailPlace, mail_id: str, now_ms: int) -> int | None:
        """Count one, on the condition of what was read, so that no number of mails at once gets past the limit."""
        for _ in range(_TRIES):
            version, before = self._read(place)
            after = counted(before, (now_ms, mail_id), place.limit)
            if after is None:
                return None
            if after == before or self._write(place, version, after, now_ms):
                return place.limit - len(after)
        raise OurFaultError("counting mails: others count them too")

    def _read(self, place: MailPlace) -> tuple[int, tuple[CountedMail, ...]]:
        try:
            item = self._table.get(place.of, place.key, consistent_read=True)
        except self._table.DoesNotExist:
            return 0, ()
        return int(item.version), tuple((at, mail_id) for at, mail_id in item.mails)

    def _write(self, place: MailPlace, version: int, after: tuple[CountedMail, ...], now_ms: int) -> bool:
        table = self._table
        item = table(
            place.of,
            place.key,
            mails=[list(one) for one in after],
            version=version + 1,
            expires_at=now_ms // 1000 + _COUNTED_SECONDS,
        )
        condition = table.version == version if version else table.webhook_id.does_not_exist()
        return accepted(lambda: item.save(condition=condition))
