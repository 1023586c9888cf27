"""The template is clean, as it is written and as CloudFormation gets it."""

from pathlib import Path

import pytest
from cfnlint.api import lint_file  # type: ignore[import-untyped]  # it ships no types
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]  # it ships no types

from local.settings import PROJECT_DIR
from tests.infrastructure.cloudformation import REGION, TEMPLATE_FILE

CONFIG = ManualArgs(regions=[REGION])


def test_template_is_clean() -> None:
    """cfn-lint finds nothing to say about the template."""
    assert lint_file(TEMPLATE_FILE, config=CONFIG) == []


def test_translated_template_is_clean(stack_file: Path) -> None:
    """cfn-lint finds nothing to say about what SAM makes of the template, where it sees more."""
    assert lint_file(stack_file, config=CONFIG) == []


@pytest.mark.parametrize(
    "template",
    [
        "infrastructure/sam/template.yaml",
        "outbox/dynamodb/template.yaml",
        "publishing/rule/template.yaml",
        "receiving/lambda/template.yaml",
    ],
)
def test_templates_of_the_examples_are_clean(template: str) -> None:
    """They are deployed as they are."""
    assert lint_file(PROJECT_DIR / "examples" / template, config=CONFIG) == []


def test_nothing_is_hidden_from_the_linter() -> None:
    """No rule of the linter is switched off in the template."""
    assert "cfn-lint" not in TEMPLATE_FILE.read_text(encoding="utf-8")
