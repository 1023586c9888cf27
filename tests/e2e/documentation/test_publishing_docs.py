"""The handbook for publishers: its programs and commands, run as they stand against a stack with the shop's events."""

import json
import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import pytest

from local import aws
from local.listener import Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from local.tokens import DEFAULT_ACCOUNT
from recado.rules.event.event import InvalidEventError, parse_event
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.publishing_page import EXAMPLES, PAGE, block, blocks, deployed_outbox
from tests.e2e.support.shell import Shell
from tests.e2e.support.waiting import ARRIVES, until
from tests.support.documentation.pages import words
from tests.support.examples import outbox_module
from tests.support.postgres import postgres

pytestmark = pytest.mark.deep

PROGRAMS = EXAMPLES / "publishing"
ACCOUNT = f"/accounts/{DEFAULT_ACCOUNT}"
# Each with what its command is known by.
COMMANDS = {
    "python/publish.py": "publish.py",
    "javascript/publish.mjs": "publish.mjs",
    "java/src/main/java/Publish.java": "pom.xml",
    "go/publish.go": "go run",
    "cli/publish.sh": "cli/publish.sh",
    "http/publish.sh": "http/publish.sh",
}
# The tools of the system that it needs; Node.js comes with the project where it is missing.
NEEDS = {"java/src/main/java/Publish.java": ("java", "mvn"), "go/publish.go": ("go",), "http/publish.sh": ("curl",)}
each_program = pytest.mark.parametrize(
    "program", [pytest.param(program, marks=pytest.mark.needs(*NEEDS.get(program, ()))) for program in COMMANDS]
)


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
def shell(shop: Instance, tmp_path: Path) -> Shell:
    """A shell that the page's commands are typed into."""
    return Shell(shop, tmp_path)


def put(stack: Stack, **changes: Any) -> None:
    """Put an order onto the bus, with some parts of the entry or its detail changed."""
    name, source = changes.pop("name", "order.paid"), changes.pop("source", stack.event_source)
    detail = {"accountId": int(DEFAULT_ACCOUNT), "timestamp": int(time.time()), "data": paid_order(), **changes}
    entry = {"EventBusName": stack.event_bus_name, "Source": source, "DetailType": name, "Detail": json.dumps(detail)}
    answer = aws.client("events", stack.aws_endpoint_url).put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0


def paid_order() -> dict[str, Any]:
    """Return the data of the event that the page shows."""
    data: dict[str, Any] = json.loads(block("json", "customerId"))["data"]
    return data


@each_program
def test_the_page_shows_the_programs_whole(program: str) -> None:
    """What is to be copied is there from its first line to its last."""
    assert (PROGRAMS / program).read_text(encoding="utf-8") in blocks(about="order.paid")


@pytest.mark.parametrize("language", ["python", "js", "java", "go", "bash", "sql", "yaml"])
def test_what_is_quoted_is_what_is_tested(language: str) -> None:
    """Every program and part of one stands in a file of the examples as it is."""
    kinds = (".py", ".mjs", ".java", ".go", ".sh", ".sql", ".yaml")
    files = [path.read_text(encoding="utf-8") for path in EXAMPLES.rglob("*") if path.suffix in kinds]
    quoted = blocks(language)
    assert quoted
    assert [block for block in quoted if not any(block in file for file in files)] == []


@each_program
def test_a_program_publishes_an_event(
    program: str, shop: Instance, shell: Shell, subscribed: Listener, shop_api: ApiClient
) -> None:
    """Run as the page says, with region and endpoint of the stack; the receiver gets it, and it is found again."""
    before = time.time()
    command = block("sh", COMMANDS[program])
    printed = shell.types(command.replace("http://127.0.0.1:8080", shop.stack.api_url))

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


def test_an_event_comes_from_another_bus_by_the_rule(shop: Instance, shell: Shell, subscribed: Listener) -> None:
    """The product's own bus stays where it is: the template's rule brings its events, once it is deployed."""
    stack = shop.stack
    events = aws.client("events", stack.aws_endpoint_url)
    events.create_event_bus(Name="shop")
    shell.types(block("sh", "examples/publishing/rule"))
    detail = {"accountId": 1010, "eventId": "forwarded", "timestamp": int(time.time()), "data": paid_order()}
    entry = {"EventBusName": "shop", "Source": stack.event_source, "DetailType": "order.paid"}
    events.put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])

    [request] = subscribed.wait_for(1, ARRIVES)
    assert request.event_ids == ["forwarded"]


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

    # What an earlier test has published twice may come late, to this webhook for the first time.
    requests = until(lambda: [one for one in subscribed.received if one.event_ids == ["traced"]], "the event")
    assert [request.headers["traceparent"] for request in requests] == [shown["traceparent"]]


def test_what_is_refused_ends_where_the_page_says(shop: Instance, shop_api: ApiClient) -> None:
    """On the bus in the dead-letter queue, with the sentence that the page quotes; over HTTP in the answer."""
    said = {one.text for one in words(PAGE)}
    sqs = aws.client("sqs", shop.stack.aws_endpoint_url)
    put(shop.stack, eventId="misspelled", name="order.payed")
    queue = {"QueueUrl": shop.stack.queues["DeadLetterQueue"], "MessageAttributeNames": ["All"]}
    [letter] = until(lambda: sqs.receive_message(**queue).get("Messages"), "the dead letter")
    reason = letter["MessageAttributes"]["reason"]["StringValue"]

    assert json.loads(letter["Body"])["detail"]["eventId"] == "misspelled"
    assert reason in said
    event = {"eventId": "e1", "eventName": "order.payed", "timestamp": 1, "data": paid_order()}
    answer = shop_api.post(f"{ACCOUNT}/events", json={"events": [event]})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert reason.partition(" ")[2] in answer.text


def test_what_is_too_large_is_refused_in_the_words_of_the_page() -> None:
    """The size that the page names is the one that is kept to."""
    data = {"text": "x" * 256 * 1024}
    with pytest.raises(InvalidEventError) as refused:
        parse_event("order.paid", {"accountId": 1010, "eventId": "large", "timestamp": 1, "data": data})
    assert str(refused.value) in {one.text for one in words(PAGE)}


def test_an_outbox_in_dynamodb_reaches_receivers(
    shop: Instance, subscribed: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recipe's own template, deployed beside Recado: an order that was placed is received, and leaves the table."""
    stack, endpoint = shop.stack, shop.stack.aws_endpoint_url
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    outbox = deployed_outbox(shop)
    dynamodb = aws.client("dynamodb", endpoint)
    dynamodb.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
    )
    assert stack.event_source == "recado.publisher"
    outbox_module("dynamodb/place_order").place(paid_order(), "orders", outbox)

    [request] = subscribed.wait_for(1, ARRIVES)
    [event] = request.payload["events"]
    assert (event["eventId"], event["data"]) == ("o-1001-paid", paid_order())
    until(lambda: dynamodb.scan(TableName=outbox)["Items"] == [], "the outbox is empty")


@pytest.mark.needs("postgres")
def test_an_outbox_in_postgresql_reaches_receivers(shop: Instance, shell: Shell, subscribed: Listener) -> None:
    """The page's statements place an order, the relay brings its event; what was committed is received, and leaves."""
    with postgres() as url, psycopg.connect(url, autocommit=True) as database:
        database.execute("create table orders (order_id text primary key, status text)")
        for name in ("schema", "place_order"):
            database.execute((EXAMPLES / "outbox" / "postgresql" / f"{name}.sql").read_bytes())
        bus = shop.stack.event_bus_name
        with shell.running(block("sh", "postgresql/relay.py"), DATABASE_URL=url, EVENT_BUS=bus):
            [request] = subscribed.wait_for(1, ARRIVES)
            waiting = "select count(*) from outbox"
            until(lambda: database.execute(waiting).fetchone() == (0,), "the outbox is empty")
        [event] = request.payload["events"]
        assert (event["eventName"], event["data"]) == ("order.paid", paid_order())
