"""Print how much of the documentation is run: `python -m tests.support.documentation`."""

from collections import Counter

from tests.support.documentation import kinds
from tests.support.documentation.decisions import count, decisions
from tests.support.documentation.pages import PAGES, all_words


def main() -> None:
    """Print the counts, and why the rest is not run."""
    blocks, found = count(), all_words()
    by_kind = Counter(kinds.kind_of(one).name for one in found)
    print(
        f"documentation: {len(PAGES)} pages, {blocks.total()} code blocks: {blocks['run by']} run, "
        f"{blocks['checked by']} checked, {blocks['not run']} not run; {len(found)} names in code, all looked up"
    )
    print("  " + ", ".join(f"{number} {name}" for name, number in by_kind.most_common()))
    for one in decisions():
        if one.how == "not run":
            print(f"  not run: {one.page}, {one.holds.splitlines()[0]!r}: {one.rest}")


main()
