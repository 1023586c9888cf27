"""What a POST to a webhook may be: how many events, how large, how long to wait for, how often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """What an admin asks of the POSTs of a webhook.

    A POST holds up to `max_events` events and `max_bytes` bytes of body; one event that is larger travels alone. The
    receiver has `timeout_seconds` to answer. `max_posts_per_minute` spaces the POSTs, None does not.
    `partial_responses`: the receiver may name the events that it did not take. `digest`: one more event tells every
    hour how many there were.

    96 KiB, because the usual frameworks refuse a body of more than 100 KB until they are told otherwise.
    """

    max_events: int = 100
    max_bytes: int = 96 * 1024
    timeout_seconds: int = 5
    max_posts_per_minute: int | None = None
    partial_responses: bool = False
    digest: bool = False

    @property
    def chosen(self) -> dict[str, int | bool]:
        """The settings that differ from the usual ones, by their names here."""
        return {
            each.name: value for each in fields(self) if (value := getattr(self, each.name)) not in (each.default, None)
        }


RANGES = {
    "max_events": (1, 100),
    "max_bytes": (1024, 256 * 1024),
    "timeout_seconds": (1, 15),
    "max_posts_per_minute": (1, 6000),
}
"""The least and the greatest value of each number."""


def name_in_api(name: str) -> str:
    """A setting's name as the API has it: `maxEvents` for `max_events`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class InvalidDeliveryError(ValueError):
    """Settings that are refused: `problems` has each one's name, as in `DeliverySettings`, and what is accepted."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name} {reason}" for name, reason in problems))
        self.problems = problems


def with_settings(current: DeliverySettings, entered: Mapping[str, object]) -> DeliverySettings:
    """The settings with those that were entered, of whatever type they came; raises `InvalidDeliveryError`.

    Only the limit of POSTs may be None, which takes it away.
    """
    problems = [(name, problem) for name, value in entered.items() if (problem := _problem(name, value)) is not None]
    if problems:
        raise InvalidDeliveryError(problems)
    return replace(current, **entered)  # type: ignore[arg-type]  # each has been looked at


def _problem(name: str, value: object) -> str | None:
    if name not in RANGES:
        return None if isinstance(value, bool) else "must be true or false"
    if name == "max_posts_per_minute" and value is None:
        return None
    least, most = RANGES[name]
    # True is an int too; 5.0 is none, and would be shown as it came.
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return None
    return f"must be a whole number from {least} to {most}"
