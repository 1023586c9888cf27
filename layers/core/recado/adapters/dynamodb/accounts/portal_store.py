"""Portal sessions in the webhooks table: `portal#<session id>`, each with the digest of its token.

An item removes itself. A token is replaced within it, on the condition that it is there: what was ended never comes
back, whoever renews it at the same moment.
"""

import hmac
from typing import Any

from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import PORTAL_KEY_PREFIX, WebhookItem
from recado.adapters.faults import as_our_fault
from recado.rules.portal.session import MOST_RENEWALS, Capability, PortalSession

_KEPT_SECONDS = 600  # clocks differ; what is over is over whether it is there or not


class DynamoPortalSessions:
    """Keeps sessions; fills the port `PortalSessions`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("opening a portal session")
    def keep(self, session: PortalSession, digest: str) -> None:
        """Put it; its id is random, so that nothing lies there."""
        fields: dict[str, Any] = {"capabilities": session.sorted_capabilities, "endsAt": session.ends_at}
        if session.user is not None:
            fields["user"] = session.user
        self._table(
            session.account_id,
            PORTAL_KEY_PREFIX + session.session_id,
            portal_session=fields,
            portal_digest=digest,
            used=0,
            expires_at=session.ends_at // 1000 + _KEPT_SECONDS,
        ).save()

    @as_our_fault("reading a portal session")
    def find(self, account_id: str, session_id: str, digest: str) -> PortalSession | None:
        """Read it consistently."""
        try:
            item = self._table.get(account_id, PORTAL_KEY_PREFIX + session_id, consistent_read=True)
        except self._table.DoesNotExist:
            return None
        return _session(item) if hmac.compare_digest(item.portal_digest, digest) else None

    @as_our_fault("renewing a portal session")
    def renew(self, session: PortalSession, digest: str, new_digest: str) -> bool:
        """One write on the condition of the token that asks: of two who renew with it one is refused."""
        table = self._table
        item = table(session.account_id, PORTAL_KEY_PREFIX + session.session_id)
        is_ours = (table.portal_digest == digest) & (table.used < MOST_RENEWALS)
        # A write that is repeated because its answer was lost finds what it has written.
        condition = is_ours | (table.portal_digest == new_digest)
        actions: list[Action] = [table.portal_digest.set(new_digest), table.used.add(1)]
        return accepted(lambda: item.update(actions=actions, condition=condition))

    @as_our_fault("ending a portal session")
    def end(self, session: PortalSession) -> None:
        """Delete it."""
        self._table(session.account_id, PORTAL_KEY_PREFIX + session.session_id).delete()

    @as_our_fault("ending portal sessions")
    def end_all(self, account_id: str) -> None:
        """Delete them one by one: who repeats it after a failure ends the rest."""
        table = self._table
        kept = table.query(account_id, table.webhook_id.startswith(PORTAL_KEY_PREFIX), consistent_read=True)
        for item in kept:
            item.delete()


def _session(item: WebhookItem) -> PortalSession:
    fields: Any = item.portal_session
    return PortalSession(
        session_id=item.webhook_id.removeprefix(PORTAL_KEY_PREFIX),
        account_id=item.account_id,
        capabilities=frozenset(map(Capability, fields["capabilities"])),
        ends_at=fields["endsAt"],
        user=fields.get("user"),
    )
