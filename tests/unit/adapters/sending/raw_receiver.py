"""A receiver that keeps the bytes of what it is sent."""

from tests.support.receivers.rude import Connection, Receiver, answer


class RawReceiver(Receiver):
    """Acknowledges, and keeps the bytes of each request up to its body."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.requests: list[bytes] = []

    def _answer(self, connection: Connection) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.socket.recv(65_536)
        self.requests.append(request)
        connection.send(answer())

    def last_head(self) -> list[bytes]:
        """Take the lines of the request that came last, up to its body."""
        return self.requests.pop().partition(b"\r\n\r\n")[0].split(b"\r\n")
