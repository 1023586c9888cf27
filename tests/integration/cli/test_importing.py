"""`recado import` and `recado export` on the functions of the HTTP API themselves."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.listener import Answer, Listener
from recado_cli.app import main
from recado_cli.keeping.private_files import write_private
from tests.support.api.client import ApiClient, token
from tests.support.api.document import ApiDocument
from tests.support.system import System

Run = Callable[..., list[dict[str, Any]]]
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BESIDE = "whsec_NXcHbH5QPQaMU4o7s/ozeM4rTSl1Nfnk"
OTHER_ACCOUNT = "77001"


class Gateway(Listener):
    """Hands each request to the API's function, as API Gateway does, for a token of two accounts."""

    def __init__(self, api: ApiClient) -> None:
        super().__init__()
        self._api = api

    def take(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer as the function does."""
        passed: dict[str, str] = {name: headers[name] for name in ("idempotency-key", "if-match") if name in headers}
        claims = token(self._api.account, OTHER_ACCOUNT)
        text = body.decode() or None
        answer = self._api.send(self._api.request(method, path, text, headers=passed, claims=claims))
        self.answers.append(Answer(answer.status, headers=answer.headers, body=answer.text.encode()))
        return super().take(method, path, headers, body)


@pytest.fixture
def api(system: System) -> ApiClient:
    """A client for an account that has nothing yet."""
    return ApiClient(system, ApiDocument())


@pytest.fixture
def run(
    api: ApiClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """`run(0, "import", …)` runs the command, which has to end so, and gives the lines that it has printed."""
    monkeypatch.setenv("RECADO_CONFIG_DIR", str(tmp_path / "settings"))
    monkeypatch.setenv("RECADO_TOKEN", "token-of-the-environment")
    monkeypatch.setenv("RECADO_ACCOUNT", api.account)
    with Gateway(api) as gateway:
        monkeypatch.setenv("RECADO_API_URL", gateway.url)

        def command(code: int, *arguments: str) -> list[dict[str, Any]]:
            assert main([*arguments, "--json"]) == code
            printed = capsys.readouterr()
            assert "whsec_" not in printed.err
            lines = map(json.loads, printed.out.splitlines())
            return [line for line in lines if "result" in line]  # the function's own log goes there, too

        yield command


def endpoint(number: int, secret: str = SECRET, **more: Any) -> dict[str, Any]:
    """An endpoint of Svix's."""
    url = f"https://crm-{number}.example.com/hooks"
    return {"id": f"ep_{number}", "url": url, "description": f"CRM {number}", "secret": secret, **more}


def written(path: Path, *endpoints: dict[str, Any]) -> str:
    """A file of them."""
    write_private(path, "\n".join(map(json.dumps, endpoints)))
    return str(path)


def test_what_is_imported_signs_by_the_old_secret_and_comes_once(run: Run, api: ApiClient, tmp_path: Path) -> None:
    """Off at first; switched on by the same import; with a body that is what was published."""
    file = written(tmp_path / "e", endpoint(1, filterTypes=["done"]), endpoint(2, BESIDE, disabled=True, rateLimit=2))
    command = ["import", file, "--from", "svix", "--map", "done=COURSE_COMPLETED"]
    assert [line["result"] for line in run(0, *command)] == ["registered", "registered"]
    first, second = api.get(api.webhooks).json["webhooks"]
    assert (first["status"], first["format"], first["transform"]) == ("RETIRED", "RAW", "data")
    assert (first["eventNames"], second["eventNames"]) == (["COURSE_COMPLETED"], ["*"])
    assert second["delivery"]["maxPostsPerMinute"] == 120
    secrets = [api.get(api.path(webhook, "/signature")).json["secret"] for webhook in (first, second)]
    assert secrets == [SECRET, BESIDE]

    assert [line["result"] for line in run(0, *command)] == ["exists", "exists"]
    assert [line["result"] for line in run(0, *command, "--activate")] == ["switched on", "exists"]
    assert [webhook["active"] for webhook in api.get(api.webhooks).json["webhooks"]] == [True, False]


def test_what_was_removed_since_is_registered_anew(run: Run, api: ApiClient, tmp_path: Path) -> None:
    """The answer of the first time, which is kept for a day, is no webhook."""
    command = ["import", written(tmp_path / "e", endpoint(1)), "--from", "svix"]
    [first] = run(0, *command)
    api.call("DELETE", f"{api.webhooks}/{first['webhookId']}")
    [second] = run(0, *command)
    [there] = api.get(api.webhooks).json["webhooks"]
    assert (second["result"], second["webhookId"]) == ("registered", there["webhookId"])
    assert there["webhookId"] != first["webhookId"]


def test_an_account_that_would_be_too_full_gets_nothing(run: Run, api: ApiClient, tmp_path: Path) -> None:
    """All at once is said, and nothing registered."""
    file = written(tmp_path / "e", *(endpoint(number) for number in range(6)))
    results = [line["result"] for line in run(1, "import", file, "--from", "svix")]
    assert results == ["would be registered"] * 5 + ["refused"]
    assert api.get(api.webhooks).json["webhooks"] == []


def test_a_rule_that_only_the_stack_knows_refuses_one_webhook_and_no_other(
    run: Run, api: ApiClient, tmp_path: Path
) -> None:
    """It is named by the API's field."""
    file = written(tmp_path / "e", endpoint(1, headers={"Host": "a"}), endpoint(2))
    refused, registered = run(1, "import", file, "--from", "svix")
    assert refused["result"] == "refused"
    assert "headers.Host: is reserved" in refused["refusals"][0]
    assert registered["webhookId"] == api.get(api.webhooks).json["webhooks"][0]["webhookId"]


def test_what_is_exported_is_the_same_in_another_account(run: Run, api: ApiClient, tmp_path: Path) -> None:
    """With its secret, whose download is in the activity log."""
    file = written(tmp_path / "e", endpoint(1, headers={"x-tenant": "acme"}, filterTypes=["COURSE_COMPLETED"]))
    run(0, "import", file, "--from", "svix", "--activate")
    run(0, "export", str(tmp_path / "webhooks"))
    [before] = api.get(api.webhooks).json["webhooks"]
    activity = api.get(f"/accounts/{api.account}/activity").json["activity"]
    assert "SECRET_DOWNLOADED" in [entry["kind"] for entry in activity]

    tenant = ["--tenant", f"{api.account}={OTHER_ACCOUNT}"]
    [line] = run(0, "import", str(tmp_path / "webhooks"), "--from", "recado", "--activate", *tenant)
    claims = token(OTHER_ACCOUNT)
    path = f"/accounts/{OTHER_ACCOUNT}/webhooks/{line['webhookId']}"
    after = api.get(path, claims=claims).json
    same = ("name", "targetUrl", "eventNames", "headers", "active", "format", "transform", "delivery")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert api.get(f"{path}/signature", claims=claims).json["secret"] == SECRET
