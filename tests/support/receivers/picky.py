"""Receivers on loopback that look at what they get, and do not take all of it."""

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus

from local.listener import HEALTHY, Answer, Listener

EXPRESS_LIMIT_BYTES = 100 * 1024
"""What `express.json()` reads of a body unless it is told otherwise: "100kb"."""

Judge = Callable[[bytes], Answer]


class PickyListener(Listener):
    """A listener whose answer is that of a judge, who gets the body."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def _next_answer(self, _headers: dict[str, str], body: bytes) -> Answer:
        return self.judge(body)


def refusing(mark: bytes, answer: Answer) -> Judge:
    """Refuse every body that holds this."""
    return lambda body: answer if mark in body else HEALTHY


def limited(most_bytes: int = EXPRESS_LIMIT_BYTES) -> Judge:
    """Answer 413 to a larger body, as body-parser does."""
    return lambda body: Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) if len(body) > most_bytes else HEALTHY


def working(seconds: float) -> Judge:
    """Work so long on each event, and answer then."""
    return lambda body: Answer(delay_seconds=seconds * len(ids_of(body)))


def hasty(mark: bytes, stored: list[str], answer: Answer) -> Judge:
    """Store each event in turn, and refuse the whole at the first that holds this; `stored` gets their ids."""

    def judge(body: bytes) -> Answer:
        for text, event_id in zip(texts_of(body), ids_of(body), strict=True):
            if mark in text:
                return answer
            stored.append(event_id)
        return HEALTHY

    return judge


def naming(mark: bytes, word: str) -> Judge:
    """Take all events but those that hold this, and name these, with a word."""

    def judge(body: bytes) -> Answer:
        named = [one for text, one in zip(texts_of(body), ids_of(body), strict=True) if mark in text]
        failures = [{"itemIdentifier": one, "message": word} for one in named]
        return Answer(HTTPStatus.OK, body=json.dumps({"batchItemFailures": failures}).encode())

    return judge


def ids_of(body: bytes) -> Sequence[str]:
    """Return the ids of the events in a body."""
    return [event["eventId"] for event in json.loads(body)["events"]]


def texts_of(body: bytes) -> Sequence[bytes]:
    """Return each event in a body as compact JSON again."""
    return [json.dumps(event, separators=(",", ":")).encode() for event in json.loads(body)["events"]]
