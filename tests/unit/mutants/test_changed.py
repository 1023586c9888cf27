"""Which lines the short form of `make mutants` looks at."""

import subprocess
from pathlib import Path

import pytest

from tests.mutants.changed import base, changed_lines

PACKAGE = Path("layers")


def git(folder: Path, *arguments: str) -> str:
    """Run git as nobody in particular, without the machine's own settings."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a working tree on main with one commit, of a file of three lines."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / PACKAGE).mkdir()
    write(tmp_path, "1\n2\n3\n")
    return tmp_path


def write(clone: Path, text: str) -> str:
    """Commit a text, and return the commit."""
    (clone / PACKAGE / "a.py").write_text(text, encoding="utf-8")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message=x")
    return git(clone, "rev-parse", "HEAD")


def test_a_first_commit_has_nothing_to_compare_with(clone: Path) -> None:
    """As in a clone that holds no history."""
    assert base(clone) is None


def test_main_is_compared_with_the_commit_before(clone: Path) -> None:
    """In a fresh clone as well."""
    before = git(clone, "rev-parse", "HEAD")
    write(clone, "1\n2\n3\n4\n")

    assert base(clone) == before


def test_a_branch_is_compared_with_where_it_left_main(clone: Path) -> None:
    """However far it has come."""
    left = git(clone, "rev-parse", "HEAD")
    git(clone, "checkout", "--quiet", "-b", "work")
    write(clone, "1\n2\n3\n4\n")
    write(clone, "1\n2\n3\n4\n5\n")

    assert base(clone) == left


def test_changed_lines_are_those_of_the_working_tree(clone: Path) -> None:
    """What is not committed yet counts; what is only moved does not."""
    text = "".join(f"{number}\n" for number in range(2, 20))
    before = write(clone, text)
    git(clone, "mv", "layers/a.py", "layers/b.py")
    git(clone, "commit", "--quiet", "--message=x")
    (clone / PACKAGE / "b.py").write_text(f"1\n{text}twenty\n", encoding="utf-8")

    assert changed_lines(before, clone / PACKAGE) == {"b.py": {1, 20}}
