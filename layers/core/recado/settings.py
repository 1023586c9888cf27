"""Settings of each function, read once from its environment into a frozen value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Self

from recado.rules.event.judging import Validation
from recado.rules.target.addresses import Network, private_network

_TRUE, _FALSE = "true", "false"
_FIRST_IMPOSSIBLE_PORT = 2**16


class SettingsError(ValueError):
    """A setting is missing or unusable; the message names it and says what is accepted."""


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """Which targets may be contacted; `networks` are private ones that may be, none by default."""

    allow_private: bool
    ports: tuple[int, ...]
    networks: tuple[Network, ...]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(
            allow_private=_flag(env, "ALLOW_PRIVATE_TARGETS"),
            ports=_ports(env, "ALLOWED_TARGET_PORTS"),
            networks=_networks(env, "ALLOWED_TARGET_CIDRS"),
        )


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """What every function that sends needs; all that the redelivery function needs."""

    webhooks_table: str
    deliveries_table: str
    redelivery_queue_url: str
    kms_key_id: str
    alert_topic_arn: str
    event_bus_name: str
    targets: TargetSettings
    delivery_retention_days: int
    slow_after_seconds: int
    alert_after_seconds: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(
            webhooks_table=required_text(env, "WEBHOOKS_TABLE"),
            deliveries_table=required_text(env, "DELIVERIES_TABLE"),
            redelivery_queue_url=required_text(env, "REDELIVERY_QUEUE_URL"),
            kms_key_id=required_text(env, "KMS_KEY_ID"),
            alert_topic_arn=required_text(env, "ALERT_TOPIC_ARN"),
            event_bus_name=required_text(env, "EVENT_BUS_NAME"),
            targets=TargetSettings.from_env(env),
            delivery_retention_days=_number(env, "DELIVERY_RETENTION_DAYS"),
            slow_after_seconds=_number(env, "SLOW_AFTER_SECONDS"),
            alert_after_seconds=_number(env, "ALERT_AFTER_SECONDS", least=0),
        )


@dataclass(frozen=True, slots=True)
class RealtimeSettings:
    """Settings of the real-time dispatcher; `catalogue` is the folder of the event types."""

    sender: SenderSettings
    dead_letter_queue_url: str
    catalogue: str
    validation: Validation

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(
            sender=SenderSettings.from_env(env),
            dead_letter_queue_url=required_text(env, "DEAD_LETTER_QUEUE_URL"),
            catalogue=required_text(env, "CATALOGUE"),
            validation=_validation(env, "VALIDATE_EVENTS"),
        )


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """Settings of the batch dispatcher; `catalogue` is the folder of the event types."""

    sender: SenderSettings
    dead_letter_queue_url: str
    catalogue: str
    validation: Validation
    batch_queue_url: str
    max_drains: int
    function_name: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(
            sender=SenderSettings.from_env(env),
            dead_letter_queue_url=required_text(env, "DEAD_LETTER_QUEUE_URL"),
            catalogue=required_text(env, "CATALOGUE"),
            validation=_validation(env, "VALIDATE_EVENTS"),
            batch_queue_url=required_text(env, "BATCH_QUEUE_URL"),
            max_drains=_number(env, "MAX_DRAINS"),
            function_name=required_text(env, "AWS_LAMBDA_FUNCTION_NAME"),
        )


@dataclass(frozen=True, slots=True)
class CounterSettings:
    """Settings of the delivery counter."""

    webhooks_table: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(webhooks_table=required_text(env, "WEBHOOKS_TABLE"))


@dataclass(frozen=True, slots=True)
class MailerSettings:
    """Settings of the function that mails alerts; `portal_refresh_url`, where links to webhooks lead, may be empty."""

    webhooks_table: str
    console_url: str
    mail_from: str
    portal_refresh_url: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(
            webhooks_table=required_text(env, "WEBHOOKS_TABLE"),
            console_url=required_text(env, "CONSOLE_URL"),
            mail_from=required_text(env, "MAIL_FROM"),
            portal_refresh_url=env.get("PORTAL_REFRESH_URL", ""),
        )


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Settings of the HTTP API; `catalogue` is the folder of the event types.

    Without `mail_from` nobody is mailed.
    """

    webhooks_table: str
    deliveries_table: str
    idempotency_table: str
    redelivery_queue_url: str
    delivery_retention_days: int
    kms_key_id: str
    webhook_limit: int
    mutations_per_minute: int
    test_sends_per_minute: int
    publishes_per_minute: int
    read_units_per_minute: int
    batch_schedule: str
    event_bus_name: str
    event_source: str
    catalogue: str
    validation: Validation
    targets: TargetSettings
    groups_claim: str
    egress_addresses: tuple[str, ...]
    console_url: str
    mail_from: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(
            webhooks_table=required_text(env, "WEBHOOKS_TABLE"),
            deliveries_table=required_text(env, "DELIVERIES_TABLE"),
            idempotency_table=required_text(env, "IDEMPOTENCY_TABLE"),
            redelivery_queue_url=required_text(env, "REDELIVERY_QUEUE_URL"),
            delivery_retention_days=_number(env, "DELIVERY_RETENTION_DAYS"),
            kms_key_id=required_text(env, "KMS_KEY_ID"),
            webhook_limit=_number(env, "WEBHOOK_LIMIT"),
            mutations_per_minute=_number(env, "MUTATIONS_PER_MINUTE"),
            test_sends_per_minute=_number(env, "TEST_SENDS_PER_MINUTE"),
            publishes_per_minute=_number(env, "PUBLISHES_PER_MINUTE"),
            read_units_per_minute=_number(env, "READ_UNITS_PER_MINUTE"),
            batch_schedule=required_text(env, "BATCH_SCHEDULE"),
            event_bus_name=required_text(env, "EVENT_BUS_NAME"),
            event_source=required_text(env, "EVENT_SOURCE"),
            catalogue=required_text(env, "CATALOGUE"),
            validation=_validation(env, "VALIDATE_EVENTS"),
            targets=TargetSettings.from_env(env),
            groups_claim=required_text(env, "GROUPS_CLAIM"),
            egress_addresses=_ip_networks(env, "EGRESS_ADDRESSES"),
            console_url=required_text(env, "CONSOLE_URL"),
            mail_from=env.get("MAIL_FROM", ""),
        )


@dataclass(frozen=True, slots=True)
class ResourceSettings:
    """Settings of the custom resource; `api_id` is the id of this deployment's own HTTP API."""

    webhooks_table: str
    deliveries_table: str
    redelivery_queue_url: str
    delivery_retention_days: int
    kms_key_id: str
    webhook_limit: int
    event_bus_name: str
    catalogue: str
    targets: TargetSettings
    api_id: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from the environment; raises `SettingsError`."""
        return cls(
            webhooks_table=required_text(env, "WEBHOOKS_TABLE"),
            deliveries_table=required_text(env, "DELIVERIES_TABLE"),
            redelivery_queue_url=required_text(env, "REDELIVERY_QUEUE_URL"),
            delivery_retention_days=_number(env, "DELIVERY_RETENTION_DAYS"),
            kms_key_id=required_text(env, "KMS_KEY_ID"),
            webhook_limit=_number(env, "WEBHOOK_LIMIT"),
            event_bus_name=required_text(env, "EVENT_BUS_NAME"),
            catalogue=required_text(env, "CATALOGUE"),
            targets=TargetSettings.from_env(env),
            api_id=required_text(env, "API_ID"),
        )


def required_text(env: Mapping[str, str], name: str) -> str:
    """A setting that must be there; raises `SettingsError`."""
    value = env.get(name, "")
    if not value:
        raise SettingsError(f"{name} must be set")
    return value


def _number(env: Mapping[str, str], name: str, least: int = 1) -> int:
    value = required_text(env, name)
    if not re.fullmatch("[0-9]{1,9}", value) or int(value) < least:
        raise SettingsError(f"{name} must be a whole number from {least}, not {value!r}")
    return int(value)


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = required_text(env, name).lower()
    if value not in (_TRUE, _FALSE):
        raise SettingsError(f"{name} must be {_TRUE} or {_FALSE}, not {value!r}")
    return value == _TRUE


def _validation(env: Mapping[str, str], name: str) -> Validation:
    value = required_text(env, name)
    if value not in tuple(Validation):
        raise SettingsError(f"{name} must be {', '.join(Validation)}, not {value!r}")
    return Validation(value)


def _ports(env: Mapping[str, str], name: str) -> tuple[int, ...]:
    value = required_text(env, name)
    if not re.fullmatch("[0-9]{1,5}(,[0-9]{1,5})*", value) or not all(
        0 < int(port) < _FIRST_IMPOSSIBLE_PORT for port in value.split(",")
    ):
        raise SettingsError(f"{name} must be ports separated by commas, such as 443,8443, not {value!r}")
    return tuple(map(int, value.split(",")))


def _ip_networks(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    value = env.get(name, "")
    try:
        # An address in its network, which the template's pattern cannot tell, names the network.
        return tuple(str(ip_network(network, strict=False)) for network in value.split(",")) if value else ()
    except ValueError:
        raise SettingsError(
            f"{name} must be networks separated by commas, such as 198.51.100.7/32, not {value!r}"
        ) from None


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    value = env.get(name, "")
    try:
        return tuple(map(private_network, value.split(","))) if value else ()
    except ValueError as error:
        raise SettingsError(f"{name} {error}") from None
