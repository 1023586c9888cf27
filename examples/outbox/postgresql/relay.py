"""Bring the events of an outbox in PostgreSQL onto Recado's bus; run one, or as many as you like.

An event leaves the table only after the bus has accepted it, in the transaction that holds it meanwhile. Whatever dies
in between, it is published again with the id and the time that it was written with, and so delivered once.
"""

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import boto3
import psycopg
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

# PutEvents takes ten. What another relay holds is left to it; what was refused waits, out of the way of the others.
TAKE = """
    select position, event_name, detail::text from outbox where next_try <= now()
    order by next_try, position limit 10 for update skip locked
"""
DELETE = "delete from outbox where position = %s"
WAIT = """
    update outbox set tries = tries + 1, error = %s, next_try = now() + least(300, 2 ^ least(tries, 9)) * interval '1 s'
    where position = %s
"""

Row = tuple[int, str, str]


def publish_some(database: psycopg.Connection[Any], bus: "EventBridgeClient", name: str, source: str) -> int:
    """Publish up to ten events of those that are due; returns how many it has tried."""
    with database.transaction():
        rows: list[Row] = database.execute(TAKE).fetchall()
        for (position, _, _), error in zip(rows, put(bus, rows, name, source), strict=True):
            if error is None:
                database.execute(DELETE, (position,))
            else:
                print(f"refused: outbox {position}: {error}", flush=True)
                database.execute(WAIT, (error, position))
    return len(rows)


def put(bus: "EventBridgeClient", rows: Sequence[Row], name: str, source: str) -> list[str | None]:
    """Put up to ten events onto the bus; for each one None, or why it was refused."""
    if not rows:
        return []
    try:
        answer = bus.put_events(
            Entries=[
                {"EventBusName": name, "Source": source, "DetailType": event_name, "Detail": detail}
                for _, event_name, detail in rows
            ]
        )
    except ClientError as error:
        # Together they may be too large, or one of them is what is refused.
        return [str(error)] if len(rows) == 1 else [each for row in rows for each in put(bus, [row], name, source)]
    # The call succeeds where entries have failed: each has an answer of its own, in the same order.
    return [
        f"{one['ErrorCode']}: {one.get('ErrorMessage')}" if "ErrorCode" in one else None for one in answer["Entries"]
    ]


def main() -> None:
    """Publish for ever; whatever else goes wrong ends the process, for a supervisor to start it again."""
    bus, name = boto3.client("events"), os.environ.get("EVENT_BUS", "recado")
    source = os.environ.get("EVENT_SOURCE", "recado.publisher")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        while True:
            if publish_some(database, bus, name, source) == 0:
                time.sleep(1)


if __name__ == "__main__":
    main()
