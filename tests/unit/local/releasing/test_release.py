"""Checksums of what is released."""

import subprocess
from pathlib import Path

from local.releasing import release


def test_the_checksums_are_those_that_sha256sum_checks(tmp_path: Path) -> None:
    """Of every file but their own; a file that is changed later is found."""
    (tmp_path / "recado-1.4.0.zip").write_bytes(b"archive")
    (tmp_path / "recado-1.4.0.md").write_text("notes")
    check = ["sha256sum", "--check", "--strict", release.SUMS]

    files = release.write_sums(tmp_path)

    assert [file.name for file in files] == ["recado-1.4.0.md", "recado-1.4.0.zip", release.SUMS]
    assert release.write_sums(tmp_path) == files
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 0  # noqa: S603 - ours
    (tmp_path / "recado-1.4.0.md").write_text("other notes")
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 1  # noqa: S603 - ours
