"""What the OpenAPI document says of digests is so."""

import json

import pytest

from recado.http_api.events.digest_document import DIGEST_DATA, DIGEST_TYPE
from recado.rules.delivery.counts import Counts
from recado.rules.delivery.digest import Ends, digest_event
from tests.support.api.document import ApiDocument

HOUR = 1_795_503_600_000
EVENT = f"{HOUR:015}#evt_1"


@pytest.mark.parametrize(
    ("by_hour", "ends"),
    [({}, Ends()), ({HOUR: Counts(delivered=9, pending=-1)}, Ends(EVENT, EVENT))],
    ids=["nothing came", "something came"],
)
def test_a_digest_is_as_the_document_says(by_hour: dict[int, Counts], ends: Ends) -> None:
    """Every field of it, and none that is not named."""
    digest = digest_event("1010", "wh_1", HOUR, by_hour, ends)
    data = json.loads(digest.text)["data"]

    assert ApiDocument().problems({**DIGEST_DATA, "additionalProperties": False}, data) == []
    assert data.keys() == DIGEST_TYPE.sample.keys()


def test_the_documents_own_digest_is_sound() -> None:
    """The sample that readers see."""
    assert ApiDocument().problems(DIGEST_DATA, json.loads(json.dumps(DIGEST_TYPE.sample))) == []
