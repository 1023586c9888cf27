"""What CPU is told in: a delivery as one would write it first, `requests.post` and then PynamoDB's `save`.

A machine that is slow, or busy, is so for both: their ratio stays.
"""

import itertools
import json
from collections.abc import Callable

import certifi
import requests
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from benchmarks.servers.addresses import UP
from benchmarks.world import World

_TIMEOUT_SECONDS = 5


def naive_delivery(world: World, url: str) -> Callable[[], None]:
    """Return what sends one event to the receiver at this address and keeps it in the deliveries table."""

    class Record(Model):
        class Meta:
            table_name = world.system.stack.physical_id("DeliveriesTable")

        partition = UnicodeAttribute(hash_key=True)
        key = UnicodeAttribute(range_key=True)
        event = UnicodeAttribute()

    account, numbers = world.account(), itertools.count()

    def deliver() -> None:
        event = world.published(account)
        body = {"accountId": int(account.account), "events": [event]}
        requests.post(url + UP, json=body, timeout=_TIMEOUT_SECONDS, verify=certifi.where()).raise_for_status()
        Record("naive", str(next(numbers)), event=json.dumps(event)).save()

    return deliver
