"""The ready transforms of `examples/transforms`: what Slack, Teams and Discord take, of every event."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.composition.catalogue import catalogue_in
from recado.rules.event.event import Event, InvalidEventError
from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.expression import compiled
from recado.rules.shaping.formats import Format, Shape
from recado.rules.shaping.mistakes import warnings_of
from tests.support.catalogue import ROOT
from tests.unit.builders import event
from tests.unit.rules.event.json_values import SOUND_TEXT, SOUND_VALUES

FOLDER = ROOT / "examples" / "transforms"
READY = sorted(FOLDER.glob("*.jmespath"))
CATALOGUES = [ROOT / "catalogue", *sorted(path for path in (ROOT / "examples").glob("catalogues/*") if path.is_dir())]
SAMPLES = [event(name=each.name, data=dict(each.sample)) for path in CATALOGUES for each in catalogue_in(str(path))]


def made(service: str, one: Event) -> Any:
    """Return the body of the POST to this service; the transform must not fail."""
    text = (FOLDER / f"{service}.jmespath").read_text(encoding="utf-8")
    shape = Shape(Format.RAW, text, alone=True)
    written = shape.written(one, Allowance())
    assert written.error is None
    return json.loads(shape.body(one.account_text, [written.text]))


def texts_of(value: Any) -> Iterator[Any]:
    """Yield the members of all objects that are named `text`."""
    if isinstance(value, dict):
        yield from (value[key] for key in value if key == "text")
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from texts_of(each)


def check_slack(body: Any, one: Event) -> None:
    """Block Kit's limits: https://docs.slack.dev/reference/block-kit/blocks."""
    assert body["text"] == one.name  # what a notification shows, and the one text in which Slack reads mark-up
    header, section, context = body["blocks"]
    assert [each["type"] for each in body["blocks"]] == ["header", "section", "context"]
    assert header["text"]["text"] == one.name
    for most, block in ((150, header["text"]), (3000, section["text"]), (3000, context["elements"][0])):
        assert (block["type"], block["emoji"]) == ("plain_text", False)
        assert 1 <= len(block["text"]) <= most


def check_teams(body: Any, one: Event) -> None:
    """A message of 28 KB with a card: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors."""
    assert body["type"] == "message"
    [attachment] = body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    # Only a TextBlock reads mark-up.
    assert [each["type"] for each in card["body"]] == ["TextBlock", "RichTextBlock", "RichTextBlock"]
    assert [each["type"] for block in card["body"][1:] for each in block["inlines"]] == ["TextRun", "TextRun"]
    assert card["body"][0]["text"] == one.name
    assert all(isinstance(text, str) and text for text in texts_of(card))
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 28 * 1024


def check_discord(body: Any, one: Event) -> None:
    """Limits of an embed: https://discord.com/developers/docs/resources/message#embed-object-embed-limits."""
    assert body["allowed_mentions"] == {"parse": []}
    [embed] = body["embeds"]
    assert embed["author"]["name"] == one.name
    description, footer = embed["description"], embed["footer"]["text"]
    assert len(description) <= 4096
    assert 1 <= len(footer) <= 2048
    assert len(one.name) + len(description) + len(footer) <= 6000
    # What is in a block of code is not read as mark-up; nothing of an event ends the block.
    assert description.count("```") == 2
    assert description.startswith("```json\n")
    assert description.endswith("\n```")


CHECKS = {"slack": check_slack, "teams": check_teams, "discord": check_discord}


def test_each_ready_transform_is_checked() -> None:
    """A new file is to get a check of its service."""
    assert {path.stem for path in READY} == set(CHECKS)


@pytest.mark.parametrize("path", READY, ids=lambda path: path.stem)
def test_a_ready_transform_can_be_saved_as_it_stands(path: Path) -> None:
    """With its line breaks, and nothing in it is warned of."""
    text = path.read_text(encoding="utf-8")

    compiled(text)
    assert warnings_of(text) == ()


@pytest.mark.parametrize("service", CHECKS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_sample_becomes_a_message(service: str, sample: Event) -> None:
    """That the service takes, with all that the sample holds."""
    body = made(service, sample)

    CHECKS[service](body, sample)
    shown = json.loads(sample.text)["data"]
    assert json.dumps(shown, separators=(",", ":")) in list(strings_of(body)) + code_of(body)


def strings_of(value: Any) -> Iterator[str]:
    """Yield every text that stands in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings_of(each)


def code_of(body: Any) -> list[str]:
    """Return what stands in blocks of code."""
    return [text[len("```json\n") : -len("\n```")] for text in strings_of(body) if text.startswith("```json\n")]


MENTIONS = st.sampled_from(
    ["<!channel>", "@everyone", "<@U1>", "```", "[a](https://a.example)", "<at>all</at>", "'\"`\\"]
)
LONG = st.integers(0, 12_000).map("x".__mul__) | st.integers(0, 6_000).map("\x01".__mul__)
TEXTS = SOUND_TEXT | MENTIONS | LONG


@given(
    st.sampled_from(sorted(CHECKS)),
    st.dictionaries(SOUND_TEXT | MENTIONS, SOUND_VALUES | TEXTS, max_size=5),
    st.none() | TEXTS,
    st.from_regex(r"[A-Za-z0-9_:-]{1,128}", fullmatch=True),
)
def test_whatever_an_event_holds_the_message_is_taken(service: str, data: Any, info: str | None, event_id: str) -> None:
    """Nothing is longer than the service takes, no text is empty, and nothing of the event is read as mark-up."""
    try:
        one = event(event_id, data=data, eventInfo=info)
    except InvalidEventError:
        return
    CHECKS[service](made(service, one), one)
    CHECKS[service](made(service, event(event_id, name="n" * 128, data=data)), event(name="n" * 128))


@pytest.mark.parametrize("service", CHECKS)
def test_what_is_too_long_for_a_message_is_left_out(service: str) -> None:
    """And the message says so; it comes all the same."""
    told = json.dumps(made(service, event(data={"text": "x" * 200_000}, eventInfo="y" * 2_000)))

    assert "The data cannot be shown in a message." in told
    assert "xxx" not in told
    assert "yyy" not in told
