"""Who has any secret that is younger than a day after its replacement verifies every POST, whatever admins do."""

import os

import boto3
import pytest

from tests.faults.rotating.schedules import Schedule
from tests.support.aws.aws_calls import AwsCalls
from tests.support.system import System

pytestmark = pytest.mark.deep

SCHEDULES = 1000 if os.environ.get("FAULTS") == "long" else 30
BLOCKS = 3


@pytest.mark.parametrize("first_seed", range(0, SCHEDULES, SCHEDULES // BLOCKS))
def test_no_receiver_is_cut_off_in_any_schedule(system: System, aws: AwsCalls, first_seed: int) -> None:
    """Rotations, repeats, lost answers, ends of earlier ones and two admins, in random order; no other secret signs."""
    kms = boto3.client("kms")
    schedules = []
    for seed in range(first_seed, first_seed + SCHEDULES // BLOCKS):
        schedules.append(Schedule(system, aws, kms, seed))
        try:
            schedules[-1].run()
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise

    assert sum(schedule.verified for schedule in schedules) > sum(schedule.posts for schedule in schedules)
