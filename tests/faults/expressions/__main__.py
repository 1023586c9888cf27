"""The worst expressions found: `python -m tests.faults.expressions --tries 200`; figures are CPU of this machine."""

import argparse
import random
import resource
import sys
import time
from typing import Any

from recado.rules.event import strict_json
from recado.rules.shaping.allowance import STEPS_TOGETHER, Allowance
from recado.rules.shaping.expression import compiled
from recado.rules.shaping.trouble import ExpressionFailedError, InvalidExpressionError
from tests.faults.expressions.hostile import Candidate, documents, search

SIZES = (2 * 1024, 256 * 1024 - 400)
_MEMORY = 3 * 1024**3


def milliseconds(text: str, document: Any) -> tuple[float, int, str]:
    """CPU of one event with its body as JSON, steps spent, and what came of it."""
    allowance = Allowance()
    try:
        expression = compiled(text)
    except InvalidExpressionError:
        return 0.0, 0, "refused"
    began = time.process_time()
    try:
        came = f"{len(strict_json.dumps(expression.value_of(document, allowance)))} characters"
    except ExpressionFailedError as failed:
        came = str(failed)
    took = 1000 * (time.process_time() - began)
    return took, STEPS_TOGETHER - allowance.left, came


def main() -> int:
    """Search for each size and print what is dearest; memory is limited, so that the machine survives what is found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.expressions", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--tries", type=int, default=200, help="over each event")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    for size in SIZES:
        over = documents(size)

        def cost(one: Candidate, over: dict[str, Any] = over) -> float:
            return milliseconds(one.text, over[one.event])[0]

        sys.stdout.write(f"\nevents of {size} bytes, seed {given.seed}, {given.tries} tries each\n")
        for one in search(cost, sorted(over), given.seed, given.tries):
            # Again: the least of three is what the machine needs when nobody disturbs.
            took, steps, came = min(milliseconds(one.text, over[one.event]) for _ in range(3))
            sys.stdout.write(f"{took:8.1f} ms {steps:6} steps  {one.event}: {came[:60]}\n    {one.text}\n")
        sys.stdout.flush()
    sys.stdout.write(f"most memory of all: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
