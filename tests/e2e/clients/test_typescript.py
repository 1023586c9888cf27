"""The TypeScript client and its publisher helper, against the running stack."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from local import aws
from local.listener import Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.waiting import ARRIVES

PACKAGE = PROJECT_DIR / "sdk" / "typescript"
PROGRAM = Path(__file__).with_name("smoke.mjs")


def test_it_creates_changes_publishes_and_reads(
    stack: Stack, token_for: Callable[..., str], listener: Listener, tmp_path: Path
) -> None:
    """Created once with one key, changed as it was read, published either way, paged through, removed."""
    modules = tmp_path / "node_modules"
    modules.mkdir()
    (modules / "recado-client").symlink_to(PACKAGE)
    (modules / "@aws-sdk").symlink_to(PACKAGE / "node_modules" / "@aws-sdk")
    shutil.copy(PROGRAM, tmp_path)
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
        # Where the project has brought its own Node.js.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }

    ran = subprocess.run(  # noqa: S603  a program of this folder
        ["node", PROGRAM.name],  # noqa: S607  whichever Node.js the machine has
        cwd=tmp_path,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=3 * ARRIVES,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"createdOnce": True, "stale": 412, "filter": False, "found": True, "gone": 404}
