"""What becomes of each code block of the documentation: which test runs it or reads it, or why none does."""

import re
import tomllib
from collections import Counter
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
        """Tell whether the test that it names is there, in a file that reads the page or an example that it quotes."""
        file, _, name = self.rest.partition("::")
        text = (PROJECT_DIR / file).read_text(encoding="utf-8") if (PROJECT_DIR / file).is_file() else ""
        return re.search(rf"^(def {name}\(|{name}:)", text, re.MULTILINE) is not None


@cache
def decisions() -> tuple[Decision, ...]:
    """Return all decisions, as they are written down."""
    pages = tomllib.loads(_LIST.read_text(encoding="utf-8"))
    return tuple(_decision(page, holds, text) for page, made in pages.items() for holds, text in made.items())


def count() -> Counter[str]:
    """Return how many blocks are run, checked and not run; a block without a decision is `undecided`."""
    found = [next((one.how for one in decisions() if one.is_about(block)), "undecided") for block in all_blocks()]
    return Counter(found)


def _decision(page: str, holds: str, text: str) -> Decision:
    found = re.fullmatch(r"(run by|checked by|not run)(?::| ) ?(.+)", text)
    if found is None:
        raise ValueError(f"{page}, {holds}: `{text}` is neither `run by`, `checked by` nor `not run: why`")
    return Decision(page, holds, found[1], found[2])
