"""How long items are kept: DynamoDB removes them at a time in seconds since 1970, within days after it."""

_SECONDS_A_DAY = 24 * 60 * 60


def removable_at(since_ms: int, retention_days: int) -> int:
    """When an item may go that is kept for so many days since that time, which is in milliseconds."""
    return since_ms // 1000 + retention_days * _SECONDS_A_DAY
