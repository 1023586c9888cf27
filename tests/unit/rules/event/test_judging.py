"""What becomes of events that do not fit the schemas of their types."""

import pytest

from recado.composition.catalogue import event_reader
from recado.rules.event.event import Event, InvalidEventError
from recado.rules.event.judging import Judging, Validation
from recado.rules.event.problem import Problem
from recado.rules.event.reading import EventReader
from tests.support.catalogue import FOLDER, SHIPPED
from tests.support.events import detail, envelope

PROBLEMS = (Problem("data.a", "is required"), Problem("data.b", "must be a text"))


class Wrong:
    """Judges that nothing fits."""

    def problems(self, event_name: str, data: object) -> tuple[Problem, ...]:
        """Find the same in all."""
        assert (event_name, data) == ("COURSE_ENROLLMENT", detail()["data"])
        return PROBLEMS


def read(*, refuses: bool) -> Event:
    """Read an event that does not fit."""
    return EventReader(SHIPPED, Judging(Wrong(), refuses=refuses)).of_envelope(envelope())


def test_an_event_that_is_delivered_all_the_same_says_what_does_not_fit() -> None:
    """It is the event that it would be otherwise."""
    event = read(refuses=False)

    assert event.misfits == PROBLEMS
    assert event == EventReader(SHIPPED).of_envelope(envelope())


def test_an_event_that_is_refused_says_all_that_does_not_fit() -> None:
    """In one text, and each on its own."""
    with pytest.raises(InvalidEventError) as refusal:
        read(refuses=True)

    assert str(refusal.value) == "data.a: is required; data.b: must be a text"
    assert refusal.value.problems == PROBLEMS


@pytest.mark.parametrize(("mode", "misfits"), [(Validation.OFF, 0), (Validation.WARN, 3)])
def test_the_mode_says_whether_anybody_looks(mode: Validation, misfits: int) -> None:
    """At the schemas of the folder."""
    assert len(event_reader(FOLDER, mode).of_envelope(envelope()).misfits) == misfits


def test_a_sample_is_not_judged() -> None:
    """An admin tries a receiver, and no schema, with it."""
    reader = EventReader(SHIPPED, Judging(Wrong(), refuses=True))

    assert reader.sample("COURSE_ENROLLMENT", "1010", "e", 1).name == "COURSE_ENROLLMENT"
