"""`recado listen`, `verify` and the operators' commands on the running stack."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.listener import BROKEN, Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from recado_cli.app import main
from recado_cli.exits import Exit
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.running_stack import AddWebhook, TokenFor
from tests.e2e.support.waiting import until

NOWHERE = "http://127.0.0.1:9/hook"
REAL_TIME, BATCHED = "COURSE_ENROLLMENT", "LEARNER_PROGRESS"


class _Listen:
    """A `recado listen` that runs, and the lines that it has printed."""

    def __init__(self, process: subprocess.Popen[str], output: Path) -> None:
        self.process, self._output = process, output

    def lines(self, kind: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self._output.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["type"] == kind]

    def said(self) -> str:
        return self._output.read_text()


@dataclass(frozen=True)
class _Desk:
    """Where somebody listens: a folder for settings, a file with the token, and the stack that is listened to."""

    folder: Path
    stack: Stack

    @property
    def token(self) -> Path:
        return self.folder / "token"

    @contextmanager
    def listen(self, url: str, webhook_id: str, *options: str) -> Iterator[_Listen]:
        output = self.folder / "listen.out"
        sources = (str(PROJECT_DIR / source) for source in ("cli/src", "sdk/python/src"))
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sources),
            "RECADO_API_URL": self.stack.api_url,
            "RECADO_ACCOUNT": ACCOUNT,
            **({} if "--catch-up" in options else {"RECADO_TOKEN_FILE": str(self.token)}),
            "RECADO_CONFIG_DIR": str(self.folder / "config"),
        }
        command = [sys.executable, "-m", "recado_cli", "listen", url, "--webhook", webhook_id, "--json", *options]
        with (
            output.open("w") as file,
            subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT, text=True) as process,  # noqa: S603 - our own command
        ):
            try:
                yield _Listen(process, output)
            finally:
                process.kill()


@pytest.fixture
def desk(tmp_path: Path, stack: Stack, token_for: TokenFor) -> _Desk:
    """Give a desk whose token is that of this process's account."""
    desk = _Desk(tmp_path, stack)
    desk.token.touch(mode=0o600)
    desk.token.write_text(token_for(ACCOUNT))
    return desk


def test_what_was_missed_comes_to_this_machine_until_it_is_taken(
    desk: _Desk, add_webhook: AddWebhook, publish: Callable[..., str], *, api: ApiClient, listener: Listener
) -> None:
    """By the webhook's own secret, without a session; the next time it goes on where it was.

    What the server refuses is sent to it again, and nothing before that.
    """
    webhook = add_webhook(NOWHERE, REAL_TIME, authentication={"type": "SIGNATURE"})
    address = f"{WEBHOOKS}/{webhook['webhookId']}"
    secret = desk.folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text(listener.secrets.setdefault("/hook", api.get(f"{address}/signature").json()["secret"]))
    missed = [publish(REAL_TIME, timestamp=at) for at in (1_700_000_000_000, 1_700_000_001_000)]
    until(lambda: len(api.get(f"{address}/deliveries").json()["deliveries"]) == len(missed), "both in the log")
    listener.answers.append(BROKEN)
    options = ("--catch-up", "--secret-file", str(secret))

    for known, since in ((0, ("--since", "2023-11-14T00:00:00Z")), (2, ())):
        with desk.listen(f"{listener.url}/hook", webhook["webhookId"], *options, *since) as listen:
            listener.wait_for(3 if known == 0 else 4, 120)
            # Before that, it could end between an answer and its being noted: all of the walk came again.
            until(lambda: len(listen.lines("delivery")) == (2 if known == 0 else 1), "the lines about them")  # noqa: B023
            listen.process.send_signal(signal.SIGTERM)
            listen.process.wait(60)
        if known == 0:
            missed.append(publish(REAL_TIME))

    received = listener.received
    assert [request.headers["webhook-id"] for request in received] == [missed[0], *missed]
    assert all(request.verified for request in received)


@pytest.mark.deep
def test_what_arrives_comes_to_this_machine_until_the_session_ends(
    desk: _Desk, add_webhook: AddWebhook, publish: Callable[..., str], listener: Listener
) -> None:
    """Signed with the listener's own secret, without the real receiver's headers; also after it stood still."""
    headers = {"X-Key": "of-the-real-one"}
    webhook = add_webhook(NOWHERE, REAL_TIME, authentication={"type": "SIGNATURE"}, headers=headers)
    url = listener.url.replace("127.0.0.1", "localhost") + "/hook"
    with desk.listen(url, webhook["webhookId"]) as listen:
        (started,) = until(lambda: listen.lines("started"), "the beginning")
        listener.secrets["/hook"] = started["secret"]
        first = publish(REAL_TIME)
        listener.wait_for(1, 60)

        listen.process.send_signal(signal.SIGSTOP)
        second, late = publish(REAL_TIME), publish(REAL_TIME, timestamp=1_700_000_000_000)
        listen.process.send_signal(signal.SIGCONT)
        received = listener.wait_for(3, 120)

        desk.token.write_text("ended")
        assert listen.process.wait(60) == Exit.NOT_SIGNED_IN
    assert [request.verified for request in received] == [True] * 3
    assert {request.headers["webhook-id"] for request in received} == {first, second, late}
    assert not any("x-key" in request.headers for request in received)
    assert "the session has ended" in listen.said()
    assert "go on with --since 20" in listen.said()


@pytest.fixture
def recado(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """`recado("status")` runs the command for the running stack; returns its exit code and the JSON that it prints."""
    monkeypatch.setenv("RECADO_PROFILE", "local")
    monkeypatch.setenv("RECADO_STACK_FILE", str(instance.settings.stack_file))
    monkeypatch.setenv("RECADO_CONFIG_DIR", str(tmp_path))
    monkeypatch.delenv("RECADO_TOKEN", raising=False)

    def run(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture
def batch_queue(
    stack: Stack,
    aws_client: Callable[[str], Any],
    queues_alone: None,  # noqa: ARG001 - nobody else drains meanwhile
) -> Callable[[str], object]:
    """`batch_queue(text)` puts a message into it."""
    url = stack.queues["BatchQueue"]
    return lambda text: aws_client("sqs").send_message(QueueUrl=url, MessageBody=text)


def backlog_of(recado: Callable[..., tuple[int, Any]], webhook_id: str) -> list[Any]:
    """Return what the command tells of a webhook's backlog."""
    return [one for one in recado("backlog", "--account", ACCOUNT)[1] if one["webhookId"] == webhook_id]


@pytest.mark.deep
def test_operators_see_and_move_what_waits(
    recado: Callable[..., tuple[int, Any]],
    batch_queue: Callable[[str], object],
    add_webhook: AddWebhook,
    publish: Callable[..., str],
) -> None:
    """A batched event is drained; a dead letter is explained and counted, and stays where it is; a backlog is told."""
    webhook_id = add_webhook(NOWHERE, BATCHED)["webhookId"]
    event_id = publish(BATCHED)
    detail = {"accountId": ACCOUNT, "eventId": "unreadable-1", "timestamp": 1_700_000_000, "data": {}}
    batch_queue(json.dumps({"detail-type": "NO_SUCH_EVENT", "source": "lms", "detail": detail}))

    drained = 0
    while drained < 2:
        code, (report,) = recado("drain")
        assert code == Exit.DONE
        drained += report["received"]

    code, (told,) = recado("status")
    # Another test may have raised an alarm meanwhile.
    assert code == (Exit.FAILED if "ALARM" in [one["state"] for one in told["alarms"]] else Exit.DONE)
    assert told["stack"]["name"] == "recado"
    assert {one["state"] for one in told["functions"]} == {"Active"}
    queues = ["BatchQueue", "DeadLetterQueue", "RedeliveryQueue", "UncountedQueue"]
    assert sorted(one["name"] for one in told["queues"]) == queues
    assert "unreadable-1" in [one.get("eventId") for one in told["deadLetters"]]

    code, (redrive,) = recado("redrive", "--dry-run")
    goes_back = [one["goesBack"] for one in redrive["deadLetters"] if one.get("eventId") == "unreadable-1"]
    assert (code, goes_back) == (Exit.DONE, [False])

    code, (explained,) = recado("explain", ACCOUNT, "unreadable-1", "--timestamp", "1700000000")
    assert (code, [one["accountId"] for one in explained["deadLetters"]]) == (Exit.DONE, [ACCOUNT])
    assert "catalogue" in explained["deadLetters"][0]["reason"]

    waiting = until(lambda: backlog_of(recado, webhook_id), "the backlog")
    assert (waiting[0]["count"], waiting[0]["reasons"]) == (1, ["FAILING"])
    code, (explained,) = recado("explain", ACCOUNT, event_id)
    outcomes = {one["webhookId"]: one["outcome"] for one in explained["webhooks"]}
    assert (code, outcomes[webhook_id]) == (Exit.DONE, "PENDING")
