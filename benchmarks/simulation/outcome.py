"""What came of a run, as a row of the table and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.simulation.world import World

_TIMES = (50, 95, 99)


@dataclass(frozen=True)
class Outcome:
    """One run: where it saturated first and when, how often each limit was met, and what the healthy accounts got.

    `seconds` are those within which so many of a hundred of a group's deliveries were received. `aside` tells more.
    """

    first: str | None
    first_at: float | None
    limits: Mapping[str, int]
    seconds: Mapping[str, tuple[float | None, ...]]
    published: int
    delivered: int
    waiting: int
    expired: int
    lost: int
    twice: int
    fallen: int
    most_busy: int
    aside: Mapping[str, Any]

    def within(self, group: str, hundredth: int) -> float:
        """Within how many seconds so many of a hundred of the group's were received; raises where none was."""
        found = self.seconds[group][_TIMES.index(hundredth)]
        if found is None:
            raise ValueError(f"nothing of {group} was received")
        return found

    @property
    def as_json(self) -> dict[str, Any]:
        """All of it, rounded, with names as in JSON."""
        return {
            "first": self.first,
            "firstAtSeconds": _rounded(self.first_at),
            "limits": dict(self.limits),
            "seconds": {
                group: {f"p{each}": _rounded(value) for each, value in zip(_TIMES, values, strict=True)}
                for group, values in self.seconds.items()
            },
            "published": self.published,
            "delivered": self.delivered,
            "waiting": self.waiting,
            "expired": self.expired,
            "lost": self.lost,
            "twice": self.twice,
            "intoTheBatchQueue": self.fallen,
            "dispatchersAtOnce": self.most_busy,
            **self.aside,
        }


def outcome_of(world: World, **aside: Any) -> Outcome:
    """What came of it by now. Counts are those of the whole AWS account, of which a slice was simulated."""
    ledger, waiting, times = world.ledger, world.waiting(), world.setting.slice_of
    return Outcome(
        first=world.meter.first(),
        first_at=world.meter.first_at.get(world.meter.first() or ""),
        limits={name: count * times for name, count in sorted(world.meter.times.items())},
        seconds={group: tuple(ledger.hundredths(group, *_TIMES)) for group in sorted(ledger.taken)},
        published=ledger.published * times,
        delivered=ledger.delivered * times,
        waiting=waiting * times,
        expired=ledger.expired * times,
        lost=ledger.lost(waiting) * times,
        twice=ledger.twice * times,
        fallen=sum(ledger.fallen.values()) * times,
        most_busy=world.realtime.most_busy * times,
        aside=aside,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")
