"""What becomes of a test that needs a tool of the system's."""

import pytest

from tests.support import tools


@pytest.fixture
def php_test(request: pytest.FixtureRequest) -> pytest.Item:
    """A test that needs PHP."""
    item: pytest.Item = pytest.Function.from_parent(request.node.parent, name="receives", callobj=lambda: None)
    item.add_marker(pytest.mark.needs("php"))
    return item


def test_it_is_left_out_where_the_tool_may_be_missing(php_test: pytest.Item, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is skipped, with the tool as the reason; a test without needs is run."""
    other: pytest.Item = pytest.Function.from_parent(php_test.parent, name="other", callobj=lambda: None)
    monkeypatch.setattr(tools, "_missing_tools", lambda: (["go", "php"], True))
    tools.pytest_collection_modifyitems([php_test, other])
    assert [mark.kwargs["reason"] for mark in php_test.iter_markers("skip")] == ["not installed: php"]
    assert list(other.iter_markers("skip")) == []


def test_the_run_ends_where_the_tool_must_be_there(php_test: pytest.Item, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not skipped: one line names the tool and the command that installs it."""
    monkeypatch.setattr(tools, "_missing_tools", lambda: (["php"], False))
    with pytest.raises(pytest.UsageError, match="not installed: php; `make tools` installs it"):
        tools.pytest_collection_modifyitems([php_test])


def test_it_is_run_where_only_other_tools_are_missing(php_test: pytest.Item, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that no chosen test needs stops nothing."""
    monkeypatch.setattr(tools, "_missing_tools", lambda: (["go"], False))
    tools.pytest_collection_modifyitems([php_test])
    assert list(php_test.iter_markers("skip")) == []
