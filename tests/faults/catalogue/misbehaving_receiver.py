"""The misbehaviours among faults 1 to 25 of the catalogue that a receiver commits alone."""

import gzip
from dataclasses import dataclass

from recado.rules.sending.attempt import FailureClass
from tests.support.receivers.rude import (
    CHUNKED,
    UNFINISHED,
    Behaviour,
    Connection,
    answer,
    answering,
    continue_without_end,
    flood,
    sending,
)

TIMEOUT = FailureClass.TIMEOUT
PROTOCOL = FailureClass.PROTOCOL


@dataclass(frozen=True)
class Failing:
    """A misbehaviour that must be met with a retry: how it shows, and for how long the next attempt is put off."""

    behaviour: Behaviour
    failure_class: FailureClass
    wait_seconds: int = 5


def at_first(behaviour: Behaviour) -> Behaviour:
    """Misbehave towards the first connection, and acknowledge what comes after it."""
    behaviours = [behaviour]

    def behave(connection: Connection) -> None:
        (behaviours.pop() if behaviours else answering())(connection)

    return behave


def refuse_early(connection: Connection) -> None:
    """Refuse a body by its length, before it has been read."""
    connection.read_head()
    connection.send(answer("413 Too Large", b"too large"))


def answer_late(connection: Connection) -> None:
    """Acknowledge after the response timeout, which is a second here."""
    connection.read_post()
    if connection.wait(1.5):
        connection.send(answer("200 OK"))


def redirect_to_itself(connection: Connection) -> None:
    """Send the sender round in circles."""
    host = connection.read_post().headers["host"]
    connection.send(answer("307 Temporary Redirect", b"", f"Location: http://{host}/hooks?a=b"))


SUCCESSES: dict[str, Behaviour] = {
    "02 hang after 2xx headers": sending(UNFINISHED, then=Connection.wait),
    "04 body drip after 2xx": sending(UNFINISHED, then=lambda connection: connection.drip(b"x" * 1000)),
    "06 reset in the middle of a 2xx body": sending(UNFINISHED, b"xxx", then=Connection.reset),
    "07 body of 10 GB": sending(UNFINISHED, then=flood),
    "08 gzip bomb": answering("200 OK", gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip"),
    "09 invalid chunking after 2xx": sending(CHUNKED, b"no number\r\n\r\n"),
    "11 early hints, then 200": sending(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", answer("200 OK")),
}

FAILURES: dict[str, Failing] = {
    "01 no response": Failing(sending(then=Connection.wait), TIMEOUT),
    "03 header drip": Failing(
        sending(b"HTTP/1.1 200 OK\r\n", then=lambda connection: connection.drip(b"X-Header: x\r\n" * 99)), TIMEOUT
    ),
    "05 reset before the response": Failing(sending(then=Connection.reset), FailureClass.CLOSED),
    "10 storm of 100 Continue": Failing(sending(then=continue_without_end), TIMEOUT),
    "12 200 after the response timeout": Failing(answer_late, TIMEOUT),
    "13 redirect loop": Failing(redirect_to_itself, FailureClass.REDIRECT),
    "13 redirect": Failing(answering("301 Moved", b"", "Location: https://new.example/"), FailureClass.REDIRECT),
    "14 redirect to the metadata service": Failing(
        answering("302 Found", b"", "Location: http://169.254.169.254/latest/meta-data/"), FailureClass.REDIRECT
    ),
    "20 conflicting lengths": Failing(
        sending(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nxxxxx"), PROTOCOL
    ),
    "21 endless headers": Failing(
        sending(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % n for n in range(1000)), then=Connection.wait),
        PROTOCOL,
    ),
    "21 endless header": Failing(sending(b"HTTP/1.1 200 OK\r\nX: ", then=flood), PROTOCOL),
    "22 status 000": Failing(sending(b"HTTP/1.1 000 No\r\n\r\n"), PROTOCOL),
    "22 SSH banner": Failing(sending(b"SSH-2.0-OpenSSH_9.9\r\n"), PROTOCOL),
    "23 early 413": Failing(refuse_early, FailureClass.CLIENT_ERROR, wait_seconds=0),
    "25 503 with Retry-After": Failing(
        answering("503 Busy", b"", "Retry-After: 2000"), FailureClass.SERVER_ERROR, wait_seconds=2000
    ),
    "25 429 with Retry-After": Failing(
        answering("429 Too Many", b"", "Retry-After: 600"), FailureClass.CLIENT_ERROR, wait_seconds=600
    ),
    "25 Retry-After of a year, capped": Failing(
        answering("503 Busy", b"", "Retry-After: 31536000"), FailureClass.SERVER_ERROR, wait_seconds=3600
    ),
    "25 Retry-After below the schedule": Failing(
        answering("503 Busy", b"", "Retry-After: 1"), FailureClass.SERVER_ERROR
    ),
}
