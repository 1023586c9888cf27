"""The receiver of the benchmarks, in a process of its own: `python -m benchmarks.receiver` prints its address."""

import signal

from local.listener import BROKEN, HEALTHY, Answer, Listener

UP, DOWN = "/up", "/down"


class Receiver(Listener):
    """A receiver that is always broken below `/down`, acknowledges everything else, and keeps nothing."""

    def take(self, _method: str, path: str, _headers: dict[str, str], _body: bytes) -> Answer:
        """Decide the answer by the path."""
        return BROKEN if path.startswith(DOWN) else HEALTHY


def main() -> None:
    """Listen until told to end."""
    with Receiver() as receiver:
        print(receiver.url, flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
