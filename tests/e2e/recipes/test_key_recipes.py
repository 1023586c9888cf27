"""The recipes that verify by public keys, run as they stand: on real deliveries, and on all that is not genuine."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from local.settings import HOST
from recado.rules.sending.signing import signing, signing_key, signing_secret
from recado.rules.webhook.authentication.credentials import Credentials
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.recipes import KEY_RECIPES, RecipeReceiver, free_port, running
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import until
from tests.support.deep import deep_unless

TAKEN, REFUSED = HTTPStatus.ACCEPTED, HTTPStatus.UNAUTHORIZED
TOLERANCE_SECONDS = 300
BODY = '{"events":[{"eventId":"e","eventName":"CI_STATS","data":{"note":"é 👋"}}]}'.encode()
KEY, OTHER, UNKNOWN = (signing_key.generate() for _ in range(3))
SECRET = signing_secret.generate()

each_recipe = pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(recipe, marks=(pytest.mark.needs(tool), *deep_unless(recipe == "keys.py")))
        for recipe, tool in KEY_RECIPES.items()
    ],
)


@dataclass
class KeyServer:
    """Answers with a set of public keys, and counts how often it was asked."""

    keys: list[str]
    asked: int = 0
    url: str = ""
    broken: bool = field(default=False)
    seconds: float = 0

    def answer(self) -> tuple[int, bytes]:
        """Status and body."""
        self.asked += 1
        time.sleep(self.seconds)
        if self.broken:
            return HTTPStatus.SERVICE_UNAVAILABLE, b"{}"
        public = [signing_key.public_keys(Credentials(signing_key=key)) for key in self.keys]
        # A kind of key that there may be one day is none of ours.
        other = {"kty": "OKP", "crv": "Ed448", "x": "AA", "kid": "a"}
        keys = [other, *(signing_key.jwk(one) for (one,) in public)]
        return HTTPStatus.OK, json.dumps({"keys": keys}).encode()


@contextmanager
def key_server(*keys: str) -> Iterator[KeyServer]:
    """Serve these keys on loopback."""
    server = KeyServer(list(keys))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = server.answer()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            return

    listening = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    server.url = f"http://{HOST}:{listening.server_address[1]}/keys?webhookId=wh_1"
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def signed(*keys: str, body: bytes = BODY, seconds: int = 0) -> dict[str, str]:
    """The headers of a POST that was signed with a secret and these keys, so many seconds from now."""
    at = int(time.time()) + seconds
    text = signing.signature([SECRET], "msg_1", at, body, keys)
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": text}


def answers(receiver: RecipeReceiver) -> dict[str, int]:
    """The statuses that the receiver answers with, by what was sent."""
    post, headers = receiver.post, signed(KEY)
    later = str(int(headers["webhook-timestamp"]) + 1)
    mine = headers["webhook-signature"].split()[1].removeprefix("v1a,")
    return {
        "genuine": post(headers, BODY),
        "an earlier key that signs along": post(signed(UNKNOWN, OTHER), BODY),
        "the newest of two": post(signed(KEY, UNKNOWN), BODY),
        "tampered body": post(headers, BODY.replace(b"note", b"vote")),
        "longer body": post(headers, BODY + b" "),
        "another id": post({**headers, "webhook-id": "other"}, BODY),
        "another time": post({**headers, "webhook-timestamp": later}, BODY),
        "too old": post(signed(KEY, seconds=-TOLERANCE_SECONDS - 30), BODY),
        "too new": post(signed(KEY, seconds=TOLERANCE_SECONDS + 30), BODY),
        "a key of somebody else": post(signed(UNKNOWN), BODY),
        "time is no number": post({**headers, "webhook-timestamp": "soon"}, BODY),
        "signed by the secret alone": post(signed(), BODY),
        "another scheme": post({**headers, "webhook-signature": f"v1,{mine}"}, BODY),
        "a short signature": post({**headers, "webhook-signature": f"v1a,{mine[:40]}"}, BODY),
        "no base64": post({**headers, "webhook-signature": "v1a,%%% v1a, v1a é"}, BODY),
        "no JSON, not signed": post({"webhook-id": "x"}, b"{"),
        "a huge body": post(headers, b" " * 1_000_001),
        **{f"without {name}": post({**headers, name: ""}, BODY) for name in headers},
    }


@each_recipe
def test_recipe_takes_what_one_of_the_keys_has_signed_and_nothing_else(recipe: str, tmp_path: Path) -> None:
    """Only the bytes as they were signed, lately; however much else comes, the keys are fetched once."""
    with key_server(KEY, OTHER) as server, running(recipe, server.url, tmp_path) as receiver:
        found = answers(receiver)

    taken = {case for case, status in found.items() if status == TAKEN}
    assert taken == {"genuine", "an earlier key that signs along", "the newest of two"}
    assert found.pop("a huge body") == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert {status for case, status in found.items() if case not in taken} == {REFUSED}
    assert server.asked == 1


@each_recipe
def test_a_post_is_refused_for_now_while_the_keys_cannot_be_fetched(recipe: str, tmp_path: Path) -> None:
    """It is no forgery: it comes again, and is taken then."""
    with key_server(KEY) as server, running(recipe, server.url, tmp_path) as receiver:
        server.broken = True
        status = posted(receiver)
        server.broken = False
        again = posted(receiver)

    assert (status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR, again) == (True, TAKEN)


@each_recipe
def test_many_at_once_fetch_the_keys_once(recipe: str, tmp_path: Path) -> None:
    """Whoever sends forged POSTs side by side must not make a receiver ask as often."""
    with key_server(KEY) as server, running(recipe, server.url, tmp_path) as receiver:
        server.seconds = 0.3
        with ThreadPoolExecutor(8) as senders:
            forged = [senders.submit(receiver.post, signed(UNKNOWN), BODY) for _ in range(8)]
            statuses = {each.result() for each in forged}

    assert (statuses, server.asked) == ({REFUSED}, 1)


def posted(receiver: RecipeReceiver) -> int | None:
    """The status of a genuine POST, None where the connection ends without one."""
    try:
        return receiver.post(signed(KEY), BODY)
    except OSError:
        return None


@each_recipe
def test_recipe_verifies_deliveries_through_a_rotation(
    recipe: str, api: ApiClient, add_webhook: AddWebhook, publish: Publish, tmp_path: Path
) -> None:
    """By the set that the running stack serves to everybody, which it fetched before."""
    port = free_port()
    authentication = {"type": "SIGNATURE", "algorithm": "ED25519"}
    webhook = add_webhook(f"http://{HOST}:{port}/", "CI_STATS", authentication=authentication)
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    keys = f"{api.api_url}/accounts/{ACCOUNT}/webhook-keys.json?webhookId={webhook['webhookId']}"

    with running(recipe, keys, tmp_path, port) as receiver:
        for rotates in (False, True):
            if rotates:
                api.post(f"{address}/signature").raise_for_status()
            event_id = publish("CI_STATS", data={"note": "é 👋"})
            until(lambda: receiver.lines(event_id), "the event kept")  # noqa: B023 - called at once
        found = api.get(f"{address}/deliveries").json()["deliveries"]

    assert [one["statusCode"] for one in found] == [TAKEN, TAKEN]
