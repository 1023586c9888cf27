"""The TypeScript client and its publisher helper, against the running stack."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from local import aws
from local.listener import Listener
from local.stack_file import Stack
from tests.e2e.clients.programs import ran_by_node
from tests.e2e.support.accounts import ACCOUNT

pytestmark = pytest.mark.deep

PROGRAM = Path(__file__).with_name("smoke.mjs")


def test_it_creates_changes_publishes_and_reads(
    stack: Stack, token_for: Callable[..., str], listener: Listener, tmp_path: Path
) -> None:
    """Created once with one key, changed as it was read, published either way, paged through, removed."""
    told = {
        "API_URL": stack.api_url,
        "TOKEN": token_for(ACCOUNT),
        "ACCOUNT": ACCOUNT,
        "TARGET": f"{listener.url}/hook",
        "EVENT_NAME": "COURSE_ENROLLMENT",
        "BUS": stack.event_bus_name,
        "SOURCE": stack.event_source,
        "AWS_ENDPOINT_URL": stack.aws_endpoint_url,
        "AWS_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": aws.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": aws.ACCESS_KEY,
    }

    printed = ran_by_node(PROGRAM.read_text(), tmp_path, told)

    assert json.loads(printed) == {"createdOnce": True, "stale": 412, "filter": False, "found": True, "gone": 404}
