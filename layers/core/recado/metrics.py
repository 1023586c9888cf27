"""Metrics of the functions, as lines of their logs (CloudWatch's embedded metric format), without account or webhook.

Each has the function and the service as its dimensions. A function has one line for all that it tells at once, and
none where there is nothing to tell, so that a stack at rest has no metric to pay for.
"""

import os
from collections.abc import Mapping, Sequence

NAMESPACE = "Recado"
COUNT, MILLISECONDS = "Count", "Milliseconds"
_MOST_VALUES = 99  # at the 100th Powertools prints the line by itself


def count(numbers: Mapping[str, int]) -> None:
    """Print these numbers, by the names of their metrics, in one line; those that are 0 are left out."""
    emit({name: (COUNT, (number,)) for name, number in numbers.items() if number})


def emit(values: Mapping[str, tuple[str, Sequence[int]]]) -> None:
    """Print a line with these metrics, each with its unit and values; of more than 99 values an even choice."""
    told = {name: (unit, _few(sorted(each))) for name, (unit, each) in values.items() if each}
    if not told:
        return
    from aws_lambda_powertools.metrics import EphemeralMetrics  # noqa: PLC0415 - seldom needed

    metrics = EphemeralMetrics(namespace=NAMESPACE)
    metrics.add_dimension(name="FunctionName", value=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"))
    for name, (unit, each) in told.items():
        for value in each:
            metrics.add_metric(name=name, unit=unit, value=value)
    metrics.flush_metrics()


def _few(ordered: Sequence[int]) -> Sequence[int]:
    """As many of these as a line may hold, the least and the greatest among them."""
    if len(ordered) <= _MOST_VALUES:
        return ordered
    last = len(ordered) - 1
    return [ordered[position * last // (_MOST_VALUES - 1)] for position in range(_MOST_VALUES)]
