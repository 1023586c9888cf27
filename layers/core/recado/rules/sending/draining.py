"""How many drains a queue calls for: by what waits in it, by how large that is, and by how long it has waited."""

from dataclasses import dataclass

MESSAGES_PER_DRAIN = 5_000
BYTES_PER_DRAIN = 64 * 1024 * 1024
AGE_PER_DRAIN_MS = 30 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Received:
    """What a drain has received first: how many messages, their bytes, and the age of the oldest in milliseconds."""

    messages: int
    size: int
    oldest_ms: int


def more_drains(depth: int, received: Received) -> int:
    """How many drains are to be started beside the one that has received this, and sees so many messages wait.

    One more for each five thousand messages, or 64 MB of the size that was seen; and where what comes has waited for
    long, for each half hour of that, as long as anything waits.
    """
    if depth <= 0 or received.messages == 0:
        return 0
    size = depth * received.size // received.messages
    return max(depth // MESSAGES_PER_DRAIN, size // BYTES_PER_DRAIN, received.oldest_ms // AGE_PER_DRAIN_MS)
