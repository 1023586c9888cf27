"""Portal sessions in the webhooks table: `portal#<digest of the token>`, which removes itself."""

from typing import Any

from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.conditions import accepted_together
from recado.adapters.dynamodb.tables import PORTAL_KEY_PREFIX, WebhookItem, connection_of
from recado.adapters.faults import as_our_fault
from recado.rules.portal.session import Capability, PortalSession

_KEPT_SECONDS = 600  # clocks differ; what is over is over whether it is there or not


class DynamoPortalSessions:
    """Keeps sessions; fills the port `PortalSessions`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("opening a portal session")
    def keep(self, session: PortalSession, digest: str) -> None:
        """Put it; the digest is of random bits, so that nothing lies there."""
        self._item(session, digest).save()

    @as_our_fault("reading a portal session")
    def find(self, account_id: str, digest: str) -> PortalSession | None:
        """Read it consistently."""
        try:
            item = self._table.get(account_id, PORTAL_KEY_PREFIX + digest, consistent_read=True)
        except self._table.DoesNotExist:
            return None
        return _session(item)

    @as_our_fault("renewing a portal session")
    def move(self, session: PortalSession, digest: str, new_digest: str) -> bool:
        """Delete and put in one transaction, on the condition that it was there: of two who move it one is refused."""
        table = self._table

        def fill(transaction: TransactWrite) -> None:
            transaction.delete(table(session.account_id, PORTAL_KEY_PREFIX + digest), table.webhook_id.exists())
            transaction.save(self._item(session, new_digest))

        return accepted_together(connection_of(table), fill)

    @as_our_fault("ending a portal session")
    def end(self, account_id: str, digest: str) -> None:
        """Delete it."""
        self._table(account_id, PORTAL_KEY_PREFIX + digest).delete()

    @as_our_fault("ending portal sessions")
    def end_all(self, account_id: str) -> None:
        """Delete them one by one: who repeats it after a failure ends the rest."""
        table = self._table
        kept = table.query(account_id, table.webhook_id.startswith(PORTAL_KEY_PREFIX), consistent_read=True)
        for item in kept:
            item.delete()

    def _item(self, session: PortalSession, digest: str) -> WebhookItem:
        fields: dict[str, Any] = {
            "sessionId": session.session_id,
            "capabilities": session.sorted_capabilities,
            "endsAt": session.ends_at,
        }
        if session.user is not None:
            fields["user"] = session.user
        removable_at = session.ends_at // 1000 + _KEPT_SECONDS
        key = PORTAL_KEY_PREFIX + digest
        return self._table(session.account_id, key, portal_session=fields, expires_at=removable_at)


def _session(item: WebhookItem) -> PortalSession:
    fields: Any = item.portal_session
    return PortalSession(
        session_id=fields["sessionId"],
        account_id=item.account_id,
        capabilities=frozenset(map(Capability, fields["capabilities"])),
        ends_at=fields["endsAt"],
        user=fields.get("user"),
    )
