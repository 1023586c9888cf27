"""A trial release of what `make build` has made: of a clone that is tagged, and the archive unpacked elsewhere."""

import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from local import aws
from local.releasing import release, versions
from local.settings import PROJECT_DIR, REGION
from tests.built.support import artefacts

_VENV = PROJECT_DIR / ".venv-release"
_GENERATED = ("sdk/python/src/recado_client/generated", "sdk/typescript/dist")


@dataclass(frozen=True)
class Trial:
    """A clone at a tag, and what was written into its `dist`."""

    clone: Path
    version: str
    files: dict[str, Path]

    def write_again(self) -> None:
        """Write the release of the same commit and build once more."""
        release.write(self.clone, artefacts.BUILD, self.clone / "dist", release.programs(_VENV))


def git(clone: Path, *words: str) -> None:
    """Run git in the clone, as somebody."""
    someone = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(clone), *someone, *words], check=True)  # noqa: S603, S607 - ours


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Release this commit under the version that it states; its changelog's newest section becomes that version's."""
    assert _VENV.exists(), "the tools of a release are missing: make built"
    clone = tmp_path_factory.mktemp("release") / "clone"
    subprocess.run(["git", "clone", "--quiet", str(PROJECT_DIR), str(clone)], check=True)  # noqa: S603, S607 - ours
    version = versions.stated(clone)["pyproject.toml"]
    changelog = clone / versions.CHANGELOG
    text = changelog.read_text("utf-8")
    changelog.write_text(
        re.sub(r"^## \[[^]]+\].*$", f"## [{version}] - 2027-01-31", text, count=1, flags=re.M), "utf-8"
    )
    git(clone, "commit", "--quiet", "--all", "--allow-empty", "--message", f"Release {version}")
    git(clone, "tag", "--force", f"v{version}")
    for folder in _GENERATED:
        shutil.copytree(PROJECT_DIR / folder, clone / folder)

    written = release.write(clone, artefacts.BUILD, clone / "dist", release.programs(_VENV))
    return Trial(clone, version, {file.name: file for file in written})


@pytest.fixture
def unpacked(trial: Trial, tmp_path: Path) -> Path:
    """The archive, unpacked where there is nothing else; `deploy.sh` may be run, as `unzip` would leave it."""
    with zipfile.ZipFile(trial.files[f"recado-{trial.version}.zip"]) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / f"recado-{trial.version}"
    (folder / "deploy.sh").chmod(0o755)
    return folder


def environment(endpoint_url: str) -> dict[str, str]:
    """Return all that AWS's own programs get: an AWS on this machine, and nothing of the person's."""
    return {
        "PATH": f"{PROJECT_DIR / '.venv' / 'bin'}:{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": aws.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": aws.ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "SAM_CLI_TELEMETRY": "0",
    }
