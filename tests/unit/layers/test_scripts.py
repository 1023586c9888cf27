"""The packages' scripts, which the dependencies layer does without."""

from pathlib import Path

from layers.dependencies.scripts import remove


def test_nothing_is_left_of_the_scripts_and_everything_of_the_packages(tmp_path: Path) -> None:
    """Neither the files, nor the lines about them in a package's list of its files, nor their hashes."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tool").write_text("#!/home/somebody/bin/python3\n")
    information = tmp_path / "package-1.0.dist-info"
    information.mkdir()
    record = information / "RECORD"
    record.write_text("../../bin/tool,sha256=abc,29\npackage/bin/data,sha256=def,3\npackage-1.0.dist-info/RECORD,,\n")
    (tmp_path / "package" / "bin").mkdir(parents=True)
    (tmp_path / "package" / "bin" / "data").write_text("kept")

    remove(tmp_path)

    assert record.read_text() == "package/bin/data,sha256=def,3\npackage-1.0.dist-info/RECORD,,\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["package", "package-1.0.dist-info"]
    assert (tmp_path / "package" / "bin" / "data").exists()


def test_packages_without_scripts_stay_as_they_are(tmp_path: Path) -> None:
    """There is nothing to do."""
    (tmp_path / "package.py").write_text("pass\n")
    remove(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["package.py"]
