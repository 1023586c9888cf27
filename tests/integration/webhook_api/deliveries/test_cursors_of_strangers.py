"""Cursors that nobody has been given: refused by name, or a place in the order of one's own deliveries."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS
from tests.support.system import System

REFUSAL = [{"field": "cursor", "message": "must be the nextCursor of another page of the same list"}]
# Half of them are as long as the time in a key, and nearly are one.
PLACES = st.from_regex(r"[0-9]{14,16}[-#][A-Za-z0-9_:.#-]{0,130}", fullmatch=True)
# A real answer takes a while on a busy machine, and the log is only read.
reading = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@dataclass(frozen=True)
class Log:
    """A webhook's deliveries, oldest first, and the cursors of two webhooks: its own, and a stranger's."""

    api: ApiClient
    webhook: Any
    ids: list[str]
    cursors: list[str]

    def look(self, cursor: str) -> None:
        """Ask for the page behind a cursor: it is refused, or shows of one's own what comes after its place."""
        answer = self.api.get(self.api.path(self.webhook, "/deliveries"), {"cursor": cursor, "limit": "100"})
        if answer.status == 422:
            assert answer.json["errors"] == REFUSAL
            return
        assert answer.status == 200, answer.text
        webhook_id, _, place = from_base64(cursor).partition("/")
        assert webhook_id == self.webhook["webhookId"]
        shown = [one["deliveryId"] for one in answer.json["deliveries"]]
        assert shown == sorted((one for one in self.ids if one < place), reverse=True)


@pytest.fixture(scope="module")
def own(system: System, document: ApiDocument) -> Log:
    """Seven deliveries of one account, and a stranger whose deliveries lie between them."""
    api, stranger = ApiClient(system, document), ApiClient(system, document)
    webhook, other = api.create(), stranger.create()
    ids = record(system, *(delivery(webhook["webhookId"], f"e{n}", timestamp=NOON_MS + 2 * n) for n in range(7)))
    record(system, *(delivery(other["webhookId"], f"f{n}", timestamp=NOON_MS + 2 * n + 1) for n in range(7)))
    return Log(api, webhook, ids, [*cursors_of(api, webhook), *cursors_of(stranger, other)])


def cursors_of(api: ApiClient, webhook: Any) -> list[str]:
    """Every cursor that there is."""
    cursors, query = [], {"limit": "1"}
    while cursor := api.get(api.path(webhook, "/deliveries"), query).json.get("nextCursor"):
        cursors.append(cursor)
        query = {"limit": "1", "cursor": cursor}
    return cursors


def from_base64(cursor: str) -> str:
    """Read as a cursor is read."""
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


def in_base64(text: str) -> str:
    """Write as a cursor is written."""
    return base64.urlsafe_b64encode(text.encode(errors="surrogatepass")).decode().rstrip("=")


@reading
@given(st.text(st.characters(exclude_categories=["Cs"])) | (PLACES | st.text()).map(in_base64))
@example("\u0000")
@example(in_base64("0" * 15 + "-e") + "==")
@example(in_base64("9" * 15 + "-" + "~" * 200))
def test_whatever_is_given_as_a_cursor(own: Log, cursor: str) -> None:
    """Any text, as it is or in Base64."""
    own.look(cursor)


@reading
@given(PLACES | st.text(max_size=40))
@example("001727438400000-e0")
@example("9" * 15 + "-" + "z" * 128)
def test_any_place_in_a_webhooks_own_order(own: Log, place: str) -> None:
    """Also one where there is no delivery, and what only looks like one."""
    own.look(in_base64(f"{own.webhook['webhookId']}/{place}"))


@reading
@given(st.data())
def test_a_changed_cursor(own: Log, data: st.DataObject) -> None:
    """A cursor with a few signs lost or replaced, as it is or inside its Base64."""
    cursor = data.draw(st.sampled_from(own.cursors))
    inside = data.draw(st.booleans())
    text = from_base64(cursor) if inside else cursor
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(0, len(text)))
        text = (
            text[:start]
            + data.draw(st.text("0189AZaz-_#:=", max_size=2))
            + text[start + data.draw(st.integers(0, 2)) :]
        )

    own.look(in_base64(text) if inside else text)


@reading
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | PLACES)
@example("001727438400000-f0")
@example("001727438400001-f0#backlog")
@example("001727438400000-e0/redeliver")
@example(".")
def test_whatever_is_given_as_a_delivery_id(own: Log, delivery_id: str) -> None:
    """It is one of one's own, or there is nothing."""
    answer = own.api.get(own.api.path(own.webhook, f"/deliveries/{quote(delivery_id, safe='')}"))

    if delivery_id in own.ids:
        assert answer.json["deliveryId"] == delivery_id
    else:
        assert answer.is_nothing
