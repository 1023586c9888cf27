"""Requests, answers and events that the documentation shows: each is one that the API, or a publisher, would make."""

import ast
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]  # it ships no types

from recado.rules.event.event import parse_event
from tests.support.api.document import ApiDocument
from tests.support.documentation.pages import Block, all_blocks

_REQUEST = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*)\n((?:[\w-]+: .*\n)*)(.*)", re.DOTALL)
_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "json": json.loads,
    "python": ast.parse,
    "toml": lambda text: tomllib.loads(f"list = [\n{text}]"),
    "yaml": yaml_parse,
}
_OPERATIONS = ApiDocument()


def place(value: object) -> str:
    """Name a case by where its block stands."""
    return value.place if isinstance(value, Block) else ""


def of(*languages: str) -> list[Block]:
    """Return all blocks in these languages."""
    return [block for block in all_blocks() if block.language in languages]


REQUESTS = [(block, found) for block in of("") if (found := _REQUEST.fullmatch(block.text))]
SHOWN_JSON = [json.loads(block.text) for block in of("json")]
EVENTS = [
    *(event for shown in SHOWN_JSON for event in shown.get("events", ()) if "accountId" in shown),
    *(shown for shown in SHOWN_JSON if "eventId" in shown),
]


@pytest.mark.parametrize("block", of(*_PARSERS), ids=place)
def test_what_is_data_can_be_read(block: Block) -> None:
    """As what it is said to be; Python is at least a program."""
    assert _PARSERS[block.language](block.text) is not None


@pytest.mark.parametrize("block", of("sh", "bash"), ids=place)
def test_what_is_a_shells_can_be_read(block: Block) -> None:
    """Without running it."""
    shell = shutil.which("bash")
    assert shell is not None
    ran = subprocess.run([shell, "-n", "-c", block.text], capture_output=True, text=True, check=False)  # noqa: S603  only read
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(("block", "request_"), REQUESTS, ids=place)
def test_a_request_is_one_of_the_api(block: Block, request_: re.Match[str]) -> None:
    """Its route is one, its headers and query are documented there, and what follows is its body, or its answer."""
    method, target, headers, body = request_.groups()
    path, _, query = target.partition("?")
    [operation] = [found for (verb, route), found in _OPERATIONS.routes.items() if verb == method and fits(path, route)]
    named = {line.partition(":")[0] for line in headers.splitlines()} | set(re.findall(r"(\w+)=", query))
    assert named <= {parameter["name"] for parameter in operation["parameters"]}
    wanted = operation["requestBody"] if "requestBody" in operation else operation["responses"]["200"]
    if body:
        assert _OPERATIONS.problems(wanted["content"]["application/json"]["schema"], json.loads(body)) == []
    assert body or method != "GET", block.place


def fits(path: str, route: str) -> bool:
    """Tell whether a path is of a route, whose names in braces stand for one part each."""
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path) is not None


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["eventId"])
def test_an_event_is_one(event: dict[str, Any]) -> None:
    """A publisher could put it on the bus as it stands."""
    detail = {"accountId": 1010, **event}
    name = detail.pop("eventName", "order.paid")
    assert parse_event(name, detail).event_id == event["eventId"]


def test_requests_and_events_are_found() -> None:
    """Those of the handbooks, or nothing above would look at any."""
    assert {method for _, found in REQUESTS for method in [found[1]]} == {"GET", "POST"}
    assert {"o-1001-paid", "digest-1795939200000-wh_9f2c41d0"} <= {event["eventId"] for event in EVENTS}
