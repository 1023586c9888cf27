"""Print how much of the documentation is run: `python -m tests.support.documentation`."""

from collections import Counter

from tests.support.documentation import kinds
from tests.support.documentation.decisions import blocks_by_decision, decisions, shell_commands
from tests.support.documentation.pages import PAGES, all_words


def main() -> None:
    """Print the counts, and why the rest is not run."""
    found, by_decision = all_words(), blocks_by_decision()
    blocks = {how: len(those) for how, those in by_decision.items()}
    commands = {how: sum(map(shell_commands, those)) for how, those in by_decision.items()}
    nowhere = sum(bool(kinds.wrong(one)) for one in found)
    by_kind = Counter(kinds.kind_of(one).name for one in found).most_common()
    print(f"documentation: {len(PAGES)} pages")
    print(f"  {sum(blocks.values())} code blocks: {_said(blocks)}")
    print(f"  {sum(commands.values())} commands of shells in them: {_said(commands)}")
    print(f"  {len(found)} names in text, {nowhere} of them nowhere: {', '.join(f'{n} {name}' for name, n in by_kind)}")
    for one in decisions():
        if one.how == "not run":
            print(f"  not run: {one.page}, {one.holds.splitlines()[0]!r}: {one.rest}")


def _said(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {how.removesuffix(' by')}" for how, number in numbers.items())


main()
