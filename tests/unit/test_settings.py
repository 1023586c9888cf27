"""Settings of the functions."""

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from recado.console.settings import ConsoleSettings, PortalSettings
from recado.rules.event.judging import Validation
from recado.settings import (
    ApiSettings,
    BatchSettings,
    CounterSettings,
    MailerSettings,
    RealtimeSettings,
    SenderSettings,
    SettingsError,
    TargetSettings,
)

SENDER = {
    "WEBHOOKS_TABLE": "webhooks",
    "DELIVERIES_TABLE": "deliveries",
    "REDELIVERY_QUEUE_URL": "https://sqs/redelivery",
    "KMS_KEY_ID": "arn:aws:kms:eu-west-1:123456789012:key/k",
    "ALERT_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:alerts",
    "EVENT_BUS_NAME": "recado-bus",
    "ALLOW_PRIVATE_TARGETS": "false",
    "ALLOWED_TARGET_PORTS": "443,8443",
    "DELIVERY_RETENTION_DAYS": "30",
    "SLOW_AFTER_SECONDS": "2",
    "ALERT_AFTER_SECONDS": "300",
}
REALTIME = {**SENDER, "DEAD_LETTER_QUEUE_URL": "https://sqs/dead", "CATALOGUE": "/opt", "VALIDATE_EVENTS": "WARN"}
BATCH = {
    **REALTIME,
    "BATCH_QUEUE_URL": "https://sqs/batch",
    "MAX_DRAINS": "5",
    "AWS_LAMBDA_FUNCTION_NAME": "recado-batch",
}
API = {
    "WEBHOOKS_TABLE": "webhooks",
    "DELIVERIES_TABLE": "deliveries",
    "IDEMPOTENCY_TABLE": "idempotency",
    "REDELIVERY_QUEUE_URL": "https://sqs/redelivery",
    "DELIVERY_RETENTION_DAYS": "30",
    "KMS_KEY_ID": "arn:aws:kms:eu-west-1:123456789012:key/k",
    "WEBHOOK_LIMIT": "5",
    "MUTATIONS_PER_MINUTE": "60",
    "TEST_SENDS_PER_MINUTE": "10",
    "PUBLISHES_PER_MINUTE": "600",
    "READ_UNITS_PER_MINUTE": "6000",
    "BATCH_SCHEDULE": "rate(15 minutes)",
    "EVENT_BUS_NAME": "recado-bus",
    "EVENT_SOURCE": "recado.publisher",
    "CATALOGUE": "/opt",
    "VALIDATE_EVENTS": "ENFORCE",
    "ALLOW_PRIVATE_TARGETS": "true",
    "ALLOWED_TARGET_PORTS": "443,9443",
    "GROUPS_CLAIM": "cognito:groups",
    "CONSOLE_URL": "https://hooks.example.com/console",
}


class Settings(Protocol):
    """What all settings have in common."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Any:
        """Read the settings."""
        ...


EACH: list[tuple[type[Settings], dict[str, str]]] = [
    (SenderSettings, SENDER),
    (RealtimeSettings, REALTIME),
    (BatchSettings, BATCH),
    (ApiSettings, API),
    (CounterSettings, {"WEBHOOKS_TABLE": "webhooks"}),
    (
        MailerSettings,
        {
            "WEBHOOKS_TABLE": "webhooks",
            "CONSOLE_URL": "https://hooks.example.com/console",
            "MAIL_FROM": "a@example.com",
        },
    ),
]
VARIABLES = [(settings, env, name) for settings, env in EACH for name in env]
NUMBERS = [row for row in VARIABLES if row[1][row[2]].isdecimal()]
FLAGS = [row for row in VARIABLES if row[2] == "ALLOW_PRIVATE_TARGETS"]


def test_senders_read_their_settings() -> None:
    """Texts, a flag and a number."""
    expected = SenderSettings(
        webhooks_table="webhooks",
        deliveries_table="deliveries",
        redelivery_queue_url="https://sqs/redelivery",
        kms_key_id="arn:aws:kms:eu-west-1:123456789012:key/k",
        alert_topic_arn="arn:aws:sns:eu-west-1:123456789012:alerts",
        event_bus_name="recado-bus",
        targets=TargetSettings(allow_private=False, ports=(443, 8443), networks=()),
        delivery_retention_days=30,
        slow_after_seconds=2,
        alert_after_seconds=300,
    )

    assert SenderSettings.from_env(SENDER) == expected
    assert RealtimeSettings.from_env(REALTIME) == RealtimeSettings(
        expected, "https://sqs/dead", "/opt", Validation.WARN
    )
    assert BatchSettings.from_env(BATCH) == BatchSettings(
        sender=expected,
        dead_letter_queue_url="https://sqs/dead",
        catalogue="/opt",
        validation=Validation.WARN,
        batch_queue_url="https://sqs/batch",
        max_drains=5,
        function_name="recado-batch",
    )


def test_the_api_reads_its_settings() -> None:
    """Its own, and no more."""
    assert ApiSettings.from_env(
        {**API, "EGRESS_ADDRESSES": "198.51.100.7,2001:db8:1::/56", "PATH": "/bin"}
    ) == ApiSettings(
        webhooks_table="webhooks",
        deliveries_table="deliveries",
        idempotency_table="idempotency",
        redelivery_queue_url="https://sqs/redelivery",
        delivery_retention_days=30,
        kms_key_id="arn:aws:kms:eu-west-1:123456789012:key/k",
        webhook_limit=5,
        mutations_per_minute=60,
        test_sends_per_minute=10,
        publishes_per_minute=600,
        read_units_per_minute=6000,
        batch_schedule="rate(15 minutes)",
        event_bus_name="recado-bus",
        event_source="recado.publisher",
        catalogue="/opt",
        validation=Validation.ENFORCE,
        targets=TargetSettings(allow_private=True, ports=(443, 9443), networks=()),
        groups_claim="cognito:groups",
        egress_addresses=("198.51.100.7/32", "2001:db8:1::/56"),
        console_url="https://hooks.example.com/console",
        mail_from="",
    )


@pytest.mark.parametrize(("settings", "env"), EACH)
def test_a_missing_variable_is_named(settings: type[Settings], env: dict[str, str]) -> None:
    """Absent or empty, the message names it."""
    for name in env:
        absent = {key: value for key, value in env.items() if key != name}
        for incomplete in (absent, {**env, name: ""}):
            with pytest.raises(SettingsError, match=f"^{name} must be set$"):
                settings.from_env(incomplete)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "five", " 5", "5 ", "\u0663", "0x5", "1e3", "9" * 5000])
def test_a_wrong_number_is_named(value: str) -> None:
    """The message says what is accepted."""
    for settings, env, name in NUMBERS:
        least = 0 if name == "ALERT_AFTER_SECONDS" else 1
        if value == str(least):
            assert settings.from_env({**env, name: value})
            continue
        with pytest.raises(SettingsError, match=f"^{name} must be a whole number from {least}"):
            settings.from_env({**env, name: value})


@pytest.mark.parametrize("value", ["yes", "1", "0", "truth", " true"])
def test_a_wrong_flag_is_named(value: str) -> None:
    """Nobody allows private targets by a slip."""
    for settings, env, name in FLAGS:
        with pytest.raises(SettingsError, match=f"^{name} must be true or false"):
            settings.from_env({**env, name: value})


@pytest.mark.parametrize(("value", "allowed"), [("true", True), ("TRUE", True), ("False", False)])
def test_a_flag_has_no_case(value: str, allowed: bool) -> None:
    """CloudFormation and people write it differently."""
    assert SenderSettings.from_env({**SENDER, "ALLOW_PRIVATE_TARGETS": value}).targets.allow_private is allowed


@pytest.mark.parametrize(
    ("value", "networks"),
    [("", []), ("10.1.0.0/16", ["10.1.0.0/16"]), ("192.168.7.0/24,fd12::/16", ["192.168.7.0/24", "fd12::/16"])],
)
def test_private_networks_are_allowed_by_name_alone(value: str, networks: list[str]) -> None:
    """None where nothing is said."""
    targets = SenderSettings.from_env({**SENDER, "ALLOWED_TARGET_CIDRS": value}).targets

    assert [str(network) for network in targets.networks] == networks
    assert SenderSettings.from_env(SENDER).targets.networks == ()


@pytest.mark.parametrize(
    "value", ["127.0.0.0/8", "10.0.0.0/8,169.254.0.0/16", "8.8.8.0/24", "10.1/16", "10.0.0.0/8,", " "]
)
def test_a_network_that_may_not_be_allowed_is_named(value: str) -> None:
    """At the start, before anything is sent."""
    env = {**BATCH, **API, "ALLOWED_TARGET_CIDRS": value}
    each: list[type[Settings]] = [SenderSettings, RealtimeSettings, BatchSettings, ApiSettings]

    for settings in each:
        with pytest.raises(SettingsError, match="ALLOWED_TARGET_CIDRS must hold networks"):
            settings.from_env(env)


def test_where_posts_come_from_may_be_unknown() -> None:
    """It is told where it is known, by the network where an address in it is named."""
    assert ApiSettings.from_env(API).egress_addresses == ()
    named = ApiSettings.from_env({**API, "EGRESS_ADDRESSES": "198.51.100.7/24"})
    assert named.egress_addresses == ("198.51.100.0/24",)


@pytest.mark.parametrize("value", ["198.51.100.7/33", "nat", "198.51.100.7,", "198.51.100.7, 198.51.100.8"])
def test_a_wrong_egress_address_is_named(value: str) -> None:
    """What is told to firewalls is right, or nothing starts."""
    with pytest.raises(SettingsError, match="EGRESS_ADDRESSES must be networks separated by commas"):
        ApiSettings.from_env({**API, "EGRESS_ADDRESSES": value})


@pytest.mark.parametrize("value", ["0", "65536", "443, 8443", "443,", "https", "-1", "\u0664\u0664\u0663", "9" * 5000])
def test_a_wrong_port_is_named(value: str) -> None:
    """The message says what is accepted."""
    with pytest.raises(SettingsError, match="ALLOWED_TARGET_PORTS must be ports separated by commas"):
        SenderSettings.from_env({**SENDER, "ALLOWED_TARGET_PORTS": value})


def test_console_settings_may_name_no_sign_in() -> None:
    """A deployment whose users sign in nowhere has a console all the same; only the groups' claim must be known."""
    settings = ConsoleSettings.from_env({"GROUPS_CLAIM": "groups"})

    assert settings == ConsoleSettings("", "", "", "", "", "", "", (), "groups", PortalSettings("", "", "", "", ()))
    with pytest.raises(SettingsError, match="GROUPS_CLAIM must be set"):
        ConsoleSettings.from_env({"GROUPS_CLAIM": ""})
