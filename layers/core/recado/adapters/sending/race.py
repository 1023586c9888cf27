"""The first of a name's addresses that lets us in, as in RFC 8305: families take turns, and none is waited for alone.

While an address has not answered, the next is tried beside it after a quarter of a second, at once where it has
refused; the first connection wins, the others are closed. No thread is needed: the sockets do not block.
"""

import math
import os
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, zip_longest

from recado.adapters.sending.guard import Address, AddressInfo

_DELAY_SECONDS = 0.25
_SHORTEST_DELAY_SECONDS = 0.01  # RFC 8305 section 5
_MOST_AT_ONCE = 16
"""A process has 1,024 files, and sends to thirty receivers at once; whoever has waited longest makes room."""


def first_connected(
    addresses: Sequence[AddressInfo], ends_at: float, new_socket: Callable[[int], socket.socket]
) -> tuple[socket.socket, Address]:
    """A connection to one of the addresses, and which; all are tried until `ends_at` on the monotonic clock.

    `new_socket` makes a socket of a family. Raises the last address's `OSError`, or `TimeoutError` when time is over.
    """
    waiting = deque(in_turn(addresses))
    race = _Race(new_socket)
    due = 0.0
    try:
        while waiting or race.running:
            now = time.monotonic()
            if now >= ends_at:
                raise TimeoutError("timed out")
            if waiting and now >= due:
                due = now + _delay(ends_at - now, len(waiting))
                if not race.enter(*waiting.popleft()):
                    due = 0.0
                    continue
            running = race.running
            winner = race.winner(min(due, ends_at) - now if waiting else ends_at - now)
            if winner:
                return winner
            if race.running < running:  # one has refused
                due = 0.0
    finally:
        race.end()
    raise race.problem


def in_turn(addresses: Iterable[AddressInfo]) -> list[tuple[int, Address]]:
    """Families and addresses, each once: in the resolver's order, the families taking turns from its first one on."""
    families: dict[int, list[tuple[int, Address]]] = {}
    for family, address in dict.fromkeys((family, address) for family, *_, address in addresses):
        families.setdefault(family, []).append((family, address))
    return [each for each in chain.from_iterable(zip_longest(*families.values())) if each]


def _delay(left: float, waiting: int) -> float:
    """How long an address is waited for before the next: less where all could not be tried in half of the time."""
    return max(_SHORTEST_DELAY_SECONDS, min(_DELAY_SECONDS, left / 2 / waiting))


class _Race:
    """Connections that are being made side by side."""

    def __init__(self, new_socket: Callable[[int], socket.socket]) -> None:
        self._new_socket = new_socket
        self._poll = select.poll()
        self._running: dict[int, tuple[socket.socket, Address]] = {}
        self.problem = OSError("no address was tried")

    @property
    def running(self) -> int:
        """How many have not answered yet."""
        return len(self._running)

    def enter(self, family: int, address: Address) -> bool:
        """Begin to connect to one more; tells whether that is under way."""
        if self.running >= _MOST_AT_ONCE:
            self._leave(next(iter(self._running)))[0].close()
        try:
            connection = self._new_socket(family)
        except OSError as error:  # a family that this machine does not know
            self.problem = error
            return False
        connection.setblocking(False)
        try:
            connection.connect(address)
        except BlockingIOError:
            pass
        except OSError as error:
            connection.close()
            self.problem = error
            return False
        self._running[connection.fileno()] = (connection, address)
        self._poll.register(connection, select.POLLOUT)
        return True

    def winner(self, seconds: float) -> tuple[socket.socket, Address] | None:
        """The first that is connected, if there is one by then; ends early where one has failed."""
        for file, _event in self._poll.poll(math.ceil(max(seconds, 0) * 1000)):
            connection, address = self._leave(file)
            error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not error:
                return connection, address
            connection.close()
            self.problem = OSError(error, os.strerror(error))
        return None

    def end(self) -> None:
        """Close what is still under way."""
        for connection, _address in self._running.values():
            connection.close()
        self._running.clear()

    def _leave(self, file: int) -> tuple[socket.socket, Address]:
        self._poll.unregister(file)
        return self._running.pop(file)
