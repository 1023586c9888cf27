"""The handbook for publishers: its programs and commands, run as they stand against a stack with the shop's events."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from local import aws
from local.deploying import translation
from local.listener import Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from local.tokens import DEFAULT_ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import ARRIVES, until

PAGE = PROJECT_DIR / "docs" / "publishing.md"
PROGRAMS = PROJECT_DIR / "examples" / "publishing"
ACCOUNT = f"/accounts/{DEFAULT_ACCOUNT}"
# The first time on a machine a program's libraries are fetched and compiled.
_SECONDS = 600
# Each with the tools of the system that it needs; Node.js comes with the project where it is missing.
NEEDS: dict[str, tuple[str, ...]] = {
    "python/publish.py": (),
    "javascript/publish.mjs": (),
    "java/src/main/java/Publish.java": ("java", "mvn"),
    "go/publish.go": ("go",),
    "cli/publish.sh": (),
    "http/publish.sh": ("curl",),
}
each_program = pytest.mark.parametrize(
    "program", [pytest.param(program, marks=pytest.mark.needs(*tools)) for program, tools in NEEDS.items()]
)


def blocks(language: str, about: str) -> list[str]:
    """Return the page's code blocks in this language that hold this text."""
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block for block in found if about in block]


def block(language: str, about: str) -> str:
    """Return the one such code block."""
    [found] = blocks(language, about)
    return found


@pytest.fixture(scope="module")
def shop() -> Iterator[Instance]:
    """A stack of the shop's catalogue, started as the page says."""
    [folder] = re.findall(r"^make start CATALOGUE=(\S+)$", block("sh", "make start"), re.MULTILINE)
    instance = Instance.reserve(variables={"CATALOGUE": str(PROJECT_DIR / folder)})
    try:
        instance.start()
        yield instance
    finally:
        instance.destroy()


@pytest.fixture(scope="module")
def shop_api(shop: Instance) -> ApiClient:
    """The HTTP API for the admin of the account that the page publishes for."""
    return ApiClient(shop.stack.api_url, shop.run("token").stdout.strip())


@pytest.fixture
def subscribed(shop_api: ApiClient, listener: Listener) -> Iterator[Listener]:
    """A receiver whose webhook takes all orders."""
    fields = {"name": "orders", "targetUrl": listener.url, "eventNames": ["order.*"]}
    webhook: dict[str, Any] = shop_api.post(f"{ACCOUNT}/webhooks", json=fields).json()
    yield listener
    assert shop_api.delete(f"{ACCOUNT}/webhooks/{webhook['webhookId']}").status_code == HTTPStatus.NO_CONTENT


@pytest.fixture
def typed(shop: Instance, tmp_path: Path) -> Callable[[str], str]:
    """`typed("…")` types commands of the page into a shell that knows the stack, and returns what they print.

    The examples lie in a folder of the test's own, where they may leave what they build.
    """
    shutil.copytree(
        PROGRAMS, tmp_path / "examples" / "publishing", ignore=shutil.ignore_patterns("node_modules", "target")
    )
    # `make` would look after the virtual environment first.
    lead = block("sh", "make --silent env").replace("make --silent", f"{sys.executable} -m local")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def typing(commands: str) -> str:
        here = f"cd {PROJECT_DIR}\n{lead}\ncd {tmp_path}\n{commands}"
        answer = subprocess.run(  # noqa: S603  the page's own commands
            ["/bin/bash", "-euc", here],
            env={**shop.environment, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    return typing


def put(stack: Stack, **changes: Any) -> None:
    """Put an order onto the bus, with some parts of the entry or its detail changed."""
    name, source = changes.pop("name", "order.paid"), changes.pop("source", stack.event_source)
    detail = {"accountId": int(DEFAULT_ACCOUNT), "timestamp": int(time.time()), "data": paid_order(), **changes}
    entry = {"EventBusName": stack.event_bus_name, "Source": source, "DetailType": name, "Detail": json.dumps(detail)}
    answer = aws.client("events", stack.aws_endpoint_url).put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0


def paid_order() -> dict[str, Any]:
    """Return the data of the event that the page shows."""
    data: dict[str, Any] = json.loads(block("json", '"eventId"'))["data"]
    return data


@each_program
def test_the_page_shows_the_programs_as_they_are(program: str) -> None:
    """What is quoted is what is tested."""
    assert (PROGRAMS / program).read_text(encoding="utf-8") in blocks(r"\w+", "order.paid")


@each_program
def test_a_program_publishes_an_event(
    program: str, typed: Callable[[str], str], subscribed: Listener, shop_api: ApiClient
) -> None:
    """Run as the page says, with region and endpoint of the stack; the receiver gets it, and it is found again."""
    before = time.time()
    printed = typed(block("sh", f"examples/publishing/{program.partition('/')[0]}"))

    [request] = subscribed.wait_for(1, ARRIVES)
    [event] = request.payload["events"]
    assert event["eventId"] in printed
    assert (event["eventName"], event["data"]) == ("order.paid", paid_order())
    seconds = event["timestamp"] / (1 if event["timestamp"] < 1e11 else 1000)
    assert before - 1 <= seconds <= time.time()
    found = until(lambda: outcomes(shop_api, event["eventId"]), "the event is found")
    assert found == ["DELIVERED"]


def outcomes(api: ApiClient, event_id: str) -> list[str]:
    """Return what became of an event at each webhook, once it has left the way."""
    answer = api.get(f"{ACCOUNT}/events/{event_id}")
    found = [one["outcome"] for one in answer.json().get("webhooks", [])]
    return [] if "UNKNOWN" in found else found


def test_an_event_comes_from_another_bus_by_the_rule(
    shop: Instance, typed: Callable[[str], str], subscribed: Listener
) -> None:
    """The product's own bus stays where it is: the template's rule brings its events, once it is deployed."""
    stack = shop.stack
    events = aws.client("events", stack.aws_endpoint_url)
    events.create_event_bus(Name="shop")
    typed(block("sh", "examples/publishing/rule").replace("recado.publisher", stack.event_source))
    detail = {"accountId": 1010, "eventId": "forwarded", "timestamp": int(time.time()), "data": paid_order()}
    entry = {"EventBusName": "shop", "Source": stack.event_source, "DetailType": "order.paid"}
    events.put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])

    [request] = subscribed.wait_for(1, ARRIVES)
    assert request.event_ids == ["forwarded"]


def test_the_rule_stands_in_the_page() -> None:
    """The part of the template that matters is quoted as it is."""
    template = (PROGRAMS / "rule" / "template.yaml").read_text(encoding="utf-8")
    [quoted] = blocks("yaml", "AWS::Events::Rule")
    assert quoted in template
    assert translation.read(PROGRAMS / "rule" / "template.yaml")["Resources"]["ToRecado"]["Properties"]["Targets"]


def test_an_event_published_twice_is_delivered_once(shop: Instance, subscribed: Listener) -> None:
    """Same id and same time; the next event is there, so the second would be."""
    twice = {"eventId": "twice", "timestamp": "2026-01-31T12:00:00Z"}
    put(shop.stack, **twice)
    subscribed.wait_for(1, ARRIVES)
    put(shop.stack, **{**twice, "timestamp": 1_769_860_800_000})
    put(shop.stack, eventId="next")

    received = subscribed.wait_for(2, ARRIVES)
    assert [request.event_ids for request in received] == [["twice"], ["next"]]


def test_a_trace_goes_through(shop: Instance, subscribed: Listener) -> None:
    """The `traceparent` that the page shows in a detail is the receiver's header."""
    shown = json.loads(block("json", "traceparent"))
    put(shop.stack, eventId="traced", traceparent=shown["traceparent"])

    [request] = subscribed.wait_for(1, ARRIVES)
    assert request.headers["traceparent"] == shown["traceparent"]


def test_what_is_refused_ends_where_the_page_says(shop: Instance, shop_api: ApiClient) -> None:
    """On the bus in the dead-letter queue, with the sentence that the page quotes; over HTTP in the answer."""
    page = PAGE.read_text(encoding="utf-8")
    sqs = aws.client("sqs", shop.stack.aws_endpoint_url)
    put(shop.stack, eventId="misspelled", name="order.payed")
    queue = {"QueueUrl": shop.stack.queues["DeadLetterQueue"], "MessageAttributeNames": ["All"]}
    [letter] = until(lambda: sqs.receive_message(**queue).get("Messages"), "the dead letter")
    reason = letter["MessageAttributes"]["reason"]["StringValue"]

    assert json.loads(letter["Body"])["detail"]["eventId"] == "misspelled"
    assert f"`{reason}`" in page
    event = {"eventId": "e1", "eventName": "order.payed", "timestamp": 1, "data": paid_order()}
    answer = shop_api.post(f"{ACCOUNT}/events", json={"events": [event]})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert reason.partition(" ")[2] in answer.text
