"""What is released: the same whenever it is written, of what was built, and with a bill of all that others wrote."""

import io
import json
import subprocess
import tarfile
import zipfile
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]  # it ships no types

from local.releasing.release import SUMS
from local.settings import PROJECT_DIR
from tests.built.release.conftest import Trial
from tests.built.support import artefacts
from tests.infrastructure.cloudformation import FUNCTIONS

CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


@pytest.fixture(scope="module")
def bill(trial: Trial) -> dict[str, Any]:
    """The bill of materials."""
    document: dict[str, Any] = json.loads(trial.files[f"recado-{trial.version}.cdx.json"].read_text("utf-8"))
    return document


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_files_are_there_and_fit_their_checksums(trial: Trial) -> None:
    """Archive, bill, notes, and the packages of clients and command, as `sha256sum` reads them."""
    version = trial.version
    assert set(trial.files) == {
        f"recado-{version}.zip",
        f"recado-{version}.cdx.json",
        f"recado-{version}.md",
        f"recado-{version}-py3-none-any.whl",
        f"recado_client-{version}-py3-none-any.whl",
        f"recado-client-{version}.tgz",
        SUMS,
    }
    command = ["sha256sum", "--check", "--strict", SUMS]
    answer = subprocess.run(command, cwd=trial.clone / "dist", check=True, capture_output=True, text=True)  # noqa: S603
    assert answer.stdout.count(": OK") == len(trial.files) - 1


def test_the_packages_hold_what_is_made_of_the_apis_document(trial: Trial) -> None:
    """A client without its calls would be good for nothing."""
    python = zipfile.ZipFile(trial.files[f"recado_client-{trial.version}-py3-none-any.whl"]).namelist()
    assert "recado_client/generated/api/webhooks/create_webhook.py" in python
    with tarfile.open(trial.files[f"recado-client-{trial.version}.tgz"]) as archive:
        assert {"package/dist/index.js", "package/dist/index.d.ts", "package/dist/generated/api.d.ts"} <= set(
            archive.getnames()
        )


def test_written_again_all_files_are_the_same(trial: Trial) -> None:
    """Byte for byte."""
    before = contents(trial.clone / "dist")
    trial.write_again()
    assert contents(trial.clone / "dist") == before


def test_the_unpacked_template_names_what_was_built(unpacked: Path) -> None:
    """Every function and layer has its archive, with each file of what `make build` made of it, and no other."""
    resources = yaml_parse((unpacked / "template.yaml").read_text("utf-8"))["Resources"]
    coded = {name: each["Properties"][CODE[each["Type"]]] for name, each in resources.items() if each["Type"] in CODE}
    built = artefacts.template()
    assert set(FUNCTIONS) < set(coded)
    for name, path in coded.items():
        properties = built.properties(name)
        folder = artefacts.BUILD / str(properties.get("CodeUri") or properties["ContentUri"])
        archive = zipfile.ZipFile(io.BytesIO((unpacked / path).read_bytes()))
        assert {file: archive.read(file) for file in archive.namelist()} == contents(folder), name


def test_the_unpacked_template_is_the_built_one_but_for_its_code(unpacked: Path) -> None:
    """Parameters, resources and outputs."""
    released = yaml_parse((unpacked / "template.yaml").read_text("utf-8"))
    built = yaml_parse((artefacts.BUILD / "template.yaml").read_text("utf-8"))
    for document in (released, built):
        for resource in document["Resources"].values():
            resource.get("Properties", {}).pop(CODE.get(resource["Type"]), None)
    assert released == built


def test_the_bill_names_every_package_of_the_built_layer_with_hashes(bill: dict[str, Any]) -> None:
    """In the versions that lie there, and no other package from there."""
    listed = {
        each["name"]: each["version"]
        for each in bill["components"]
        if each["purl"].startswith("pkg:pypi/") and each["externalReferences"][0]["hashes"]
    }
    lying = {each.metadata["Name"].lower(): each.version for each in distributions(path=[str(artefacts.packages())])}
    assert {name.replace("_", "-"): version for name, version in listed.items()} == {
        name.replace("_", "-"): version for name, version in lying.items()
    }


def test_the_bill_names_what_is_bundled_into_the_console(bill: dict[str, Any]) -> None:
    """Its dependencies, with the hashes of the lock file; not what only builds and tests it."""
    wanted = json.loads((PROJECT_DIR / "console" / "package.json").read_text("utf-8"))
    console = next(each for each in bill["dependencies"] if each["ref"].startswith("pkg:npm/recado-console@"))
    names = {f"pkg:npm/{name.replace('@', '%40')}@{version}" for name, version in wanted["dependencies"].items()}
    assert set(console["dependsOn"]) == names
    hashed = {each["purl"] for each in bill["components"] if each.get("hashes")}
    assert names <= hashed
    assert not any(f"/{name}@" in purl for name in wanted["devDependencies"] for purl in hashed)
