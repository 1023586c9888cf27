"""What the environment decides."""

import pytest

from local.errors import LocalStackError
from local.settings import PROJECT_DIR, Settings


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    """Nothing needs to be set."""
    settings = Settings.from_env({})

    assert (settings.port, settings.aws_port, settings.listen_port) == (8080, 4566, 9000)
    assert settings.directory == PROJECT_DIR / ".local"
    assert settings.parameters() == {
        "AllowPrivateTargets": "true",
        "ValidateEvents": "WARN",
        "ConsoleUrl": "http://127.0.0.1:8080/console",
        "MailFrom": "alerts@recado.example",
        "AuthorizationUrl": "http://127.0.0.1:8080/oauth2/authorize",
        "TokenUrl": "http://127.0.0.1:8080/oauth2/token",
        "LogoutUrl": "http://127.0.0.1:8080/logout",
        "RevocationUrl": "http://127.0.0.1:8080/oauth2/revoke",
        "MutationsPerMinute": "6000",
        "TestSendsPerMinute": "6000",
        "PublishesPerMinute": "6000",
        "ReadUnitsPerMinute": "600000",
    }


def test_variables_that_a_makefile_passes_on_empty_count_as_unset() -> None:
    """`make` exports variables that nobody has set as empty text."""
    settings = Settings.from_env({"PORT": "", "BATCH_SCHEDULE": "", "ALLOW_PRIVATE_TARGETS": "", "LOCAL_DIR": ""})

    assert settings == Settings.from_env({})


def test_the_limits_of_requests_reach_the_template() -> None:
    """Whoever tries the limits out can lower them."""
    lowered = {
        "MUTATIONS_PER_MINUTE": "3",
        "TEST_SENDS_PER_MINUTE": "2",
        "PUBLISHES_PER_MINUTE": "1",
        "READ_UNITS_PER_MINUTE": "500",
    }

    parameters = Settings.from_env(lowered).parameters()

    names = ("MutationsPerMinute", "TestSendsPerMinute", "PublishesPerMinute", "ReadUnitsPerMinute")
    assert [parameters[name] for name in names] == ["3", "2", "1", "500"]


def test_the_schedule_and_private_targets_reach_the_template() -> None:
    """They become parameters of the stack, and so does what becomes of events that do not fit their schemas."""
    given = {"BATCH_SCHEDULE": "rate(1 minute)", "ALLOW_PRIVATE_TARGETS": "false", "VALIDATE_EVENTS": "ENFORCE"}
    parameters = Settings.from_env(given).parameters()

    assert parameters["BatchSchedule"] == "rate(1 minute)"
    assert parameters["AllowPrivateTargets"] == "false"
    assert parameters["ValidateEvents"] == "ENFORCE"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("AWS_PORT", "65536"),
        ("ALLOW_PRIVATE_TARGETS", "maybe"),
        ("VALIDATE_EVENTS", "warn"),
        ("MUTATIONS_PER_MINUTE", "0"),
        ("TEST_SENDS_PER_MINUTE", "many"),
        ("PUBLISHES_PER_MINUTE", "-1"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named(variable: str, value: str) -> None:
    """The message names the variable and the value."""
    with pytest.raises(LocalStackError, match=f"{variable} must be .*{value}"):
        Settings.from_env({variable: value})


@pytest.mark.parametrize(("port", "aws_port"), [("4566", ""), ("", "8080"), ("7000", "7000")])
def test_one_port_for_both_is_refused(port: str, aws_port: str) -> None:
    """One of the two would not start, and the other be taken for the stack."""
    with pytest.raises(LocalStackError, match="PORT and AWS_PORT must be two ports, and both are"):
        Settings.from_env({"PORT": port, "AWS_PORT": aws_port})
