"""The documentation as Markdown has it: pages, code blocks, code within text, links, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from local.settings import PROJECT_DIR

PAGES = (
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "console/README.md"),
    *sorted(str(page.relative_to(PROJECT_DIR)) for page in (PROJECT_DIR / "docs").glob("*.md")),
    *sorted(
        str(page.relative_to(PROJECT_DIR))
        for page in (PROJECT_DIR / "examples").rglob("README.md")
        if "node_modules" not in page.parts
    ),
)
"""What people read; the records of decisions beside it tell of their own day."""


@dataclass(frozen=True)
class Block:
    """A code block: its page, its first line there, its language if it has one, the heading above it, its text."""

    page: str
    line: int
    language: str
    section: str
    text: str

    @property
    def place(self) -> str:
        """Where it stands, as editors open it."""
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Words:
    """Code within a text, a table or a heading."""

    page: str
    line: int
    text: str

    @property
    def place(self) -> str:
        """Where it stands, as editors open it."""
        return f"{self.page}:{self.line}"


@cache
def tokens(page: str) -> tuple[Token, ...]:
    """Return what Markdown makes of a page."""
    text = (PROJECT_DIR / page).read_text(encoding="utf-8")
    return tuple(MarkdownIt("commonmark").enable("table").parse(text))


def blocks(page: str, *languages: str, about: str = "", section: str = "") -> list[Block]:
    """Return a page's code blocks: in these languages, if any is given, that hold this text, below this heading."""
    found = [block for block in _blocks(page) if not languages or block.language in languages]
    return [block for block in found if about in block.text and section in ("", block.section)]


def block(page: str, language: str, about: str = "") -> str:
    """Return the text of the one such block."""
    [found] = blocks(page, language, about=about)
    return found.text


def all_blocks() -> list[Block]:
    """Return the code blocks of all pages."""
    return [block for page in PAGES for block in blocks(page)]


def words(page: str) -> list[Words]:
    """Return a page's code that stands within text."""
    return [
        Words(page, line, child.content)
        for line, children in _inline(page)
        for child in children
        if child.type == "code_inline"
    ]


def all_words() -> list[Words]:
    """Return the code within text of all pages."""
    return [found for page in PAGES for found in words(page)]


def links(page: str) -> list[tuple[str, str]]:
    """Return a page's links, as text and address."""
    return [
        ("".join(child.content for child in _inside(children, place)), str(child.attrs["href"]))
        for _, children in _inline(page)
        for place, child in enumerate(children)
        if child.type == "link_open"
    ]


def anchors(page: str) -> set[str]:
    """Return what a link can name of a page, as forges make it of headings."""
    pairs = pairwise(tokens(page))
    titles = [title.content.replace("`", "") for opening, title in pairs if opening.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@cache
def _blocks(page: str) -> tuple[Block, ...]:
    found: list[Block] = []
    section = ""
    for before, token in pairwise((Token("start", "", 0), *tokens(page))):
        if before.type == "heading_open":
            section = token.content
        if token.type in {"fence", "code_block"} and token.map is not None:
            found.append(Block(page, token.map[0] + 1, token.info.strip(), section, token.content))
    return tuple(found)


def _inline(page: str) -> Iterator[tuple[int, list[Token]]]:
    # A cell of a table has no line of its own; the row's is the last that was told.
    line = 0
    for token in tokens(page):
        line = token.map[0] + 1 if token.map else line
        if token.type == "inline":
            yield line, token.children or []


def _inside(children: list[Token], place: int) -> Iterator[Token]:
    for child in children[place + 1 :]:
        if child.type == "link_close":
            return
        yield child
