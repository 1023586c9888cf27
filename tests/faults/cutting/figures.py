"""What a simulation is measured by, and the goals that it is held to."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from recado.rules.event.event import Event
from tests.faults.cutting.simulation import Backlog


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one or several simulations; of several, the worst of each.

    `ratio` is POSTs of the fewest that would do, `twice` the events in a hundred that were sent more than once,
    `seconds` how long it took until all good events were through, and `waited` how much of it nothing was under way.
    """

    posts: int
    seconds: float
    twice: float = 0.0
    ratio: float | None = None
    waited: float = 0.0
    in_order: bool = True


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that is allowed of each; None where nothing is."""

    posts: int | None = None
    seconds: float | None = None
    twice: float | None = None
    ratio: float | None = None
    waited: float | None = None
    in_order: bool = False

    def missed(self, had: Figures) -> list[str]:
        """Name what is missed."""
        names = ("posts", "seconds", "twice", "ratio", "waited")
        pairs = {name: (getattr(had, name), getattr(self, name)) for name in names}
        over = [
            f"{name} {value} > {most}" for name, (value, most) in pairs.items() if most is not None and value > most
        ]
        return over + ["not in order"] * (self.in_order and not had.in_order)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table: what is simulated, what for, and whether only the whole table has it."""

    name: str
    run: Callable[[], Figures]
    goal: Goal
    is_long: bool = False


def worst(all_figures: Iterable[Figures]) -> Figures:
    """Return the worst of each."""
    every = list(all_figures)
    return Figures(
        posts=max(one.posts for one in every),
        seconds=max(one.seconds for one in every),
        twice=max(one.twice for one in every),
        ratio=max((one.ratio for one in every if one.ratio is not None), default=None),
        waited=max(one.waited for one in every),
        in_order=all(one.in_order for one in every),
    )


def until_good_are_through(backlog: Backlog, bad: Collection[int] = (), optimum: int | None = None) -> Figures:
    """Let time pass until the receiver has taken every event that it can take."""
    count = len(backlog.events)
    good = count - len(bad)
    seen = backlog.run(is_over=lambda: len(seen_by(backlog)) >= good).seen
    seconds = max(seen.taken_at.values())
    return Figures(
        posts=seen.posts,
        seconds=seconds,
        twice=100 * backlog.twice() / count,
        ratio=None if optimum is None else seen.posts / optimum,
        waited=max(0.0, round(seconds - seen.busy, 3)),
        in_order=seen.in_order(),
    )


def seen_by(backlog: Backlog) -> dict[int, float]:
    """Return what the receiver has taken, and when."""
    return backlog.seen.taken_at


def fewest_posts(events: Sequence[Event], most_bytes: int, most_events: int = 100) -> int:
    """Count the POSTs of somebody who knows the receiver's limits, and fills each as far as they go."""
    frame = len('{"accountId":1010,"events":[]}')
    posts, size, held = 0, 0, 0
    for event in events:
        length = len(event.text)
        if held and held < most_events and size + 1 + length <= most_bytes:
            size, held = size + 1 + length, held + 1
        else:
            posts, size, held = posts + 1, frame + length, 1
    return posts
