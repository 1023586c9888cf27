"""What becomes of each code block of the documentation: which test runs it or reads it, or why none does."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.settings import PROJECT_DIR
from tests.support.documentation.pages import Block, all_blocks

_LIST = Path(__file__).parent / "blocks.toml"


@dataclass(frozen=True)
class Decision:
    """What becomes of the block of a page that holds a text: `how` is `run by`, `checked by` or `not run`."""

    page: str
    holds: str
    how: str
    rest: str

    def is_about(self, block: Block) -> bool:
        """Tell whether it is this block's."""
        return self.page == block.page and self.holds in block.text

    def names_a_test(self) -> bool:
        """Tell whether the test, or the target of the Makefile, that it names is there."""
        file, _, name = self.rest.partition("::")
        text = (PROJECT_DIR / file).read_text(encoding="utf-8") if (PROJECT_DIR / file).is_file() else ""
        return re.search(rf"^(def {name}\(|{name}:)", text, re.MULTILINE) is not None


@cache
def decisions() -> tuple[Decision, ...]:
    """Return all decisions, as they are written down."""
    pages = tomllib.loads(_LIST.read_text(encoding="utf-8"))
    return tuple(_decision(page, holds, text) for page, made in pages.items() for holds, text in made.items())


def blocks_by_decision() -> dict[str, list[Block]]:
    """Return the blocks that are run, checked and not run; one without a decision is `undecided`."""
    found: dict[str, list[Block]] = {"run by": [], "checked by": [], "not run": []}
    for block in all_blocks():
        how = next((one.how for one in decisions() if one.is_about(block)), "undecided")
        found.setdefault(how, []).append(block)
    return found


def shell_commands(block: Block) -> int:
    """Return how many commands a block of a shell has, by its lines; a program that is shown whole is one."""
    if block.language not in {"sh", "bash", ""} or re.match("[A-Z]+ /|writer", block.text):
        return 0
    if block.text.startswith("#!"):
        return 1
    lines = block.text.replace("\\\n", " ").splitlines()
    return len([line for line in lines if line and not line.startswith((" ", "#"))])


def _decision(page: str, holds: str, text: str) -> Decision:
    found = re.fullmatch(r"(run by|checked by|not run)(?::| ) ?(.+)", text)
    if found is None:
        raise ValueError(f"{page}, {holds}: `{text}` is neither `run by`, `checked by` nor `not run: why`")
    return Decision(page, holds, found[1], found[2])
