"""The handbook for receivers: its code that asks what was missed, run as it stands against the running stack."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.listener import Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until
from tests.support.documentation.pages import block

Ask = Callable[..., Any]

PAGE = "docs/receiving.md"
_MODULES = PROJECT_DIR / "console" / "node_modules"
_CALL = 'import { ask } from "./ask.mjs";\nconsole.log(JSON.stringify(await ask(...JSON.parse(process.argv[2]))));\n'


def _python(folder: Path) -> Ask:
    """The function of the page in Python."""
    assert folder.is_dir()
    program: dict[str, Any] = {}
    exec(block(PAGE, "python", "def ask"), program)  # noqa: S102  the documented code
    asked: Ask = program["ask"]
    return asked


def _javascript(folder: Path) -> Ask:
    """The function of the page in JavaScript, in a process of its own for each call."""
    (folder / "node_modules").symlink_to(_MODULES)
    (folder / "ask.mjs").write_text(block(PAGE, "js", "function ask"))
    (folder / "call.mjs").write_text(_CALL)
    path = f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}"
    node = shutil.which("node", path=path)
    assert node is not None

    def ask(*arguments: str) -> Any:
        command = [node, str(folder / "call.mjs"), json.dumps(arguments)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  our own
        if ran.returncode:
            raise RuntimeError(ran.stderr)
        return json.loads(ran.stdout)

    return ask


@dataclass(frozen=True)
class Missing:
    """A webhook that signs, and how its receiver asks for it."""

    api_url: str
    address: str
    path: str
    secret: str

    def asked(self, ask: Ask, line: str, *body: str, secret: str = "") -> Any:
        """The answer to a request, such as `GET /events`; signed by the webhook's secret, if no other is given."""
        method, rest = line.split(" ")
        return ask(self.api_url, secret or self.secret, f"{method} {self.path}{rest}", *body)


@pytest.fixture
def new_missing(stack: Stack, api: ApiClient, add_webhook: AddWebhook, listener: Listener) -> Callable[[], Missing]:
    """`new_missing()`: one more webhook of the listener."""

    def new() -> Missing:
        webhook_id = add_webhook(listener.url, "CI_STATS", authentication={"type": "SIGNATURE"})["webhookId"]
        address = f"{WEBHOOKS}/{webhook_id}"
        secret = api.get(f"{address}/signature").json()["secret"]
        return Missing(stack.api_url, address, f"/receive/{ACCOUNT}/{webhook_id}", secret)

    return new


@pytest.fixture(params=[_python, _javascript])
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Ask:
    """The function of the page, in each of its languages."""
    made: Ask = request.param(tmp_path)
    return made


def test_the_documented_code_asks_what_was_missed(
    ask: Ask, new_missing: Callable[[], Missing], publish: Publish, listener: Listener
) -> None:
    """It reads what arrived with its body, and has it sent again."""
    missing = new_missing()
    event_id = publish("CI_STATS", data={"note": "é 👋"})
    [sent] = listener.wait_for(1, ARRIVES)

    def delivered() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = missing.asked(ask, "GET /events?limit=100")["deliveries"]
        return [one for one in found if one["status"] == "DELIVERED"]

    [delivery] = until(delivered, "the delivery")
    assert (delivery["eventId"], delivery["body"].encode()) == (event_id, sent.body)
    answer = missing.asked(ask, "POST /resend", json.dumps({"deliveryIds": [delivery["deliveryId"]]}))
    assert answer == {"results": [{"deliveryId": delivery["deliveryId"], "result": "ASKED"}]}
    again = listener.wait_for(2, ARRIVES)[1]
    assert (again.body, again.headers["recado-resend"]) == (sent.body, "requested")


def test_the_documented_code_is_let_in_by_its_webhooks_own_secret_alone(
    ask: Ask, new_missing: Callable[[], Missing], api: ApiClient
) -> None:
    """An earlier one counts after a rotation; another webhook's does not."""
    missing, other = new_missing(), new_missing()
    api.post(f"{missing.address}/signature").raise_for_status()
    assert "resumeFrom" in missing.asked(ask, "GET /events")
    with pytest.raises(Exception, match="401"):
        missing.asked(ask, "GET /events", secret=other.secret)
