"""The commands of docs/migrating.md that fetch what is imported, run as they stand against answers as documented."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.listener import Answer, Listener
from local.settings import PROJECT_DIR
from recado_cli.exits import Exit
from tests.unit.cli.conftest import Run, answered
from tests.unit.cli.importing.conftest import EXPORTS, Stack

SECONDS = 60
OF_SVIX = [json.loads(line) for line in (EXPORTS / "svix.ndjson").read_text().splitlines()]
APP, PROJECT = "/api/v1/app/app_1/endpoint", "/api/v1/projects/p1"

Fetch = Callable[[str], None]


def of_file(name: str) -> Any:
    """An export as it is."""
    return json.loads((EXPORTS / name).read_text())


def of_svix() -> Iterator[tuple[str, Any]]:
    """What Svix's API answers, by path: parts of what the command puts together."""
    whole = [{name: value for name, value in each.items() if name not in ("secret", "headers")} for each in OF_SVIX]
    yield f"{APP}?limit=250", {"data": whole, "iterator": None, "done": True}
    for each, endpoint in zip(OF_SVIX, whole, strict=True):
        yield f"{APP}/{each['id']}", endpoint
        yield f"{APP}/{each['id']}/secret", each["secret"]
        yield f"{APP}/{each['id']}/headers", each["headers"]


ANSWERS = {
    **dict(of_svix()),
    f"{PROJECT}/endpoints?perPage=1000": of_file("convoy_endpoints.json"),
    f"{PROJECT}/subscriptions?perPage=1000": of_file("convoy_subscriptions.json"),
    "/api/v1/tenants/acme/destinations": [
        {name: value for name, value in each.items() if name != "tenant_id"} for each in of_file("outpost.json")
    ],
    "/api/v1/subscriptions/?application_id=a1": of_file("hook0.json"),
}


class Senders(Listener):
    """Answers as the senders' APIs do, to whoever has the key."""

    def take(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer by path."""
        known = path in ANSWERS and headers.get("authorization") == "Bearer key"
        self.answers.append(answered(ANSWERS[path]) if known else Answer(404))
        return super().take(method, path, headers, body)


@pytest.fixture
def fetch(tmp_path: Path) -> Iterator[Fetch]:
    """`fetch("From Svix")` runs what stands below that heading, but for `recado`, in a folder of its own."""
    (tmp_path / "auth.txt").write_text("Authorization: Bearer key")
    page = (PROJECT_DIR / "docs" / "migrating.md").read_text(encoding="utf-8")
    with Senders() as senders:

        def run(heading: str) -> None:
            [section] = [part for part in page.split("\n## ") if part.startswith(f"{heading}\n")]
            [block] = re.findall(r"^```sh\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
            script = "\n".join(line for line in block.splitlines() if not line.startswith("recado "))
            urls = {f"{name}_URL": senders.url for name in ("SVIX", "CONVOY", "OUTPOST", "HOOK0")}
            named = {"APP": "app_1", "PROJECT": "p1", "TENANT": "acme", "APPLICATION": "a1"}
            ran = subprocess.run(  # noqa: S603  the page's own commands
                ["/bin/bash", "-euc", f"set -o pipefail\n{script}"],
                cwd=tmp_path,
                env={"PATH": "/usr/local/bin:/usr/bin:/bin", "NO_PROXY": "*", **urls, **named},
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            assert ran.returncode == 0, ran.stderr

        yield run


IMPORTED = {
    "From Svix": ("svix", ["svix.ndjson"], [each["id"] for each in OF_SVIX]),
    "From Convoy": ("convoy", ["endpoints.json", "subscriptions.json"], ["01H3FRSZYKNYWGPVV46RN98PM5"]),
    "From Outpost": ("outpost", ["outpost.json"], ["des_2RkPz7"]),
    "From Hook0": ("hook0", ["hook0.json"], ["0a5d4f62-8a53-4f8e-b9c0-5b7e6d1f2a30"]),
}


@pytest.mark.needs("curl", "jq")
@pytest.mark.parametrize("heading", IMPORTED)
def test_what_the_page_fetches_can_be_imported(
    heading: str, run: Run, stack: Stack, fetch: Fetch, tmp_path: Path
) -> None:
    """In files that only their owner can read."""
    fetch(heading)
    sender, files, sources = IMPORTED[heading]
    paths = [str(tmp_path / file) for file in files]
    tenants = ["--tenant", "acme=1010", "--tenant", "app_1=1010"]
    ran = run("import", *paths, "--from", sender, *tenants, "--secrets-as-text", "--skip", "--json")
    assert ran.code in (Exit.DONE, Exit.FAILED), ran.err
    assert [line["sourceId"] for line in ran.lines if line["result"] == "registered"] == sources
    assert len(stack.bodies) == len(sources)
