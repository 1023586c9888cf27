"""Limits: rates, partitions, tables, concurrency, and which of them was met first."""

from dataclasses import replace

import simpy

from benchmarks.simulation.aws import Setting
from benchmarks.simulation.limits import Account, Bucket, Function, Meter, Table

SETTING = Setting.usual()


def table(env: simpy.Environment, setting: Setting = SETTING) -> Table:
    """Build a table of nobody else's."""
    return Table(env, Meter(env), setting, "deliveries")


def function(env: simpy.Environment, setting: Setting, reserved: int | None = None) -> Function:
    """Build a function that has the AWS account for itself."""
    return Function(env, Meter(env), setting, Account(setting), reserved=reserved)


def taken(one: Table, partition: str, count: int, **units: float) -> int:
    """Tell how many of so many requests are taken."""
    return sum(one.admits(partition, 1.0, **units) for _ in range(count))


def test_whoever_stands_in_a_row_waits_for_those_before() -> None:
    """Of a rate of two a second, with two at once, the third waits for half a second and the fourth for a whole one."""
    bucket = Bucket(simpy.Environment(), 2)

    assert [bucket.reserve() for _ in range(4)] == [0, 0, 0.5, 1]


def test_a_bucket_fills_again_with_time() -> None:
    """What was used up is there again after a second, and no more than that after ten."""
    env = simpy.Environment()
    bucket = Bucket(env, 3)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]

    env.run(until=10)

    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_a_partition_takes_a_thousand_writes_a_second_or_a_mix() -> None:
    """With a read for each write it is 750 of both, as AWS's linear combination has it; another partition is free."""
    assert taken(table(simpy.Environment()), "wh_1", 2_000, writes=1) == 1_000
    mixed = table(simpy.Environment())
    assert taken(mixed, "wh_1", 2_000, writes=1, reads=1) == 750
    assert taken(mixed, "wh_2", 10, writes=1) == 10


def test_a_new_table_takes_four_thousand_and_grows_in_half_an_hour() -> None:
    """However many partitions it is spread over; twice its peak after half an hour."""
    env = simpy.Environment()
    one = table(env)

    assert sum(taken(one, f"wh_{number}", 1_000, writes=1) for number in range(10)) == 4_000
    env.run(until=1_801)
    taken(one, "wh_1", 1, writes=1)
    assert one.allowed == 8_000


def test_a_slice_has_its_part_of_the_table_and_whole_partitions() -> None:
    """What belongs to one webhook is not divided."""
    sliced = table(simpy.Environment(), replace(SETTING, slice_of=2))

    assert taken(sliced, "wh_1", 2_000, writes=1) == 1_000
    assert taken(sliced, "wh_2", 2_000, writes=1) == 1_000
    assert taken(sliced, "wh_3", 2_000, writes=1) == 0


def test_a_function_stops_at_the_concurrency_of_the_account() -> None:
    """The first are new environments, the last is refused; what has ended is used again."""
    env = simpy.Environment()
    one = function(env, SETTING.quota(concurrency=2))

    assert [one.start() for _ in range(3)] == [True, True, None]
    one.end()
    assert one.start() is False


def test_what_is_reserved_is_not_for_others() -> None:
    """A reserved concurrency bounds the function, and comes off what the account has left."""
    env, setting = simpy.Environment(), SETTING.quota(concurrency=3)
    account = Account(setting)
    meter = Meter(env)
    reserved = Function(env, meter, setting, account, reserved=2)
    other = Function(env, meter, setting, account)

    assert [reserved.start() for _ in range(3)] == [True, True, None]
    assert [other.start() for _ in range(2)] == [True, None]
    assert meter.times == {"RealtimeConcurrency": 1, "concurrency": 1}


def test_the_meter_tells_what_was_met_first() -> None:
    """By time, however often the others were met."""
    env = simpy.Environment()
    meter = Meter(env)
    env.run(until=1)
    meter.note("late")
    meter.note("late")
    meter.first_at["early"] = 0.5

    assert meter.first() == "early"
