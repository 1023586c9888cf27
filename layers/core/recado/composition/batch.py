"""The use cases of the batch dispatcher."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from recado.adapters.messaging.drains import LambdaDrains
from recado.adapters.messaging.queues import SqsBatchQueue, SqsDeadLetters
from recado.composition import senders
from recado.composition.catalogue import event_reader
from recado.composition.clients import client, now_ms
from recado.settings import BatchSettings
from recado.use_cases.sending.direct.drain import EXTRA_DRAIN, Drain
from recado.use_cases.sending.direct.redrive import Redrive

_THREADS = 16
_QUEUE_THREADS = 4


class BatchParts(NamedTuple):
    """What the batch dispatcher does: drain on a schedule, and redrive dead letters on command."""

    drain: Drain
    redrive: Redrive


def batch(settings: BatchSettings) -> BatchParts:
    """The batch dispatcher's use cases."""
    sqs, reader = client("sqs"), event_reader(settings.catalogue, settings.validation)
    # Of their own: receivers that are slow hold the others.
    calling = ThreadPoolExecutor(_QUEUE_THREADS, thread_name_prefix="queue")
    queue = SqsBatchQueue(sqs, settings.batch_queue_url, calling)
    drain = Drain(
        reader=reader,
        queue=queue,
        dispatch=senders.dispatch(settings.sender),
        dead_letters=SqsDeadLetters(sqs, settings.dead_letter_queue_url),
        start_drains=LambdaDrains(client("lambda"), settings.function_name, EXTRA_DRAIN).start,
        max_drains=settings.max_drains,
        executor=ThreadPoolExecutor(_THREADS, thread_name_prefix="drain"),
        clock=now_ms,
    )
    dead_letters = SqsBatchQueue(sqs, settings.dead_letter_queue_url, calling)
    return BatchParts(drain, Redrive(reader=reader, dead_letters=dead_letters, queue=queue))
