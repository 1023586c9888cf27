"""The deployment settings: complete for every environment, and of no account in particular."""

import re
import tomllib
from typing import Any

import pytest

from tests.infrastructure.cloudformation import TEMPLATE_FILE, Stack

SAMCONFIG_FILE = TEMPLATE_FILE.with_name("samconfig.toml")
ENVIRONMENTS = ("default", "dev", "prod")


@pytest.fixture(scope="module")
def samconfig() -> dict[str, Any]:
    """Return the settings."""
    return tomllib.loads(SAMCONFIG_FILE.read_text(encoding="utf-8"))


def test_environments_are_the_known_ones(samconfig: dict[str, Any]) -> None:
    """There are settings for a trial, for development and for production."""
    assert set(samconfig) == {"version", *ENVIRONMENTS}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_environment_is_complete(samconfig: dict[str, Any], environment: str) -> None:
    """An environment builds, checks and deploys without further options."""
    settings = samconfig[environment]
    assert settings["validate"]["parameters"]["lint"] is True
    assert settings["build"]["parameters"] == {"cached": True, "parallel": True}
    deploy = settings["deploy"]["parameters"]
    assert (deploy["capabilities"], deploy["resolve_s3"]) == ("CAPABILITY_IAM", True)


def test_environments_are_stacks_of_their_own(samconfig: dict[str, Any]) -> None:
    """Deploying one environment never touches another."""
    names = {samconfig[environment]["global"]["parameters"]["stack_name"] for environment in ENVIRONMENTS}
    assert names == {"recado", "recado-dev", "recado-prod"}


@pytest.mark.parametrize("environment", ["default", "prod"])
def test_changes_are_shown_first(samconfig: dict[str, Any], environment: str) -> None:
    """Nothing changes in production before somebody has seen what would."""
    assert samconfig[environment]["deploy"]["parameters"]["confirm_changeset"] is True


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_overrides_name_parameters(samconfig: dict[str, Any], source: Stack, environment: str) -> None:
    """What an environment sets is a parameter of the template."""
    overrides = samconfig[environment]["deploy"]["parameters"].get("parameter_overrides", [])
    assert {override.split("=")[0] for override in overrides} <= set(source.document["Parameters"])


def test_no_account_is_named() -> None:
    """The settings name no AWS account, region, profile or bucket."""
    text = SAMCONFIG_FILE.read_text(encoding="utf-8")
    assert not re.search(r"\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b|^(profile|region|s3_bucket)\s*=", text, re.MULTILINE)
