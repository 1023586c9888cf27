"""The recipes that the console shows, and the examples in frameworks, run as they stand on real deliveries."""

import json
import re
import socket
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests

from local.settings import HOST
from recado.rules.sending.signing import signing, signing_secret
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.deployed_examples import LAMBDA, deployed_receiver
from tests.e2e.support.instance import Instance
from tests.e2e.support.receiving_examples import EXAMPLES, FOLDER
from tests.e2e.support.recipes import CATCH_UP_RECIPES, KEY_RECIPES, RECIPES, RecipeReceiver, free_port, running
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import until
from tests.support.deep import deep_but, deep_unless
from tests.support.documentation.pages import links

Started = Callable[[str, str], AbstractContextManager[RecipeReceiver]]
TAKEN, REFUSED = HTTPStatus.ACCEPTED, HTTPStatus.UNAUTHORIZED
TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000
AT_ONCE = 8
GENUINE = ("genuine", "genuine, said to be JSON", "genuine, said to be a form", "as large as is taken")
BATCH = "batch_1"
# The JDK has no parser of JSON: that recipe keeps each POST once, and leaves its events to who copies it.
KEPT_BY = {"Verify.java": [BATCH]}
SEVERAL = ("CI_STATS", "recado.digest", "CI_STATS")
OTHER_SECRET, THIRD_SECRET = signing_secret.generate(), signing_secret.generate()

NEEDS = {
    **{recipe: (tool,) for recipe, tool in RECIPES.items()},
    **{name: example.needs for name, example in EXAMPLES.items()},
    LAMBDA: (),
}
# Two languages and what is deployed are enough to show what a receiver must do; the others are further examples.
QUICK = {"verify.py", "verify.mjs", LAMBDA}
CASES = {
    recipe: pytest.param(recipe, marks=(pytest.mark.needs(*tools), *deep_unless(recipe in QUICK)))
    for recipe, tools in NEEDS.items()
}
each_recipe = pytest.mark.parametrize("recipe", CASES.values())
# Behind a gateway a function gets whole POSTs alone.
each_server = pytest.mark.parametrize("recipe", [case for recipe, case in CASES.items() if recipe != LAMBDA])


@dataclass(frozen=True)
class Sender:
    """What the owner of a webhook, and who only pretends to be it, can send to its receiver."""

    receiver: RecipeReceiver
    secret: str
    mark: str = field(default_factory=lambda: uuid4().hex)
    genuine: bytes = '{"events":[{"eventId":"e","eventName":"CI_STATS","data":{"note":"é 👋"}}]}'.encode()

    def signed(self, *secrets: str, body: bytes = b"", seconds: int = 0, message_id: str = "msg_1") -> dict[str, str]:
        """The headers of a POST that was signed with these secrets, so many seconds from now."""
        at = int(time.time()) + seconds
        text = signing.signature(list(secrets), message_id, at, body or self.genuine)
        return {"webhook-id": message_id, "webhook-timestamp": str(at), "webhook-signature": text}

    def answers(self) -> dict[str, int]:
        """The statuses that the receiver answers with, by what was sent."""
        body, post, signed = self.genuine, self.receiver.post, self.signed
        headers = signed(self.secret)
        without = {name: {**headers, name: ""} for name in headers}
        later = str(int(headers["webhook-timestamp"]) + 1)
        return {
            "genuine": post(headers, body),
            "genuine, said to be JSON": post({**headers, "content-type": "application/json; charset=utf-8"}, body),
            "genuine, said to be a form": post({**headers, "content-type": "application/x-www-form-urlencoded"}, body),
            "the old secret, in a rotation": post(signed(OTHER_SECRET, self.secret), body),
            "the new secret, in a rotation": post(signed(self.secret, OTHER_SECRET), body),
            "tampered body": post(headers, body.replace(b"note", b"vote")),
            "longer body": post(headers, body + b" "),
            "another id": post({**headers, "webhook-id": "other"}, body),
            "another time": post({**headers, "webhook-timestamp": later}, body),
            "too old": post(signed(self.secret, seconds=-TOLERANCE_SECONDS - 30), body),
            "too new": post(signed(self.secret, seconds=TOLERANCE_SECONDS + 30), body),
            "wrong secrets": post(signed(OTHER_SECRET, THIRD_SECRET), body),
            "time is no number": post({**headers, "webhook-timestamp": "soon"}, body),
            "signature of another kind": post({**headers, "webhook-signature": "v1a,AAAA v1,é"}, body),
            "no JSON, not signed": post({"webhook-id": "x"}, b"{"),
            "as large as is taken": self.large(MOST_BYTES),
            "a huge body": self.large(MOST_BYTES + 1),
            **{f"without {name}": post(changed, body) for name, changed in without.items()},
        }

    def large(self, size: int) -> int:
        """The status that answers a genuine POST of so many bytes, without a word about what they are."""
        body = self.genuine + b" " * (size - len(self.genuine))
        return self.receiver.post(self.signed(self.secret, body=body), body)

    def kept_of_several(self) -> list[str]:
        """The names of the events kept of one POST that was asked for again: one of them is there twice."""
        events = [{"eventId": f"{self.mark}-{name}", "eventName": name, "data": {}} for name in SEVERAL]
        body = json.dumps({"accountId": 1010, "events": events}).encode()
        headers = {**self.signed(self.secret, body=body, message_id=BATCH), "recado-resend": "requested"}
        assert self.receiver.post(headers, body) == TAKEN
        lines = until(lambda: self.receiver.lines(f"{self.mark}-"), "the events kept")
        return sorted(re.findall(r"kept (\S+) ", "\n".join(lines)))


def delivered(api: ApiClient, address: str, *, again: bool) -> dict[str, Any] | None:
    """A delivery of the webhook at this address that has ended well, asked for again or not."""
    found = api.get(f"{address}/deliveries").json()["deliveries"]
    done = [one for one in found if one["status"] == "DELIVERED" and ("redelivery" in one) is again]
    return done[0] if done else None


@pytest.fixture
def started(instance: Instance, tmp_path: Path) -> Started:
    """`started(recipe, secret)` is the receiver that verifies by this secret, started or deployed."""

    def start(recipe: str, secret: str) -> AbstractContextManager[RecipeReceiver]:
        return deployed_receiver(instance, secret) if recipe == LAMBDA else running(recipe, secret, tmp_path)

    return start


@each_recipe
def test_recipe_takes_what_is_genuine_once_and_nothing_else(
    recipe: str, started: Started, api: ApiClient, add_webhook: AddWebhook, publish: Publish
) -> None:
    """A delivery is answered with 202 and kept, sent again it is answered alike and not kept again.

    Only the bytes as they were signed, lately, by the right secret are taken, also when another one signs beside it;
    all else is answered with 401, and what is larger than any POST of ours with 413 before it is read.
    """
    secret = signing_secret.generate()
    with started(recipe, secret) as receiver:
        webhook = add_webhook(receiver.url, "CI_STATS", authentication={"type": "SIGNATURE", "secret": secret})
        address = f"{WEBHOOKS}/{webhook['webhookId']}"
        event_id = publish("CI_STATS", data={"note": "é 👋"})
        delivery = until(lambda: delivered(api, address, again=False), "the delivery")
        assert (delivery["eventId"], delivery["statusCode"]) == (event_id, TAKEN)
        api.post(f"{address}/deliveries/{delivery['deliveryId']}/redeliver").raise_for_status()
        assert until(lambda: delivered(api, address, again=True), "the second delivery")["statusCode"] == TAKEN
        assert len(until(lambda: receiver.lines(event_id), "the event kept")) == 1
        sender = Sender(receiver, secret)
        answers = sender.answers()
        several = [sender.kept_of_several(), sender.kept_of_several()]

    taken = {case for case, status in answers.items() if status == TAKEN}
    assert taken == {*GENUINE, "the old secret, in a rotation", "the new secret, in a rotation"}
    assert answers.pop("a huge body") == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert {status for case, status in answers.items() if case not in taken} == {REFUSED}
    assert several == [KEPT_BY.get(recipe, ["CI_STATS", "recado.digest"])] * 2


@each_recipe
def test_posts_at_once_keep_an_event_once(recipe: str, started: Started) -> None:
    """All of them are answered well, whoever comes first: a sender that got no answer may be at it again already."""
    secret = signing_secret.generate()
    with started(recipe, secret) as receiver, ThreadPoolExecutor(AT_ONCE) as pool:
        sender = Sender(receiver, secret)
        body = sender.genuine.replace(b'"e"', json.dumps(sender.mark).encode())
        headers = sender.signed(secret, body=body, message_id=sender.mark)
        answers = [pool.submit(receiver.post, headers, body) for _ in range(AT_ONCE)]
        assert {answer.result() for answer in answers} == {TAKEN}
        kept = until(lambda: receiver.lines(sender.mark), "the event kept")
    assert len(kept) == 1


@each_server
def test_a_post_that_breaks_off_does_not_end_the_receiver(recipe: str, tmp_path: Path) -> None:
    """A connection that is lost in the middle of a body, which anybody can bring about, costs that POST alone."""
    secret = signing_secret.generate()
    with running(recipe, secret, tmp_path) as receiver:
        address = urlsplit(receiver.url)
        with socket.create_connection((HOST, address.port or 0)) as connection:
            connection.sendall(f"POST {address.path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{{".encode())
            # Closed at once, without a word.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sender = Sender(receiver, secret)
        assert receiver.post(sender.signed(secret), sender.genuine) == TAKEN


@pytest.mark.parametrize(
    "recipe", [*(case for name, case in CASES.items() if name != LAMBDA), *deep_but((), CATCH_UP_RECIPES)]
)
def test_a_receiver_whose_secret_is_empty_takes_nothing(recipe: str, tmp_path: Path) -> None:
    """It ends at its start, or refuses what anybody can sign with an empty key."""
    answers = []
    nobody = f"http://{HOST}:{free_port()}"
    started = running(recipe, "", tmp_path, RECADO_URL=nobody, WEBHOOK="1010/wh_x")
    with suppress(AssertionError, requests.ConnectionError), started as receiver:
        sender = Sender(receiver, "whsec_")
        answers.append(receiver.post(sender.signed("whsec_"), sender.genuine))
    assert TAKEN not in answers


@each_server
def test_a_length_below_nothing_is_not_waited_for(recipe: str, tmp_path: Path) -> None:
    """It is answered, or the connection ends: what is not measured is not read to its end, which may never come."""
    with running(recipe, signing_secret.generate(), tmp_path) as receiver:
        address = urlsplit(receiver.url)
        with socket.create_connection((HOST, address.port or 0), timeout=5) as connection, suppress(ConnectionError):
            connection.sendall(f"POST {address.path} HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n{{".encode())
            connection.recv(100)


@pytest.mark.parametrize("recipe", [CASES[name] for name in EXAMPLES])
def test_a_body_that_does_not_say_its_size_is_bounded(recipe: str, tmp_path: Path) -> None:
    """In chunks nothing that is too large is taken either, also where its signature is right; the next POST is."""
    secret = signing_secret.generate()
    with running(recipe, secret, tmp_path) as receiver:
        sender = Sender(receiver, secret)
        large = sender.genuine + b" " * 2_000_000
        status = answer_to_chunks(receiver.url, sender.signed(secret, body=large), large)
        assert receiver.post(sender.signed(secret), sender.genuine) == TAKEN

    # Where a body without a length is none, its signature is wrong.
    assert status in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, REFUSED, None}


def answer_to_chunks(url: str, headers: dict[str, str], body: bytes) -> int | None:
    """The status of a POST in chunks, None where the connection ends before its body does."""
    chunks = (body[start : start + 50_000] for start in range(0, len(body), 50_000))
    with suppress(requests.ConnectionError):
        return requests.post(url, data=chunks, headers=headers, timeout=20).status_code
    return None


def test_the_handbook_names_every_recipe() -> None:
    """The handbook for receivers links each recipe, so that nobody copies an old one."""
    linked = {address for _, address in links("docs/receiving.md")}
    assert {f"../console/src/recipes/{recipe}" for recipe in (*RECIPES, *KEY_RECIPES)} <= linked


@pytest.mark.parametrize("name", [*EXAMPLES, LAMBDA])
def test_the_table_of_the_examples_says_what_they_are(name: str) -> None:
    """The command is that of their first lines, the library's version that of their manifest."""
    [row] = [line for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if f"]({name})" in line]
    _, _, _, command, _, library, _ = row.split("|")
    code = (FOLDER / name).read_text(encoding="utf-8")
    assert [typed for typed in re.findall(r"`([^`]+)`", command) if typed in code]
    manifests = [
        path.read_text(encoding="utf-8")
        for path in (FOLDER / name.split("/", maxsplit=1)[0]).iterdir()
        if path.is_file()
    ]
    versions = re.findall(r"` ([\d.]+)", library)
    assert versions or "none" in library
    assert [version for version in versions if not any(version in manifest for manifest in manifests)] == []


def test_every_example_has_its_row() -> None:
    """Each folder is linked in the table of the examples."""
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    linked = {address.split("/")[0] for _, address in links("examples/receiving/README.md") if "://" not in address}
    assert folders == linked - {".."}
