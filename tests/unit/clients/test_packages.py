"""The packages as they would be published: what is made in the build is in them, and they work without this folder."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from local.settings import PROJECT_DIR

pytestmark = pytest.mark.deep

SECONDS = 120
# Prints why it cannot ask: there is no API here to ask.
PROGRAM = """
import { type components, bodyOf, connect } from "recado-client";

async function names(apiUrl: string, accountId: string): Promise<string[]> {
  const params = { path: { accountId } };
  const { webhooks } = await bodyOf(connect(apiUrl, "").GET("/accounts/{accountId}/webhooks", { params }));
  return webhooks.map((webhook: components["schemas"]["WebhookView"]) => webhook.name);
}

names("http://127.0.0.1:9", "1010").catch((error: Error) => console.log(error.message));
"""


def ran(*command: str, folder: Path, **variables: str) -> str:
    """What the command prints; it has to succeed."""
    answer = subprocess.run(  # noqa: S603  the project's own tools
        command,
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_the_wheel_holds_the_client(tmp_path: Path) -> None:
    """Unpacked anywhere, it can be called, and says its types."""
    ran(
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        str(tmp_path),
        folder=PROJECT_DIR / "sdk/python",
    )
    [wheel] = tmp_path.glob("recado_client-*.whl")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(tmp_path / "installed")

    program = "import recado_client.generated.api.webhooks.list_webhooks as call; print(call.__file__)"
    place = ran(sys.executable, "-c", program, folder=tmp_path, PYTHONPATH=str(tmp_path / "installed"))

    assert place.startswith(str(tmp_path))
    assert (tmp_path / "installed" / "recado_client" / "py.typed").exists()


def test_the_npm_package_holds_the_client() -> None:
    """Programs and types, and nothing of how they are made or tried."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    packed = ran("npm", "pack", "--dry-run", "--json", folder=PROJECT_DIR / "sdk/typescript", PATH=path)

    files = {file["path"] for file in json.loads(packed)[0]["files"]}

    assert {"dist/index.js", "dist/index.d.ts", "dist/publisher.js", "dist/generated/api.d.ts", "README.md"} <= files
    assert {file for file in files if not file.startswith("dist/")} == {"README.md", "package.json"}


def test_programs_compile_and_run_with_the_npm_package(tmp_path: Path) -> None:
    """Unpacked beside what it depends on, and nothing else: no SDK of AWS; its types stand a strict compiler."""
    folder, own = PROJECT_DIR / "sdk/typescript", tmp_path / "node_modules"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran("npm", "pack", "--pack-destination", str(tmp_path), folder=folder, PATH=path)
    [packed] = tmp_path.glob("recado-client-*.tgz")
    own.mkdir()
    shutil.unpack_archive(packed, own, filter="data")
    (own / "package").rename(own / "recado-client")
    for name in ("openapi-fetch", "openapi-typescript-helpers"):
        shutil.copytree(folder / "node_modules" / name, own / name)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "program.ts").write_text(PROGRAM)

    compiler = folder / "node_modules/typescript/bin/tsc"
    options = ("--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom,dom.iterable")
    ran("node", str(compiler), *options, "program.ts", folder=tmp_path, PATH=path)

    assert (
        ran("node", "program.js", folder=tmp_path, PATH=path)
        == "the token must be ASCII text without spaces, and not empty\n"
    )


def test_the_wheel_asks_for_what_it_imports() -> None:
    """Installed where nothing else is, it has all that it needs: the extra's only in the publisher helper."""
    source = PROJECT_DIR / "sdk/python/src/recado_client"
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found[path.name == "publisher.py"] |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found[path.name == "publisher.py"].add(str(node.module).partition(".")[0])
    project = tomllib.loads((PROJECT_DIR / "sdk/python/pyproject.toml").read_text())["project"]
    needed = {re.split(r"[<>=]", wanted)[0] for wanted in project["dependencies"]}
    own = {"recado_client", *sys.stdlib_module_names}

    assert found[False] - own == needed
    # botocore is what boto3 is made of.
    assert found[True] - own - needed == {"boto3", "botocore"}
