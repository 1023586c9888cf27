"""Changes of JSON from the command line: `--set a.b=1`, `--set a.0.b=text`, `--set 'a=["x"]'`."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import Any

from recado_cli.exits import Exit, Stop

_LONGEST_LIST = 1000


def edited(document: Any, settings: Iterable[str], option: str = "--set") -> Any:  # noqa: ANN401 - any JSON
    """A copy of the document with `path=value` applied in turn; raises `Stop` that names what does not fit.

    A path leads through names of objects and places of lists, `items.0.price`; a point within a name is written `\\.`.
    A value is JSON if it can be read as such, else a text; where the document holds a text it stays one, or is null,
    and quotes make one anywhere: `a='"1"'`. What is not there is made; a place after the last of a list appends to it.
    """
    changed = copy.deepcopy(document)
    for setting in settings:
        path, sign, text = setting.partition("=")
        if not sign or not path:
            raise Stop(f"{option} is path=value, such as user.id=7; not {setting!r}", Exit.USAGE)
        changed = _put(changed, _parts(path), text, f"{option} {setting}")
    return changed


def without(document: Any, paths: Iterable[str], option: str = "--unset") -> Any:  # noqa: ANN401 - any JSON
    """A copy of the document without what the paths lead to; raises `Stop` where there is nothing."""
    changed = copy.deepcopy(document)
    for path in paths:
        *way, last = _parts(path)
        place = changed
        try:
            for part in way:
                place = place[int(part)] if isinstance(place, list) else place[part]
            del place[int(last) if isinstance(place, list) else last]
        except (KeyError, IndexError, ValueError, TypeError):
            raise Stop(f"{option} {path}: there is nothing at that path", Exit.USAGE) from None
    return changed


def value_of(text: str, before: Any = None) -> Any:  # noqa: ANN401 - any JSON
    """What a text of the command line means in the place of another value."""
    try:
        # NaN and Infinity are no JSON, though Python reads them.
        value = json.loads(text, parse_constant=_refuse)
    except ValueError:
        return text
    # An id such as "0042" or "1e3" is still an id.
    return text if isinstance(before, str) and value is not None and not isinstance(value, str) else value


def name_of(setting: str) -> str:
    """The name that the path of `path=value` begins with."""
    return _parts(setting.partition("=")[0])[0]


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _parts(path: str) -> list[str]:
    kept = path.replace("\\.", "\0")
    parts = [part.replace("\0", ".") for part in kept.split(".")]
    if not all(parts):
        raise Stop(f"{path!r} is no path such as user.id: a name is missing in it", Exit.USAGE)
    return parts


def _put(place: Any, parts: list[str], text: str, where: str) -> Any:  # noqa: ANN401 - any JSON
    """The place with the value at the end of the path; the way to it is made where it is missing."""
    if not parts:
        return value_of(text, place)
    part, rest = parts[0], parts[1:]
    if place is None:
        place = [] if part == "0" else {}
    if isinstance(place, dict):
        place[part] = _put(place.get(part), rest, text, where)
    elif isinstance(place, list):
        index = _index(part, len(place), where)
        if index == len(place):
            place.append(None)
        place[index] = _put(place[index], rest, text, where)
    else:
        raise Stop(f"{where}: {part!r} leads into {json.dumps(place)}, which is no object and no list", Exit.USAGE)
    return place


def _index(part: str, length: int, where: str) -> int:
    if not part.isascii() or not part.isdigit() or int(part) > min(length, _LONGEST_LIST):
        raise Stop(f"{where}: {part!r} is no place of a list that has {length}; 0 to {length} are", Exit.USAGE)
    return int(part)
