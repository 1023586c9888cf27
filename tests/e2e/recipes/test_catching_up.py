"""The receivers that catch up by themselves, run as they stand: what came while they were down is theirs, once."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest

from local.settings import HOST
from recado.rules.sending.signing import signing_secret
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.receive_gate import Gate, open_gate
from tests.e2e.support.recipes import CATCH_UP_RECIPES, RecipeReceiver, free_port, running
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until
from tests.support.deep import deep_but

CAUGHT_UP, NOT_CAUGHT_UP = "caught up", "not caught up"
# More than a page of the recipes holds.
MANY = 130

each_recipe = pytest.mark.parametrize("recipe", deep_but({"catch_up.py"}, CATCH_UP_RECIPES))


@dataclass
class Product:
    """A receiver that is started again and again in one folder, and the webhook that is for it."""

    recipe: str
    api: ApiClient
    gate: Gate
    folder: Path
    port: int
    webhook_id: str

    @property
    def address(self) -> str:
        """Where the API has the webhook."""
        return f"{WEBHOOKS}/{self.webhook_id}"

    def up(self, secret: str = "") -> AbstractContextManager[RecipeReceiver]:
        """Run the receiver, with another secret perhaps than its webhook's."""
        known = secret or self.api.get(f"{self.address}/signature").json()["secret"]
        webhook = f"{ACCOUNT}/{self.webhook_id}"
        return running(self.recipe, known, self.folder, self.port, RECADO_URL=self.gate.url, WEBHOOK=webhook)

    def switch(self, *, on: bool) -> None:
        """Switch the webhook on or off: what comes while it is off is skipped."""
        self.api.patch(self.address, json={"active": on}).raise_for_status()

    def in_log(self, status: str) -> set[str]:
        """The ids of the events that stand so in the delivery log."""
        pages = {"status": status, "limit": "100"}
        found: set[str] = set()
        while True:
            answer = self.api.get(f"{self.address}/deliveries", params=pages).json()
            found |= {one["eventId"] for one in answer["deliveries"]}
            if "nextCursor" not in answer:
                return found
            pages["cursor"] = answer["nextCursor"]

    def kept(self) -> Counter[str]:
        """How often each event was kept, from the first start on."""
        lines = [line for file in self.folder.glob("output-*") for line in file.read_text().splitlines()]
        return Counter(line.split()[2] for line in lines if line.startswith("kept "))


@pytest.fixture
def gate(api: ApiClient) -> Iterator[Gate]:
    """The way that the receiver asks through."""
    with open_gate(api.api_url) as opened:
        yield opened


@pytest.fixture
def product(recipe: str, api: ApiClient, gate: Gate, tmp_path: Path, add_webhook: AddWebhook) -> Product:
    """A receiver that was not started yet, with its webhook."""
    port = free_port()
    webhook = add_webhook(f"http://{HOST}:{port}/", "CI_STATS", authentication={"type": "SIGNATURE"})
    return Product(recipe, api, gate, tmp_path, port, webhook["webhookId"])


def once(*ids: str) -> Counter[str]:
    """Each of these events once."""
    return Counter(ids)


@each_recipe
def test_a_receiver_that_was_down_has_each_event_once_by_itself(product: Product, publish: Publish) -> None:
    """What was delivered before, what was skipped meanwhile, and what waits and still comes by itself as well."""
    with product.up() as receiver:
        until(lambda: receiver.lines(CAUGHT_UP), "the first walk")
        delivered = [publish("CI_STATS", data={"note": "é 👋"}) for _ in range(2)]
        until(lambda: product.in_log("DELIVERED") == {*delivered}, "what comes before")

    product.switch(on=False)
    skipped = [publish("CI_STATS") for _ in range(3)]
    until(lambda: product.in_log("SKIPPED") == {*skipped}, "what is skipped")
    product.switch(on=True)
    waiting = [publish("CI_STATS") for _ in range(2)]
    until(lambda: product.in_log("PENDING") == {*waiting}, "what waits")

    with product.up() as receiver:
        until(lambda: len(receiver.lines(CAUGHT_UP)) > 1, "the second walk")
        assert product.kept() == once(*delivered, *skipped, *waiting)
        until(lambda: product.in_log("DELIVERED") == {*delivered, *waiting}, "what waited is delivered")
        assert product.kept() == once(*delivered, *skipped, *waiting)


@each_recipe
def test_a_crash_in_the_middle_of_a_walk_loses_nothing(product: Product, publish: Publish, gate: Gate) -> None:
    """The next start reads all of it again, and keeps what is not known; only then is it noted how far it was read."""
    product.switch(on=False)
    ids = [publish("CI_STATS") for _ in range(MANY)]
    until(lambda: len(product.in_log("SKIPPED")) == MANY, "all are skipped")
    product.switch(on=True)

    go_on = threading.Event()
    gate.before = lambda number: number > 1 and go_on.wait(ARRIVES)
    with product.up() as receiver:
        until(lambda: len(gate.asked) > 1, "the second page is asked for")
        receiver.crash()
        go_on.set()
    assert 0 < len(product.kept()) < MANY
    gate.asked.clear()
    for _ in range(2):
        with product.up() as receiver:
            walks = len(receiver.lines(CAUGHT_UP))
            until(lambda: len(receiver.lines(CAUGHT_UP)) > walks, "the walk")  # noqa: B023 - called at once

    assert product.kept() == once(*ids)
    resumed = ["arrivedFrom" in asked for asked in gate.asked]
    assert resumed == sorted(resumed)
    assert {*resumed} == {False, True}


@each_recipe
def test_a_receiver_waits_as_it_is_told(product: Product, publish: Publish, gate: Gate) -> None:
    """Whoever asks too often is told for how long to wait, and asks again then, by a request that is signed anew."""
    product.switch(on=False)
    event_id = publish("CI_STATS")
    until(lambda: product.in_log("SKIPPED"), "what is skipped")
    product.switch(on=True)
    gate.answers = [(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": "1"})] * 2

    with product.up() as receiver:
        until(lambda: receiver.lines(CAUGHT_UP), "the walk")

    assert (product.kept(), len(gate.asked)) == (once(event_id), 3)


@each_recipe
def test_what_is_refused_is_said_and_the_receiver_goes_on(product: Product, publish: Publish) -> None:
    """With the secret of another webhook, and while the webhook is off: the answer's status is in one line."""
    with product.up(signing_secret.generate()) as receiver:
        [line] = until(lambda: receiver.lines(NOT_CAUGHT_UP), "the refusal")
        assert "401" in line
        assert receiver.post({}, b"{}") == HTTPStatus.UNAUTHORIZED
    product.switch(on=False)
    with product.up() as receiver:
        until(lambda: len(receiver.lines(NOT_CAUGHT_UP)) > 1, "the second refusal")
        assert "409" in receiver.lines(NOT_CAUGHT_UP)[-1]
        product.switch(on=True)
        event_id = publish("CI_STATS")
        until(lambda: product.kept() == once(event_id), "the event")
