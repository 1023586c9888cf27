"""The use cases of the redelivery function."""

from functools import partial
from typing import NamedTuple

from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.lanes.job_store import DynamoJobs
from recado.adapters.dynamodb.webhooks.due import DynamoOverdue
from recado.composition import senders
from recado.settings import SenderSettings
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.redelivery import Redelivery
from recado.use_cases.sending.queued.sweep import Sweep


class RedeliveryParts(NamedTuple):
    """What the redelivery function does: answer wake-ups, and sweep on a schedule."""

    redelivery: Redelivery
    sweep: Sweep


def redelivery(settings: SenderSettings) -> RedeliveryParts:
    """The redelivery function's use cases."""
    tables = senders.Tables.of(settings)
    ports = senders.ports(settings, tables)
    jobs = DynamoJobs(tables.webhooks, tables.activities)
    pages = Pages(ports, jobs, DynamoDeliveryReader(tables.deliveries))
    beside = (partial(_tell_of_endings, ports, tables), partial(_make_digests, ports, tables))
    sweep = Sweep(ports, overdue=DynamoOverdue(tables.webhooks), beside=beside)
    return RedeliveryParts(Redelivery(ports, pages), sweep)


def _tell_of_endings(ports: SendingPorts, tables: senders.Tables) -> None:
    from recado.adapters.dynamodb.webhooks.endings import DynamoEndings  # noqa: PLC0415 - only sweeps tell
    from recado.use_cases.sending.queued.endings import EndingCertificates  # noqa: PLC0415

    EndingCertificates(ports, DynamoEndings(tables.webhooks))()


def _make_digests(ports: SendingPorts, tables: senders.Tables) -> None:
    from recado.adapters.dynamodb.accounts.counts_store import DynamoCounts  # noqa: PLC0415 - only sweeps make them
    from recado.adapters.dynamodb.deliveries.hour_ends import DynamoEnds  # noqa: PLC0415
    from recado.adapters.dynamodb.webhooks.digests import DynamoDigests  # noqa: PLC0415
    from recado.use_cases.sending.queued.digests import HourlyDigests, Told  # noqa: PLC0415

    told = Told(DynamoCounts(tables.webhooks), DynamoEnds(tables.deliveries))
    HourlyDigests(ports, DynamoDigests(tables.webhooks), told)()
