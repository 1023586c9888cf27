"""The figures as text, beside those of before."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Figures = Mapping[str, Mapping[str, Any]]

_MISSING = "-"
_SCENARIOS = {
    "calls": "calls",
    "writeUnits": "write units",
    "readUnits": "read units",
    "logBytes": "bytes logged",
    "cpu": "CPU an event (in naive deliveries)",
    "cpuMs": "ms",
}
_IMPORTS = {
    "modules": "modules",
    "cpu": "CPU with byte-code (of the yardstick)",
    "cpuMs": "ms",
    "deployedCpu": "without, as deployed",
    "deployedCpuMs": "ms",
}


def table(now: Figures, before: Figures, name_of_before: str) -> str:
    """Return the tables of scenarios and of imports, each figure as now|before|ratio, and the calls by operation.

    A ratio stands where a figure is one of CPU. Milliseconds are those of now: they say nothing of another run.
    """
    imports = {name: figures for name, figures in now.items() if "modules" in figures}
    scenarios = {name: figures for name, figures in now.items() if "calls" in figures}
    others = {name: figures for name, figures in now.items() if name not in imports | scenarios}
    return "\n".join(
        [
            f"each figure: now | {name_of_before}, and the ratio of the two where it is one of CPU",
            *_aligned(_rows("calls and units of an invocation", scenarios, before, _SCENARIOS)),
            "",
            *_aligned(_rows("import and init, fresh process", imports, before, _IMPORTS)),
            "",
            "others",
            *(f"{name}: {_told(figures)}" for name, figures in others.items()),
            "",
            "calls by operation",
            *_aligned(([name, line] for name, line in _operations(scenarios, before)), left=True),
        ]
    )


def _rows(title: str, now: Figures, before: Figures, columns: Mapping[str, str]) -> Iterator[list[str]]:
    yield [title, *columns.values()]
    for name, figures in now.items():
        yield [name.removeprefix("import, "), *(_cell(key, figures, before.get(name, {})) for key in columns)]


def _cell(key: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    value, old = _number(now.get(key)), _number(before.get(key))
    if value is None:
        return ""
    if key.endswith("Ms"):
        return f"{value:.3g}"
    if not key.lower().endswith("cpu"):
        return f"{value:g} | {_MISSING if old is None else f'{old:g}'}"
    return f"{value:.3f} | {_MISSING if old is None else f'{old:.3f} | {value / old:.2f}'}"


def _told(figures: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value:g}" for key, value in figures.items())


def _number(value: Any) -> float | None:
    return sum(value.values()) if isinstance(value, Mapping) else value


def _operations(now: Figures, before: Figures) -> Iterator[tuple[str, str]]:
    """Each scenario with its calls, and with what they were where that has changed."""
    for name, figures in now.items():
        yield name, _listed(figures["calls"])
        old = before.get(name, {}).get("calls")
        if old not in (None, figures["calls"]):
            yield "  before", _listed(old)


def _listed(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {operation}" for operation, count in calls.items()) or "none"


def _aligned(rows: Iterable[list[str]], *, left: bool = False) -> list[str]:
    """The rows with their columns one below the other; numbers to the right."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    align = [str.ljust, *[str.ljust if left else str.rjust] * (len(widths) - 1)]
    return [
        "  ".join(place(cell, width) for place, cell, width in zip(align, row, widths, strict=True)).rstrip()
        for row in rows
    ]
