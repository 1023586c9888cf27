"""The outbox in PostgreSQL loses nothing, whoever dies when."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.integration.outbox.bus import Bus
from tests.support.examples import OUTBOX, outbox_module
from tests.support.postgres import postgres

pytestmark = pytest.mark.needs("postgres")

Database = psycopg.Connection[Any]
NEAR = [f"e{number}" for number in range(12)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Run a server for all tests."""
    with postgres() as url:
        yield url


@pytest.fixture
def database(server: str) -> Iterator[Database]:
    """Give a database with an empty outbox."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop table if exists outbox")
        connection.execute((OUTBOX / "postgresql" / "schema.sql").read_bytes())
        yield connection


@pytest.fixture
def bus() -> Bus:
    """Give a bus that takes everything until told otherwise."""
    return Bus()


def write(database: Database, *event_ids: str, data: str = "{}") -> None:
    """Write these events in a transaction."""
    with database.transaction():
        for event_id in event_ids:
            detail = f'{{"accountId": 1010, "eventId": "{event_id}", "timestamp": 1, "data": {data}}}'
            database.execute("insert into outbox (event_name, detail) values ('order.paid', %s)", (detail,))


def publish(database: Database, bus: Bus) -> int:
    """Let a relay publish once."""
    tried: int = outbox_module("postgresql/relay").publish_some(database, bus, "recado", "recado.publisher")
    return tried


def waiting(database: Database) -> list[str]:
    """Return the ids of what the outbox holds."""
    found = database.execute("select detail from outbox order by position").fetchall()
    return [detail["eventId"] for (detail,) in found]


def test_what_was_committed_is_published_and_leaves(database: Database, bus: Bus) -> None:
    """Ten in a call, in their order; what was rolled back never was."""
    write(database, *NEAR)
    with pytest.raises(KeyError), database.transaction():
        write(database, "never")
        raise KeyError

    assert [publish(database, bus) for _ in range(3)] == [10, 2, 0]
    assert bus.ids == NEAR
    assert waiting(database) == []


def test_numbers_are_published_as_they_were_written(database: Database, bus: Bus) -> None:
    """Neither the database nor the relay turns them into floats."""
    write(database, "e1", data='{"price": 19.90, "huge": 1180591620717411303424}')
    publish(database, bus)

    assert '{"price": 19.90, "huge": 1180591620717411303424}' in bus.published[0]


def test_what_fails_waits_out_of_the_way(database: Database, bus: Bus) -> None:
    """The call succeeds, the entry does not: it stays with the reason, and is tried again; the others have left."""
    bus.refused = {"e1": "ThrottlingException"}
    write(database, "e0", "e1", "e2")
    publish(database, bus)

    assert (bus.ids, waiting(database)) == (["e0", "e2"], ["e1"])
    assert database.execute("select tries, error from outbox").fetchall() == [(1, "ThrottlingException: try again")]
    assert publish(database, bus) == 0
    bus.refused = {}
    database.execute("update outbox set next_try = now()")
    publish(database, bus)
    assert (bus.ids, waiting(database)) == (["e0", "e2", "e1"], [])


def test_an_event_that_the_bus_never_takes_holds_up_nobody(database: Database, bus: Bus) -> None:
    """One that makes the whole call fail is found out, however often it was tried."""
    bus.most_bytes = 500
    write(database, "e0", "e1")
    write(database, "large", data=json.dumps({"text": "x" * 500}))
    write(database, "e2")
    database.execute("update outbox set tries = 1000 where detail->>'eventId' = 'large'")
    publish(database, bus)

    assert (bus.ids, waiting(database)) == (["e0", "e1", "e2"], ["large"])


def test_a_death_after_publishing_publishes_again(database: Database, bus: Bus) -> None:
    """The same event, byte for byte, which is delivered once."""
    write(database, "e1")
    bus.dies = True
    with pytest.raises(ConnectionError):
        publish(database, bus)
    assert waiting(database) == ["e1"]
    bus.dies = False
    publish(database, bus)

    assert bus.ids == ["e1", "e1"]
    assert len(set(bus.published)) == 1
    assert waiting(database) == []


def test_two_relays_share_the_work(database: Database, server: str, bus: Bus) -> None:
    """What one holds the other leaves alone, and neither waits."""
    write(database, *NEAR)
    with psycopg.connect(server) as other:
        other.execute(outbox_module("postgresql/relay").TAKE)
        assert publish(database, bus) == 2
        other.rollback()
    publish(database, bus)

    assert bus.ids == [*NEAR[10:], *NEAR[:10]]


def test_a_late_commit_is_not_passed_over(database: Database, server: str, bus: Bus) -> None:
    """An event whose transaction takes longer than those behind it is found all the same."""
    with psycopg.connect(server, autocommit=True) as slow, slow.transaction():
        write(slow, "slow")
        write(database, "quick")
        publish(database, bus)
    publish(database, bus)

    assert bus.ids == ["quick", "slow"]
