"""Whether all parts of the project state one version."""

from pathlib import Path

import pytest

from local.errors import LocalStackError
from local.releasing import versions
from local.settings import PROJECT_DIR

CHANGELOG = """# Changelog

## [Unreleased]

## [1.4.0] - 2027-01-31

### Added

- A thing.

## [1.3.0] - 2026-12-24

- An older thing.
"""


def test_all_parts_of_this_project_state_one_version() -> None:
    """Package, pyproject files, clients, command, console and the API's document; the changelog once it is released."""
    places = versions.stated(PROJECT_DIR)
    named = {place: value for place, value in places.items() if place != versions.CHANGELOG}
    assert len(named) == 10
    assert len(set(named.values())) == 1
    assert places[versions.CHANGELOG] in {"Unreleased", *named.values()}


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("layers/core/recado/__init__.py", '__version__ = "', '__version__ = "9'),
        ("pyproject.toml", '\nversion = "', '\nversion = "9'),
        ("cli/pyproject.toml", '\nversion = "', '\nversion = "9'),
        ("cli/pyproject.toml", "recado-client==", "recado-client==9"),
        ("sdk/typescript/package-lock.json", '"version": "', '"version": "9'),
    ],
)
def test_the_place_that_differs_is_named(tmp_path: Path, place: str, before: str, after: str) -> None:
    """One place of the project changed in a copy, and it alone is told of."""
    for path in {name.split(" ")[0] for name in versions.stated(PROJECT_DIR)}:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes((PROJECT_DIR / path).read_bytes())
    version = versions.stated(tmp_path)["pyproject.toml"]
    (tmp_path / versions.CHANGELOG).write_text(f"## [{version}] - 2027-01-31\n\n- A thing.\n")
    versions.held_to(version, versions.stated(tmp_path))

    text = (tmp_path / place).read_text()
    (tmp_path / place).write_text(text.replace(before, after, 1))

    with pytest.raises(LocalStackError) as refusal:
        versions.held_to(version, versions.stated(tmp_path))
    assert refusal.value.message.count(" says ") == 2
    assert f"the tag says {version}, but {place}" in refusal.value.message
    assert refusal.value.message.endswith(f" says 9{version}")


def test_the_notes_are_the_newest_section(tmp_path: Path) -> None:
    """An empty section of what comes next is passed over, and the release before is left out."""
    (tmp_path / versions.CHANGELOG).write_text(CHANGELOG)
    assert versions.newest(CHANGELOG).name == "1.4.0"
    assert versions.notes(tmp_path, "1.4.0") == "# Recado 1.4.0\n\n### Added\n\n- A thing.\n"


def test_what_is_told_under_no_version_is_the_newest() -> None:
    """It would be in the release, and not in its notes: so no tag agrees with it."""
    changelog = CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n- A new thing.\n")
    with pytest.raises(LocalStackError, match=r"the tag says 1\.4\.0, but CHANGELOG\.md says Unreleased"):
        versions.held_to("1.4.0", {versions.CHANGELOG: versions.newest(changelog).name})


def test_a_changelog_without_a_version_is_refused() -> None:
    """The message shows how a section is written."""
    with pytest.raises(LocalStackError, match=r"## \[1\.0\.0\] - 2027-01-31"):
        versions.newest("# Changelog\n\n## [Unreleased]\n")
