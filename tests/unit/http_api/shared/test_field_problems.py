"""What the validation of a request found, in the words of the API."""

from enum import StrEnum
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from recado.http_api.shared.field_problems import FieldProblem, field_problems, sentences
from recado.http_api.webhooks.schemas import WebhookChanged, WebhookEntered


def problems(model: type[BaseModel], value: Any, place: str = "body") -> list[tuple[str, str]]:
    """Validate a value, and return what is wrong with it."""
    with pytest.raises(ValidationError) as invalid:
        model.model_validate(value)
    errors = [{**error, "loc": (place, *error["loc"])} for error in invalid.value.errors()]
    return [(problem.field, problem.message) for problem in field_problems(errors)]


SOUND = {"name": "n", "targetUrl": "https://a.example", "eventNames": ["CI_STATS"]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": 1}, [("name", "must be a text")]),
        ({"active": 0}, [("active", "must be true or false")]),
        ({"eventNames": {}}, [("eventNames", "must be a list")]),
        ({"eventNames": []}, [("eventNames", "must not be empty")]),
        ({"eventNames": ["a", 1, None]}, [("eventNames[1]", "must be a text"), ("eventNames[2]", "must be a text")]),
        ({"headers": 1}, [("headers", "must be a JSON object")]),
        ({"headers": {"body": 1}}, [("headers.body", "must be a text")]),
        ({"headers": {"BASIC": 1}}, [("headers.BASIC", "must be a text")]),
        ({"query": 1}, [("query", "is not a field of this request")]),
        ({"BASIC": 1}, [("BASIC", "is not a field of this request")]),
        ({"authentication": 1}, [("authentication", "must be a JSON object")]),
        ({"authentication": {}}, [("authentication.type", "is required")]),
        (
            {"authentication": {"type": "X"}},
            [("authentication.type", "must be one of NONE, BASIC, BEARER, HEADER, SIGNATURE, OAUTH2")],
        ),
        ({"authentication": {"type": "BASIC"}}, [("authentication.username", "is required")]),
        ({"authentication": {"type": "NONE", "NONE": 1}}, [("authentication.NONE", "is not a field of this request")]),
        ({"x" * 500: 1}, [("x" * 100, "is not a field of this request")]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_field_is_named_as_the_api_does(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Without the places and members of unions that the tools put in between, and with what is accepted."""
    assert problems(WebhookEntered, SOUND | changes) == expected


def test_null_is_explained() -> None:
    """In words of its own."""
    assert problems(WebhookChanged, {"name": None}) == [("name", "must not be null: leave the field out to keep it")]


def test_the_whole_body_is_a_field() -> None:
    """Where nothing inside it can be named."""
    error = {"type": "missing", "loc": ("body",), "msg": "Field required"}

    assert field_problems([error]) == [FieldProblem(field="body", message="is required")]


class Colour(StrEnum):
    """A choice."""

    RED = "RED"
    BLUE = "BLUE"


class Parameters(BaseModel):
    """Parameters of a query."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=9)] = 1
    colour: Colour = Colour.RED


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": "0"}, "must be at least 1"),
        ({"limit": "10"}, "must be at most 9"),
        ({"limit": "x"}, "must be a whole number"),
        ({"limit": "1.5"}, "must be a whole number"),
        ({"limit": "9" * 5000}, "must be a whole number"),
        ({"limit": ["1", "2"]}, "must be given once"),
        ({"colour": "red"}, "must be 'RED' or 'BLUE'"),
        ({"colour": ["RED", "BLUE"]}, "must be given once"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_parameter_says_what_is_accepted(query: dict[str, Any], message: str) -> None:
    """Also when it comes twice."""
    assert problems(Parameters, query, "query") == [(next(iter(query)), message)]


def test_the_first_twenty_problems_are_told() -> None:
    """There may be any number."""
    assert len(problems(WebhookEntered, SOUND | {f"x{number}": 1 for number in range(100)})) == 20


def test_an_error_that_is_not_foreseen_is_told_in_its_own_words() -> None:
    """Better than in none."""
    with pytest.raises(ValidationError) as invalid:
        TypeAdapter(bytes).validate_python(1)
    (error,) = invalid.value.errors()

    (problem,) = field_problems([{**error, "loc": ("body", "x")}])
    assert problem.message == error["msg"]


def test_all_problems_make_one_text() -> None:
    """Of a sentence each."""
    found = [FieldProblem(field="a", message="is required"), FieldProblem(field="b", message="must be a text")]

    assert sentences(found) == "a is required. b must be a text."
