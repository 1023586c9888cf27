"""Archives whose names say their content."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from local.deploying import packaging
from local.errors import LocalStackError


def _folder(root: Path, name: str, files: dict[str, str]) -> Path:
    for path, content in files.items():
        target = root / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    return root / name


def _names(package: packaging.Package) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(package.content)).namelist()


def test_equal_files_give_an_equal_archive_whenever_they_are_packed(tmp_path: Path) -> None:
    """Neither the place nor the time of a file counts."""
    files = {"app.py": "pass\n", "sub/more.py": "x = 1\n"}
    one, other = _folder(tmp_path, "one", files), _folder(tmp_path, "other", files)
    os.utime(other / "app.py", (1, 1))

    assert packaging.build("F", one) == packaging.build("F", other)


@pytest.mark.parametrize("files", [{"app.py": "changed\n"}, {"renamed.py": "pass\n"}, {"app.py": "pass\n", "new": ""}])
def test_any_change_gives_another_name(tmp_path: Path, files: dict[str, str]) -> None:
    """Changed content, a new name and a new file are all told apart."""
    before = packaging.build("F", _folder(tmp_path, "before", {"app.py": "pass\n"}))
    after = packaging.build("F", _folder(tmp_path, "after", files))

    assert after.key != before.key


def test_compiled_files_are_left_out(tmp_path: Path) -> None:
    """Running a test beside the code does not change its archive."""
    folder = _folder(tmp_path, "code", {"app.py": "pass\n", "__pycache__/app.cpython-311.pyc": "junk"})

    assert _names(packaging.build("F", folder)) == ["app.py"]


def test_a_layer_that_sam_builds_lies_below_python(tmp_path: Path) -> None:
    """Lambda looks for a layer's packages there, and SAM puts them there when it builds."""
    _folder(tmp_path, "layer", {"recado/__init__.py": ""})
    template = {
        "Resources": {
            "CoreLayer": {
                "Type": "AWS::Serverless::LayerVersion",
                "Metadata": {"BuildMethod": "python3.13"},
                "Properties": {"ContentUri": "layer/"},
            }
        }
    }

    _packaged, (package,) = packaging.package(template, tmp_path)

    assert _names(package) == ["python/recado/__init__.py"]


def test_code_is_taken_from_the_bucket_and_nothing_else_is_touched(tmp_path: Path) -> None:
    """The given template stays as it was."""
    _folder(tmp_path, "code", {"app.py": "pass\n"})
    queue: dict[str, Any] = {"Type": "AWS::SQS::Queue"}
    function = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "code/", "Timeout": 3}}
    template = {"Resources": {"Queue": queue, "F": function}}

    packaged, (package,) = packaging.package(template, tmp_path)

    assert packaged["Resources"]["F"]["Properties"] == {
        "CodeUri": {"Bucket": packaging.CODE_BUCKET, "Key": package.key},
        "Timeout": 3,
    }
    assert packaged["Resources"]["Queue"] == queue
    assert template["Resources"]["F"]["Properties"]["CodeUri"] == "code/"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The message names the resource and its folder."""
    with pytest.raises(LocalStackError, match=r"F: the code folder .*nowhere does not exist"):
        packaging.build("F", tmp_path / "nowhere")
