"""What holds for every expression and every document; the judge is the library's own interpreter."""

import copy
import json
from typing import Any

import jmespath
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.event import strict_json
from recado.rules.shaping.allowance import STEPS_OF_ONE, Allowance
from recado.rules.shaping.expression import compiled
from recado.rules.shaping.filtering import is_true, judged
from recado.rules.shaping.formats import Format, Shape
from recado.rules.shaping.mistakes import warnings_of
from recado.rules.shaping.trouble import ExpressionFailedError, InvalidExpressionError
from tests.unit.builders import event
from tests.unit.rules.shaping.expressions import DOCUMENTS, EXPRESSIONS, SCRAWLS

NOTHING = object()


def by_the_library(text: str, document: Any) -> object:
    """Return what the library gives; `NOTHING` where it raises, or gives what is no JSON."""
    try:
        value = jmespath.compile(text).search(document)
        strict_json.check(value)
        json.dumps(value)
    except Exception:  # noqa: BLE001 - the library raises many kinds
        return NOTHING
    return value


def by_us(text: str, document: Any, allowance: Allowance | None = None) -> object:
    """Return what we give; `NOTHING` where the expression is refused or fails."""
    try:
        return compiled(text).value_of(document, allowance or Allowance())
    except (InvalidExpressionError, ExpressionFailedError):
        return NOTHING


def spelt(value: object) -> object:
    """Return the value's JSON, in which 1, 1.0 and true differ, as do orders of members."""
    return value if value is NOTHING else json.dumps(value)


@given(EXPRESSIONS, DOCUMENTS)
def test_an_expression_gives_what_the_library_gives(text: str, document: Any) -> None:
    """Of every form and function, to the last digit, or nothing where the library has nothing that is JSON."""
    assert spelt(by_us(text, document)) == spelt(by_the_library(text, document))


@given(EXPRESSIONS | SCRAWLS, DOCUMENTS)
def test_what_the_library_cannot_parse_is_refused(text: str, document: Any) -> None:
    """When it is saved. What is accepted fails with a sentence, if it fails, and is warned of without an error."""
    try:
        expression = compiled(text)
    except InvalidExpressionError as refused:
        assert 0 < len(str(refused)) <= 1_000
        return
    jmespath.compile(text)
    assert all(warnings_of(text))
    try:
        expression.value_of(document, Allowance())
    except ExpressionFailedError as failed:
        assert 0 < len(str(failed)) <= 1_000


@given(EXPRESSIONS, DOCUMENTS)
def test_a_document_stays_as_it_is(text: str, document: Any) -> None:
    """Also where an expression sorts or merges: the event is sent by others too."""
    before = copy.deepcopy(document)
    by_us(text, document)
    assert spelt(document) == spelt(before)


@given(EXPRESSIONS, DOCUMENTS, st.integers(0, 60))
def test_fewer_steps_never_change_a_value(text: str, document: Any, steps: int) -> None:
    """They suffice, or there is no value; and no more is spent than there was."""
    allowance = Allowance(steps)
    value = by_us(text, document, allowance)
    allowance.begin()
    assert 0 <= allowance.left <= steps
    if value is not NOTHING:
        assert spelt(value) == spelt(by_us(text, document))


@given(EXPRESSIONS, DOCUMENTS)
def test_the_same_costs_the_same(text: str, document: Any) -> None:
    """Whether it is the first time or not, so that an event of a repeated dispatch is judged as it was."""
    spent = []
    for _ in range(2):
        allowance = Allowance(STEPS_OF_ONE)
        by_us(text, document, allowance)
        allowance.begin()
        spent.append(allowance.left)
    assert spent[0] == spent[1]


@given(EXPRESSIONS, DOCUMENTS)
def test_a_filter_delivers_what_the_library_takes_for_true(text: str, data: Any) -> None:
    """`[?…]` of a list with the event alone is the library's own idea of true; what fails is delivered, with why."""
    one = event(data=data)
    says = judged(one, text)
    wrapped = by_the_library(f"[@][?{text}]", json.loads(one.text))
    if says.error is None and wrapped is not NOTHING:
        assert says.delivers is is_true(wrapped)
    elif says.error is not None:
        assert says.delivers


@given(st.sampled_from(sorted(Format)), EXPRESSIONS, DOCUMENTS, st.booleans())
def test_every_body_is_json(form: Format, transform: str, data: Any, alone: bool) -> None:
    """That every reader accepts, in UTF-8, with the value in its place; what fails leaves the event as it is."""
    one = event(data=data)
    shape = Shape(form, transform, alone=alone or form.takes_one)
    written = shape.written(one, Allowance())
    body = strict_json.loads(shape.body(one.account_text, [written.text]).encode().decode())
    value = by_the_library(transform, json.loads(one.text))
    if written.error is not None:
        assert written.text == Shape(form, alone=shape.alone).written(one, Allowance()).text
        return
    parts: Any = body
    match form:
        case Format.RAW:
            assert spelt(parts) == spelt(value)
            assert value is not None
        case Format.ENVELOPE:
            assert spelt(parts["events"][0]["data"]) == spelt(value)
        case Format.STANDARD:
            assert spelt(parts["data"]) == spelt(value)
        case Format.CLOUDEVENTS:
            assert spelt((parts if shape.alone else parts[0])["data"]) == spelt(value)


@given(EXPRESSIONS, DOCUMENTS)
def test_the_sdk_reads_every_cloud_event(transform: str, data: Any) -> None:
    """Whatever the transform has made of its data."""
    written = Shape(Format.CLOUDEVENTS, transform, alone=True).written(event(data=data), Allowance())
    read = JSONFormat().read(CloudEvent, written.text.encode())
    assert spelt(read.get_data()) == spelt(json.loads(written.text)["data"])
