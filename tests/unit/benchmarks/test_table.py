"""The table of `make bench`."""

from benchmarks.table import Figures, table

NOW: Figures = {
    "real time": {"calls": {"Query": 1, "GetItem": 1}, "writeUnits": 1.0, "readUnits": 3.0, "cpu": 3.0, "cpuMs": 7.5},
    "import, console": {"modules": 79, "cpu": 0.1, "cpuMs": 40, "deployedCpu": 0.15, "deployedCpuMs": 60},
}
BEFORE: Figures = {"real time": {"calls": {"Query": 1}, "writeUnits": 1.0, "readUnits": 2.0, "cpu": 2.0, "cpuMs": 20}}


def line(text: str, start: str) -> list[str]:
    """Return the words of the first line that starts so."""
    return next(one for one in text.splitlines() if one.startswith(start)).split()


def test_figures_stand_beside_those_of_before() -> None:
    """Exact ones as they are, CPU with the ratio of the two, milliseconds of now alone."""
    cells = " ".join(line(table(NOW, BEFORE, "abc1234"), "real time"))

    assert cells == "real time 2 | 1 1 | 1 3 | 2 3.000 | 2.000 | 1.50 7.5"


def test_what_was_not_measured_before_has_no_ratio() -> None:
    """A new function or scenario stands there alone."""
    assert " ".join(line(table(NOW, BEFORE, "abc1234"), "console")) == "console 79 | - 0.100 | - 40 0.150 | - 60"


def test_calls_that_have_changed_are_told_by_operation() -> None:
    """The operations of now, and below them those of before."""
    operations = table(NOW, BEFORE, "abc1234").partition("calls by operation")[2].split("\n")

    assert [" ".join(each.split()) for each in operations[1:]] == ["real time 1 Query, 1 GetItem", "before 1 Query"]
