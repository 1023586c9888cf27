"""The shipped catalogues, for tests: who reads its events, and what is accepted with it."""

from pathlib import Path

from recado.composition.catalogue import catalogue_in
from recado.rules.event.reading import EventReader
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.registration import Accepted

ROOT = Path(__file__).parents[2]
FOLDER = str(ROOT / "catalogue")
SHIPPED = catalogue_in(FOLDER)
SHOP_FOLDER = str(ROOT / "examples/catalogues/shop")
SHOP = catalogue_in(SHOP_FOLDER)
READER = EventReader(SHIPPED)
ACCEPTED = Accepted(TargetPolicy(), SHIPPED)
