"""`recado verify` and the commands that the documentation shows, as people type them."""

import json
import time
from pathlib import Path

import pytest

from local.settings import PROJECT_DIR
from recado_cli import signing
from recado_cli.exits import Exit
from tests.support.documentation import pages
from tests.unit.cli.conftest import Run

SECRET = signing.new_secret()
BODY = b'{"accountId":1010,"events":[]}'
_COMMANDS = ("listen", "verify", "status", "backlog", "explain", "drain", "redrive")
SAMPLE = PROJECT_DIR / "examples" / "receiving" / "sample"
_PAGES = ("docs/receiving.md", "docs/operating.md")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a genuine POST that was kept: its body, its headers and the secret."""
    now = str(int(time.time()))
    headers = {
        "webhook-id": "e-1",
        "webhook-timestamp": now,
        "webhook-signature": signing.signature(signing.key_of(SECRET), "e-1", now, BODY),
    }
    (tmp_path / "body.json").write_bytes(BODY)
    (tmp_path / "headers.txt").write_text("\n".join(f"{name}: {value}" for name, value in headers.items()))
    (tmp_path / "secret.txt").write_text(SECRET + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _shown(page: str) -> list[list[str]]:
    """Every such command of a page, in blocks and in tables, as its words."""
    lines = [line for block in pages.blocks(page, "sh") for line in block.text.splitlines()]
    shown = [line.split() for line in [*lines, *(one.text for one in pages.words(page))] if "…" not in line]
    return [typed[1:] for typed in shown if typed[:1] == ["recado"] and {*typed[1:2]} & {*_COMMANDS}]


def test_the_command_of_the_documentation_verifies(folder: Path, run: Run) -> None:
    """As it stands there."""
    assert folder
    (command,) = [words for words in _shown("docs/receiving.md") if words[0] == "verify" and len(words) > 1]
    ran = run(*command)
    assert (ran.code, ran.out.splitlines()[-1]) == (Exit.DONE, "genuine")


@pytest.mark.parametrize("page", _PAGES)
def test_commands_of_the_documentation_are_ones(page: str, folder: Path, run: Run) -> None:
    """Each is understood: without a session it ends with that, and not as a wrong usage."""
    assert folder
    usual = {
        "listen": ["http://localhost:3000"],
        "verify": ["--body", "body.json", "--headers", "headers.txt", "--secret-file", "secret.txt"],
    }
    commands = _shown(page)
    assert commands
    for words in commands:
        ran = run(*words, *(usual.get(words[0], []) if len(words) == 1 else []))
        wanted = Exit.DONE if words[0] == "verify" else Exit.NOT_SIGNED_IN
        assert ran.code == wanted, (words, ran.err)


def test_what_is_wrong_ends_with_1_and_is_json_where_that_is_asked_for(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For scripts; the secret may stand in the environment."""
    monkeypatch.setenv("RECADO_WEBHOOK_SECRET", SECRET)
    (folder / "body.json").write_bytes(BODY + b"\n")
    ran = run("verify", "--body", "body.json", "--headers", "headers.txt", "--json")
    verdict = json.loads(ran.out)
    assert (ran.code, verdict["genuine"]) == (Exit.FAILED, False)
    assert [(one["name"], one["right"]) for one in verdict["findings"]] == [("timestamp", True), ("signature", False)]
    assert SECRET not in ran.out + ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--body", "none.json", "--headers", "headers.txt"), "--body: none.json cannot be read"),
        (("--body", "body.json", "--headers", "secret.txt"), "--headers: "),
        (("--body", "-", "--headers", "-"), "cannot both come from stdin"),
        (("--body", "body.json", "--headers", "headers.txt"), "no secret is given"),
        (("--body", "body.json", "--headers", "headers.txt", "--secret-file", "body.json"), "no signing secret"),
        (("--body", "body.json", "--headers", "headers.txt", "--keys", "body.json"), "--keys: "),
        (("--body", "body.json", "--headers", "headers.txt", "--secret-file", "secret.txt", "--at", "x"), "--at is "),
    ],
)
def test_what_cannot_be_used_is_named(folder: Path, run: Run, arguments: tuple[str, ...], said: str) -> None:
    """With the option, and the exit code of a wrong usage."""
    assert folder
    ran = run("verify", *arguments)
    assert ran.code == Exit.USAGE
    assert said in ran.err


def test_the_age_is_that_of_the_time_that_is_given(folder: Path, run: Run) -> None:
    """A POST of last week is judged as its receiver would have."""
    assert folder
    arguments = ("verify", "--body", "body.json", "--headers", "headers.txt", "--secret-file", "secret.txt")
    assert "in the future" in run(*arguments, "--at", "2h").out


@pytest.mark.parametrize(
    ("options", "code", "verdict"),
    [((), Exit.FAILED, "not genuine"), (("--at", "2026-11-27T09:30:02Z"), Exit.DONE, "genuine")],
)
def test_the_signed_sample_is_genuine_at_its_time(run: Run, options: tuple[str, ...], code: Exit, verdict: str) -> None:
    """It is shown to every receiver's developer: today it is too old, and right else."""
    files = (
        "--body",
        SAMPLE / "body.json",
        "--headers",
        SAMPLE / "headers.txt",
        "--secret-file",
        SAMPLE / "secret.txt",
    )
    ran = run("verify", *map(str, files), *options)
    assert (ran.code, ran.out.splitlines()[-1]) == (code, verdict)
    assert "v1 fits" in ran.out
