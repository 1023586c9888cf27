"""A portal session's token is replaced on the condition of the one before."""

from recado.adapters.dynamodb.accounts.portal_store import DynamoPortalSessions
from recado.adapters.dynamodb.tables import SharedConnection, webhooks_table
from recado.rules.portal.session import Capability, PortalSession
from tests.support.events import NOON_MS
from tests.support.system import System

SESSION = PortalSession("0f" * 16, "1010", frozenset({Capability.READ}), NOON_MS)


def test_a_write_whose_answer_was_lost_has_replaced_it(system: System) -> None:
    """Made once more it is a success; with the token from before it is none."""
    sessions = DynamoPortalSessions(webhooks_table(system.stack.physical_id("WebhooksTable"), SharedConnection()))
    sessions.keep(SESSION, "first")

    assert [sessions.renew(SESSION, "first", digest) for digest in ("second", "second", "third")] == [True, True, False]
    assert sessions.find("1010", SESSION.session_id, "second") == SESSION
    assert sessions.find("1010", SESSION.session_id, "first") is None


def test_it_removes_itself(system: System) -> None:
    """Ten minutes after its end: clocks differ, and who reads it goes by its end."""
    table = webhooks_table(system.stack.physical_id("WebhooksTable"), SharedConnection())
    DynamoPortalSessions(table).keep(SESSION, "first")

    (item,) = table.scan()

    assert item.expires_at == NOON_MS // 1000 + 10 * 60
