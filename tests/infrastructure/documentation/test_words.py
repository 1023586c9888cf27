"""What the documentation names: each command, route, parameter, file, message and word of the code is there."""

import re

import pytest

from local.settings import PROJECT_DIR
from tests.support.documentation import kinds, sources
from tests.support.documentation.pages import PAGES, Words, all_blocks, all_words, blocks, words

_OPERATING = (PROJECT_DIR / "docs" / "operating.md").read_text(encoding="utf-8")
# Lines of shells in which commands stand that are ours.
_OURS = re.compile(r"^\s*(?:TOKEN=\$\()?((?:make|recado) [^#\n]*?)\)?\s*$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    """Whatever stands in it as code is what it looks like, or another program's that is named as such."""
    found = [(one.place, one.text, kinds.wrong(one)) for one in words(page)]
    assert [each for each in found if each[2]] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_blocks_are_there(page: str) -> None:
    """`make` and `recado` in code blocks have these targets, variables, commands and options."""
    shells = [shell for shell in blocks(page, "sh", "bash", "") if not shell.text.startswith("#!")]
    commands = [Words(page, shell.line, one) for shell in shells for one in _OURS.findall(shell.text)]
    found = [(one.place, one.text, kinds.kind_of(one).wrong(one)) for one in commands]
    assert [each for each in found if each[2]] == []


def test_what_is_of_others_is_still_named() -> None:
    """The list of what is not looked up holds nothing that no page names any more."""
    assert set(kinds.OF_OTHERS) <= {one.text for one in all_words()}


@pytest.mark.parametrize(
    "text",
    [
        *("make tset", "make deploy ENVIROMENT=prod", 'PARAMETERS="AlertMail=a"'),
        *("recado webhooks lst", "recado explain --wher", "--drry-run"),
        *("GET /accounts/{accountId}/webhook", "POST …/webhooks/{webhookId}", "…/signature/next", "/heath"),
        *("AlertMail=a@b", "AlertAfter=soon", "ValidateEvents=SOMETIMES", "WebhookLimits", "VALIDATE_EVENT"),
        *("attempt failled", "layers/core/recado/rule", "tests/none.py", "pytest tests/unit/none"),
        *("python -m tests.faults.weeks", "python -m tests.faults.years --sead 1"),
        *("FailedAttempts_TIMEOUTS", "webhook-ident", "delivery.digestion", "{notAField: 1}"),
    ],
)
def test_what_is_not_there_is_found(text: str) -> None:
    """A letter too many, too few, or another one."""
    assert kinds.wrong(Words("docs/operating.md", 1, text))


def test_outputs_that_commands_ask_for_are_there() -> None:
    """`output` of the shells' blocks names outputs of the template."""
    asked = {name for block in all_blocks() for name in re.findall(r"\boutput ([A-Z]\w+)", block.text)}
    assert "UserPoolId" in asked
    assert asked - sources.template().document["Outputs"].keys() == set()


def test_every_parameter_is_explained() -> None:
    """What an operator can set stands in some page."""
    named = {name for one in all_words() for name in sources.WORD.findall(one.text)}
    assert sources.template().document["Parameters"].keys() - named == set()


def test_parameters_of_tables_have_the_defaults_that_are_shown() -> None:
    """Where a table of parameters has a column for it, and in that of the limits."""
    shown = dict(re.findall(r"^\| `([A-Z]\w+)` \| ([\d,]+|`[^`]+`)(?= [(|])", _OPERATING, re.MULTILINE))
    limits = re.findall(r"^\| [^|]+ \| ([\d,]+)[^|]* \| parameter `([A-Z]\w+)`", _OPERATING, re.MULTILINE)
    shown |= {name: value for value, name in limits}
    parameters = sources.template().document["Parameters"]
    assert len(shown) > 8
    assert {name: value.strip("`").replace(",", "") for name, value in shown.items()} == {
        name: str(parameters[name]["Default"]).replace(",", "") for name in shown
    }
