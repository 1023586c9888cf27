"""Events on their way to the API: read from a file or a stream, sent in batches."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from recado_cli.calls import ask, entered, new_key
from recado_cli.exits import Exit, Stop, stop_of
from recado_cli.output import Document, Output
from recado_client import Problem, Recado
from recado_client.generated.api.events import publish_events

LARGEST_BATCH = 100
"""How many events the API takes at once."""

_LARGEST_BYTES = 1_000_000  # far below what a request may be, and more than one event can be


def events_of(documents: Iterable[Any]) -> Iterator[Document]:
    """The events in JSON values: each one event, a list of them, or the body of a POST to the API.

    Raises `Stop` for what is none of these.
    """
    for document in documents:
        if isinstance(document, list):
            yield from events_of(document)
        elif isinstance(document, dict) and isinstance(document.get("events"), list):
            yield from events_of(document["events"])
        elif isinstance(document, dict):
            yield whole(document)
        else:
            raise Stop(f"an event is a JSON object, not {json.dumps(document)[:80]}", Exit.USAGE)


def whole(event: Document) -> Document:
    """The event with a new id and the time that it is now, where it has none."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"eventId": str(uuid.uuid4()), "timestamp": now, "data": {}} | event


def batches(events: Iterable[Document], most: int) -> Iterator[list[Document]]:
    """The events in their order, so many together at most, and no more bytes than a request should have."""
    batch: list[Document] = []
    size = 0
    for event in events:
        bytes_of_event = _size(event)
        if batch and (len(batch) == most or size + bytes_of_event > _LARGEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += bytes_of_event
        if len(batch) == most:
            # At once, and not with the next event: of a stream that may be long in coming.
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(event: Document) -> int:
    try:
        return len(json.dumps(event, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError) as error:
        raise Stop(f"event {event.get('eventId')!r} is no JSON in UTF-8: {error}", Exit.USAGE) from None


def publish(recado: Recado, account: str, groups: Iterable[list[Document]], output: Output) -> int:
    """Publish batch by batch, and print what became of each event; returns how many were not accepted.

    Raises `Stop` where a batch is refused, which says how many were published before it.
    """
    done = refused = 0
    for batch in _counted(groups):
        try:
            body = entered({"events": batch})
            results = ask(publish_events, recado, account, body=body, idempotency_key=new_key()).document["results"]
        except Problem as problem:
            raise _refused(problem, done, len(batch)) from problem
        except httpx.HTTPError as error:
            raise _unanswered(error, done, len(batch)) from error
        done += len(batch)
        refused += sum(not result["accepted"] for result in results)
        for result in results:
            if output.as_json:
                output.line(result)
            else:
                said = "accepted" if result["accepted"] else "not accepted"
                output.text("\t".join(filter(None, (result["eventId"], said, result.get("errorCode")))))
    word = "event" if done - refused == 1 else "events"
    output.say(f"{done - refused} {word} published" + (f", {refused} not accepted." if refused else "."))
    return refused


def _counted(groups: Iterable[list[Document]]) -> Iterator[list[Document]]:
    """The same; where reading on is stopped, it is said how many are published by then."""
    done = 0
    try:
        for batch in groups:
            yield batch
            done += len(batch)
    except Stop as stop:
        stop.hint = stop.hint or f"{done} were published before it; no other was"
        raise


def _refused(problem: Problem, done: int, size: int) -> Exception:
    if done == 0 and size == 1:
        return problem
    which = (
        f"events {done + 1} to {done + size}, of which [0] is the first, were refused"
        if size > 1
        else (f"event {done + 1} was refused")
    )
    stop = stop_of(problem)
    return Stop(f"{which}: {stop.message}", stop.code, hint=f"{done} were published before")


def _unanswered(error: httpx.HTTPError, done: int, size: int) -> Stop:
    """Nobody knows what became of the batch: only events with ids of their own can be published again safely."""
    which = f"events {done + 1} to {done + size}" if size > 1 else f"event {done + 1}"
    message = f"no answer about {which}, which may have been published: {error or type(error).__name__}"
    return Stop(message, Exit.UNREACHABLE, f"{done} were published before; with an eventId, again is no second event")
