"""What the tests of kept connections share: receivers that answer many POSTs of a connection, by HTTP and by HTTPS."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from recado.adapters.sending.http_sender import HttpSender
from tests.support.receivers.rude import Connection, Post, Receiver, answer
from tests.unit.adapters.sending.sending import NAME, AnyUrl, resolving, sender

OK = answer("200 OK", b"ok")
OTHER = answer("404 Not Found", b"other")


@dataclass(frozen=True)
class Scheme:
    """A scheme, as the receiver and the sender need it."""

    name: str
    server: ssl.SSLContext | None
    client: ssl.SSLContext | None

    def url(self, receiver: Receiver, path: str = "/hooks") -> str:
        """Return the receiver's address."""
        return f"{self.name}://{NAME}:{receiver.port}{path}"

    def sender(self, receiver: Receiver) -> HttpSender:
        """Build a sender that finds the receiver by its name."""
        return sender(AnyUrl(True), resolver=resolving(("127.0.0.1", receiver.port)), context=self.client)


def made(receiver: Receiver) -> list[Post]:
    """Return the POSTs that came, without the ends of connections."""
    return [post for post in receiver.posts if post.line]


def answering_each(
    *answers: bytes, then: Callable[[Connection], object] = lambda _connection: None
) -> Callable[[Connection], None]:
    """Answer the POSTs of a connection, one after the other and the last one ever again, and go on."""

    def behave(connection: Connection) -> None:
        count = 0
        while connection.read_post().line:
            connection.send(answers[min(count, len(answers) - 1)])
            count += 1
            then(connection)

    return behave


def on_each(*behaviours: Callable[[Connection], object]) -> Callable[[Connection], None]:
    """Behave differently on each connection, and on all later ones as on the last."""
    left: Iterator[Callable[[Connection], object]] = iter(behaviours)

    def behave(connection: Connection) -> None:
        next(left, behaviours[-1])(connection)

    return behave


def end(connection: Connection) -> None:
    """End the connection, without having said that it would."""
    connection.socket.close()
