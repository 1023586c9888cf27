"""What an admin may ask of the POSTs of a webhook."""

from dataclasses import fields
from typing import Any

import pytest

from recado.rules.webhook.delivery_settings import RANGES, DeliverySettings, InvalidDeliveryError, with_settings

USUAL = DeliverySettings()
ALL = DeliverySettings(
    max_events=1, max_bytes=1024, timeout_seconds=15, max_posts_per_minute=1, partial_responses=True, digest=True
)


def refusal_of(**entered: Any) -> list[tuple[str, str]]:
    """Return which of these settings are refused, and why."""
    with pytest.raises(InvalidDeliveryError) as refusal:
        with_settings(USUAL, entered)
    return list(refusal.value.problems)


def test_each_setting_counts_by_itself() -> None:
    """What is not entered stays as it is."""
    some = with_settings(USUAL, {"max_events": 10, "partial_responses": True})

    assert some == DeliverySettings(max_events=10, partial_responses=True)
    assert with_settings(some, {"timeout_seconds": 8}) == DeliverySettings(
        max_events=10, timeout_seconds=8, partial_responses=True
    )
    assert with_settings(some, {}) == some


def test_a_limit_of_posts_is_taken_away_by_none() -> None:
    """It is the only setting that there need not be."""
    limited = with_settings(USUAL, {"max_posts_per_minute": 60})

    assert limited.max_posts_per_minute == 60
    assert with_settings(limited, {"max_posts_per_minute": None}) == USUAL


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("max_events", 1, 100),
        ("max_bytes", 1024, 262_144),
        ("timeout_seconds", 1, 15),
        ("max_posts_per_minute", 1, 6000),
    ],
)
def test_a_number_is_in_its_range(name: str, least: int, most: int) -> None:
    """Both ends are; beyond them the refusal says what is accepted."""
    assert RANGES[name] == (least, most)
    for value in (least, most):
        assert getattr(with_settings(USUAL, {name: value}), name) == value
    for value in (least - 1, most + 1, -least, 10**30):
        assert refusal_of(**{name: value}) == [(name, f"must be a whole number from {least} to {most}")]


@pytest.mark.parametrize("value", [5.0, 5.5, True, False, "5", "", float("nan"), float("inf"), [5], {}])
@pytest.mark.parametrize("name", list(RANGES))
def test_a_number_is_a_whole_number(name: str, value: object) -> None:
    """Nothing is guessed: neither a text of digits nor a decimal without a rest is one."""
    ((_, reason),) = refusal_of(**{name: value})

    assert reason.startswith("must be a whole number from ")


@pytest.mark.parametrize("name", ["max_events", "max_bytes", "timeout_seconds"])
def test_none_is_no_number(name: str) -> None:
    """These limits there always are."""
    assert [refused for refused, _ in refusal_of(**{name: None})] == [name]


@pytest.mark.parametrize("value", [None, 0, 1, "true", []])
def test_partial_responses_are_on_or_off(value: object) -> None:
    """And nothing else."""
    assert refusal_of(partial_responses=value) == [("partial_responses", "must be true or false")]


def test_all_that_is_wrong_is_told() -> None:
    """Each with what is accepted of it; what is right beside it is not."""
    assert refusal_of(max_events=0, timeout_seconds=5, digest="yes", max_bytes="many") == [
        ("max_events", "must be a whole number from 1 to 100"),
        ("digest", "must be true or false"),
        ("max_bytes", "must be a whole number from 1024 to 262144"),
    ]


def test_what_is_chosen_is_what_is_not_usual() -> None:
    """From it the settings can be had again."""
    assert USUAL.chosen == {}
    assert DeliverySettings(max_events=99).chosen == {"max_events": 99}
    assert set(ALL.chosen) == {each.name for each in fields(DeliverySettings)}
    for settings in (USUAL, ALL, DeliverySettings(timeout_seconds=1)):
        assert DeliverySettings(**settings.chosen) == settings  # type: ignore[arg-type]
