"""The use case of the delivery counter."""

from recado.adapters.dynamodb.accounts.counts_store import DynamoCounts
from recado.adapters.dynamodb.tables import SharedConnection, webhooks_table
from recado.settings import CounterSettings
from recado.use_cases.counting import Counting


def counting(settings: CounterSettings) -> Counting:
    """What adds deliveries up."""
    return Counting(DynamoCounts(webhooks_table(settings.webhooks_table, SharedConnection())))
