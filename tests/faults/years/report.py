"""What simulated years are told as."""

from collections import Counter

from tests.faults.years.campaign import Report

_MOST_LINES = 25


def told(report: Report, seconds: float, about: str = "") -> str:
    """Return a report in lines; of what led to a problem the last, or all that are about this."""
    faults = report.faults.total()
    lines = [
        f"seed {report.seed}: {report.webhook_years:.2f} webhook-years in {seconds:.0f} s, {report.events} events, "
        f"{report.posts} POSTs ({report.posts_failed} failed), {report.invocations} invocations, {report.calls} calls, "
        f"{faults} faults",
        f"  receivers: {_listed(report.receivers)}",
        f"  faults: {_listed(report.faults)}",
        f"  asked for: {_listed(report.asked)}",
        f"  sent again: {_listed(report.repeated)}",
        f"  ended: {_listed(report.ended)}",
        f"  alerts: {_listed(report.alerts)}; most wake-ups at once: {report.most_wake_ups}",
    ]
    for problem in report.problems:
        lines += [
            f"PROBLEM at {problem.at_ms}: {problem.webhook_id} {problem.what}",
            *[line for line in problem.trace if about in line][-_MOST_LINES if not about else 0 :],
        ]
    return "\n".join(lines)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items())) or "none"
