"""Long runs: `python -m tests.faults.years --seed 1 --years 10`; a seed is drawn where none is given, and printed."""

import argparse
import random
import sys
import time
from dataclasses import replace
from itertools import count

from tests.faults.years.campaign import DENSE, Campaign, Scale
from tests.faults.years.outside.receivers import ALL_KINDS
from tests.faults.years.report import told


def main() -> int:
    """Simulate from one seed, and from those after it, until so many webhook-years are over; 1 where one is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.years", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--years", type=float, default=5.0, help="webhook-years, all in all")
    parser.add_argument("--years-a-seed", type=float, default=1.0)
    parser.add_argument("--faults", nargs="*", help="only faults of these names")
    parser.add_argument("--kinds", nargs="*", choices=ALL_KINDS, help="only receivers of these kinds")
    parser.add_argument("--dense", action="store_true", help="much at once, on few days")
    parser.add_argument("--about", default="", help="tell all of what led to a problem that has this text")
    parser.add_argument("--accounts", type=int)
    parser.add_argument("--webhooks", type=int)
    given = parser.parse_args()
    kinds = {name: ALL_KINDS[name] for name in given.kinds or ALL_KINDS}
    names = None if given.faults is None else frozenset(given.faults)
    scale = DENSE if given.dense else Scale()
    scale = replace(scale, accounts=given.accounts or scale.accounts, webhooks=given.webhooks or scale.webhooks)
    over = 0.0
    for seed in count(given.seed, 1_000):
        began = time.process_time()
        report = Campaign(seed, scale, kinds=kinds, fault_names=names).run(min(given.years_a_seed, given.years - over))
        sys.stdout.write(told(report, time.process_time() - began, given.about) + "\n")
        sys.stdout.flush()
        over += report.webhook_years
        if report.problems:
            return 1
        if over >= given.years:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
