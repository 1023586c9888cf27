"""The time that is told: CPU, of this process and all of its threads."""

import time
from collections.abc import Callable


def cpu_of(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that the work takes this process, all of its threads."""
    began = time.process_time()
    work()
    return time.process_time() - began
