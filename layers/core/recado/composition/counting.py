"""The use case of the delivery counter."""

from concurrent.futures import ThreadPoolExecutor

from recado.adapters.dynamodb.accounts.counts_store import DynamoCounts
from recado.adapters.dynamodb.tables import SharedConnection, webhooks_table
from recado.settings import CounterSettings
from recado.use_cases.counting import Counting

_WRITING_THREADS = 8  # a write waits about six times as long for its answer as it computes


def counting(settings: CounterSettings) -> Counting:
    """What adds deliveries up."""
    pool = ThreadPoolExecutor(_WRITING_THREADS, thread_name_prefix="count")
    return Counting(DynamoCounts(webhooks_table(settings.webhooks_table, SharedConnection())), pool.map)
