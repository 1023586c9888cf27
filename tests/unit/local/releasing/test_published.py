"""The archive that is deployed without a clone."""

import io
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]  # it ships no types

from local.errors import LocalStackError
from local.releasing import published
from local.settings import PROJECT_DIR

TEMPLATE = """Resources:
  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: ../../catalogue
  Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: Function
      Description: 'CodeUri: is not a path here'
"""
DEPLOY = PROJECT_DIR / "local" / "releasing" / "published" / "deploy.sh"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What `make build` leaves: a function's folder beside the template, a catalogue elsewhere."""
    folder = tmp_path / "project" / ".aws-sam" / "build"
    (folder / "Function" / "__pycache__").mkdir(parents=True)
    (folder / "Function" / "app.py").write_text("pass\n")
    (folder / "Function" / "__pycache__" / "app.cpython-313.pyc").write_bytes(b"code")
    (tmp_path / "project" / "catalogue").mkdir()
    (tmp_path / "project" / "catalogue" / "EVENT.json").write_text("{}")
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder


def opened(content: bytes) -> zipfile.ZipFile:
    """Return an archive that can be read."""
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_template_names_archives_beside_it(built: Path) -> None:
    """They hold what was built, byte-code too; nothing else of the template changes."""
    archive = opened(published.archive(PROJECT_DIR, built, "1.4.0"))
    template = yaml_parse(archive.read("recado-1.4.0/template.yaml").decode())
    expected = yaml_parse(TEMPLATE)
    expected["Resources"]["Layer"]["Properties"]["ContentUri"] = "code/catalogue.zip"
    expected["Resources"]["Function"]["Properties"]["CodeUri"] = "code/Function.zip"
    assert template == expected

    function = opened(archive.read("recado-1.4.0/code/Function.zip"))
    assert function.namelist() == ["__pycache__/app.cpython-313.pyc", "app.py"]
    assert function.read("app.py") == b"pass\n"
    assert opened(archive.read("recado-1.4.0/code/catalogue.zip")).namelist() == ["EVENT.json"]


def test_it_brings_what_a_deployment_needs(built: Path) -> None:
    """All in one folder: the command, which may be run, what explains it, SAM's settings, the rights, the licence."""
    archive = opened(published.archive(PROJECT_DIR, built, "1.4.0"))
    beside = {name.removeprefix("recado-1.4.0/") for name in archive.namelist() if "/code/" not in name}
    assert beside == {"LICENSE", "README.md", "deploy.sh", "deployer-policy.json", "samconfig.toml", "template.yaml"}
    assert archive.getinfo("recado-1.4.0/deploy.sh").external_attr >> 16 & 0o111
    assert not archive.getinfo("recado-1.4.0/template.yaml").external_attr >> 16 & 0o111


def test_packed_again_it_is_the_same(built: Path) -> None:
    """Neither the time nor the rights of a file count, nor when it is packed."""
    before = published.archive(PROJECT_DIR, built, "1.4.0")
    file = built / "Function" / "app.py"
    os.utime(file, (1, 1))
    file.chmod(0o600)
    assert published.archive(PROJECT_DIR, built, "1.4.0") == before


def test_what_was_not_built_is_named(built: Path) -> None:
    """A template whose code is gone, and no template at all."""
    (built / "Function" / "app.py").unlink()
    (built / "Function" / "__pycache__" / "app.cpython-313.pyc").unlink()
    (built / "Function" / "__pycache__").rmdir()
    (built / "Function").rmdir()
    with pytest.raises(LocalStackError, match="names Function, which is not in"):
        published.archive(PROJECT_DIR, built, "1.4.0")
    (built / "template.yaml").unlink()
    with pytest.raises(LocalStackError, match=r"there is nothing in .*: make build"):
        published.archive(PROJECT_DIR, built, "1.4.0")


def test_the_command_tells_how_it_is_called() -> None:
    """Without a stack and a bucket it does nothing else."""
    answer = subprocess.run([str(DEPLOY), "recado"], check=False, capture_output=True, text=True)  # noqa: S603 - ours
    assert answer.returncode == 2
    assert "./deploy.sh <stack> <bucket> [Name=value ...]" in answer.stderr
    assert answer.stdout == ""


def test_the_command_knows_where_sign_in_leads_before_it_is_told() -> None:
    """The default of the template's parameter, which the second deployment of a new stack replaces."""
    default = yaml_parse((PROJECT_DIR / "template.yaml").read_text())["Parameters"]["ConsoleUrl"]["Default"]
    assert f'"$(output SignInReturnsTo)" = {default} ]' in DEPLOY.read_text()


def test_the_command_leaves_a_stack_with_event_types_of_its_own_as_it_is(tmp_path: Path) -> None:
    """The archive has the shipped ones; nothing is uploaded or deployed."""
    program = tmp_path / "aws"
    program.write_text(f'#!/bin/sh\necho "$2" >> {tmp_path}/calls\necho OWN\n')
    program.chmod(0o700)
    answer = subprocess.run(  # noqa: S603 - ours
        [str(DEPLOY), "recado-prod", "bucket"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 1
    assert "the stack recado-prod has event types of its own" in answer.stderr
    assert (tmp_path / "calls").read_text().split() == ["describe-stacks"]
