"""Faults of ours that a use case survives: they are noted, for whoever counts and tells of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from recado.ports.sending import OurFaultError


@dataclass(slots=True, kw_only=True)
class Survived:
    """What our own side has failed at so far, in the order in which it did."""

    faults: list[Exception] = field(default_factory=list)

    @contextmanager
    def noting_faults(self) -> Iterator[None]:
        """Note what our own side fails at inside, and go on: queues and sweeps bring back what was not finished."""
        try:
            yield
        except OurFaultError as error:
            self.faults.append(error)
