"""The use case of the real-time dispatcher."""

from recado.adapters.messaging.queues import SqsDeadLetters
from recado.composition import senders
from recado.composition.catalogue import event_reader
from recado.composition.clients import client
from recado.settings import RealtimeSettings
from recado.use_cases.sending.direct.realtime import Realtime


def realtime(settings: RealtimeSettings) -> Realtime:
    """The real-time dispatcher's use case."""
    dead_letters = SqsDeadLetters(client("sqs"), settings.dead_letter_queue_url)
    reader = event_reader(settings.catalogue, settings.validation)
    return Realtime(reader=reader, dispatch=senders.dispatch(settings.sender), dead_letters=dead_letters)
