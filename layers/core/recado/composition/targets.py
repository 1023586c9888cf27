"""What the functions may contact: one policy for those that register targets and those that send to them."""

from recado.rules.target.target_policy import TargetPolicy
from recado.settings import TargetSettings


def target_policy(settings: TargetSettings) -> TargetPolicy:
    """The policy of this deployment."""
    return TargetPolicy(settings.allow_private, settings.ports, settings.networks)
