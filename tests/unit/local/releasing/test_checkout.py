"""What git says of the checkout that is to be released."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.errors import LocalStackError
from local.releasing import checkout


def git(root: Path, *words: str) -> None:
    """Run git in a repository, as somebody, at a fixed time."""
    someone = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false"]
    when = {"GIT_AUTHOR_DATE": "2027-01-31T12:00:00+02:00", "GIT_COMMITTER_DATE": "2027-01-31T12:00:00+02:00"}
    subprocess.run(["git", "-C", str(root), *someone, *words], check=True, env={"PATH": "/usr/bin:/bin", **when})  # noqa: S603, S607


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit of one file, which ignores another."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitignore").write_text("dist/\n")
    (tmp_path / "file").write_text("as committed\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    return tmp_path


def test_the_version_is_that_of_the_tag(repository: Path) -> None:
    """Other tags of the commit, and files that git ignores, do not matter."""
    git(repository, "tag", "v1.4.0")
    git(repository, "tag", "stable")
    (repository / "dist").mkdir()
    (repository / "dist" / "built").write_text("")
    assert checkout.tagged_version(repository) == "1.4.0"


@pytest.mark.parametrize("name", ["file", "new file"])
def test_what_is_not_as_committed_is_refused(repository: Path, name: str) -> None:
    """A changed file and one that was never added: the message names it."""
    git(repository, "tag", "v1.4.0")
    (repository / name).write_text("otherwise\n")
    with pytest.raises(LocalStackError, match=name):
        checkout.tagged_version(repository)


@pytest.mark.parametrize(
    ("tags", "found"),
    [([], "none"), (["1.4.0", "v1.4", "v01.4.0", "v1.4.0-rc1"], "none"), (["v1.4.0", "v1.5.0"], "v1.4.0 and v1.5.0")],
)
def test_one_tag_of_a_version_is_wanted(repository: Path, tags: list[str], found: str) -> None:
    """None, others, and two are refused: the message tells what is there."""
    for tag in tags:
        git(repository, "tag", tag)
    with pytest.raises(LocalStackError, match=f"this commit has {found}$"):
        checkout.tagged_version(repository)


def test_a_tag_of_an_earlier_commit_does_not_count(repository: Path) -> None:
    """What came after it is not what was tagged."""
    git(repository, "tag", "v1.4.0")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "Second")
    with pytest.raises(LocalStackError, match="none"):
        checkout.tagged_version(repository)


def test_the_time_is_the_commits(repository: Path) -> None:
    """In UTC, wherever it was made."""
    assert checkout.committed_at(repository) == datetime(2027, 1, 31, 10, tzinfo=UTC)


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    """An unpacked archive of the sources has no tag: git's own words say so."""
    with pytest.raises(LocalStackError, match="not a git repository"):
        checkout.tagged_version(tmp_path)
