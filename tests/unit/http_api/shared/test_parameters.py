"""Parameters that several routes take."""

from http import HTTPStatus

import pytest

from recado.http_api.shared.parameters import version_of
from recado.http_api.shared.problems import InvalidRequestError


@pytest.mark.parametrize(
    ("if_match", "version"),
    [
        (None, None),
        ("*", None),
        (" * ", None),
        ('"3"', 3),
        ('W/"3"', 3),
        ("3", 3),
        (' "12" ', 12),
        ('"0"', 0),
        ('"9999999999"', 9_999_999_999),
    ],
)
def test_if_match_names_a_version(if_match: str | None, version: int | None) -> None:
    """Or any."""
    assert version_of(if_match) == version


@pytest.mark.parametrize(
    "if_match",
    ["", '""', '"3', '3"', '"a"', "-1", "3.0", '"1","2"', "W/3", 'w/"3"', "٣", '"3"\n"', '"' + "9" * 11 + '"'],
)
def test_anything_else_is_refused(if_match: str) -> None:
    """It is an error of the request, not of a field in its body."""
    with pytest.raises(InvalidRequestError) as refusal:
        version_of(if_match)

    assert (refusal.value.field, refusal.value.status) == ("If-Match", HTTPStatus.BAD_REQUEST)
