"""`recado events`, `event-types`, `trigger`."""

import json
from pathlib import Path

from local.listener import Listener
from recado_cli.exits import Exit
from tests.unit.cli.conftest import Run, answered

CATALOGUE = {
    "eventTypes": [
        {
            "eventName": "order.paid",
            "category": "REAL_TIME",
            "description": {"en": "An order is paid."},
            "sampleData": {"id": 1, "code": "0042", "items": [{"price": 1}]},
            "hasSchema": False,
        }
    ]
}


def accepting(api: Listener, *ids: str) -> None:
    """Let the API accept these events."""
    api.answers.append(answered({"results": [{"eventId": name, "accepted": name != "refused"} for name in ids]}, 202))


def test_events_come_in_every_form_that_people_have(run: Run, api: Listener, tmp_path: Path) -> None:
    """One over several lines, a list, the body of a POST, one a line; by file or by stdin."""
    one = {"eventName": "order.paid", "eventId": "e-1", "timestamp": 1769846400, "data": {"x": 1}}
    forms = [json.dumps(one, indent=2), json.dumps([one]), json.dumps({"events": [one]}), f"\n{json.dumps(one)}\n\n"]
    for form in [*forms, "\ufeff" + forms[0]]:
        accepting(api, "e-1")
        assert run("events", "publish", stdin=form).code == 0
        assert api.received[-1].payload == {"events": [one]}
    (tmp_path / "e.ndjson").write_text(forms[3] * 2)
    accepting(api, "e-1", "e-1")
    assert run("events", "publish", str(tmp_path / "e.ndjson")).err == "2 events published.\n"
    assert len({request.headers["idempotency-key"] for request in api.received}) == len(api.received)


def test_many_events_go_in_batches_and_in_order(run: Run, api: Listener) -> None:
    """At most 100 together, and not too many bytes."""
    accepting(api, "a", "b")
    accepting(api, "c")
    lines = [json.dumps({"eventName": "order.paid", "eventId": name, "data": {}}) for name in "abc"]
    ran = run("events", "publish", "--batch", "2", "--json", stdin="\n".join(lines))
    assert [line["eventId"] for line in ran.lines] == ["a", "b", "c"]
    large = [json.dumps({"eventName": "order.paid", "eventId": name, "data": {"x": "é" * 300_000}}) for name in "ab"]
    accepting(api, "a")
    accepting(api, "b")
    run("events", "publish", stdin="\n".join(large))
    assert [len(request.payload["events"]) for request in api.received] == [2, 1, 1, 1]


def test_what_is_not_accepted_ends_the_command_with_one(run: Run, api: Listener) -> None:
    """Each event says what became of it."""
    accepting(api, "a", "refused")
    ran = run("events", "publish", stdin='{"eventId": "a"}\n{"eventId": "refused"}')
    assert ran.code == Exit.FAILED
    assert ran.out.splitlines() == ["a\taccepted", "refused\tnot accepted"]
    assert ran.err == "1 event published, 1 not accepted.\n"


def test_a_refused_batch_says_how_far_it_came(run: Run, api: Listener) -> None:
    """And which events it held."""
    accepting(api, "a", "b")
    api.answers.append(
        answered({"title": "No", "errors": [{"field": "events[0].eventName", "message": "is unknown"}]}, 422)
    )
    ran = run("events", "publish", "--batch", "2", stdin="{}\n{}\n{}\n{}")
    assert ran.code == Exit.FAILED
    assert "events 3 to 4, of which [0] is the first, were refused: 422 No. events[0].eventName: is unknown" in ran.err
    assert "2 were published before" in ran.err


def test_what_is_no_event_is_refused_by_its_line(run: Run, api: Listener) -> None:
    """Before anything of its batch is sent."""
    assert "line 2 of stdin is no JSON" in run("events", "publish", stdin="{}\n{oops\n").err
    assert "an event is a JSON object, not 7" in run("events", "publish", stdin="7").err
    assert run("events", "publish", "/nowhere/events.json").code == Exit.USAGE
    assert api.received == []


def test_one_event_is_published_by_options(run: Run, api: Listener) -> None:
    """With a new id and the time that it is, where none is given."""
    accepting(api, "x")
    run("events", "publish", "--event", "order.paid", "--data", '{"id": 1}', "--set", "id=2", "--event-id", "x")
    (event,) = api.received[0].payload["events"]
    assert (event["eventName"], event["eventId"], event["data"]) == ("order.paid", "x", {"id": 2})
    assert event["timestamp"].endswith("Z")


def test_a_sample_is_edited_and_published(run: Run, api: Listener) -> None:
    """A new id each time; a text stays a text; the command that follows it is named."""
    for name in ("a", "b"):
        api.answers.append(answered(CATALOGUE))
        accepting(api, name)
    ran = run("trigger", "order.paid", "--set", "id=7", "--set", "code=0099", "--set", "items.0.price=2.5")
    run("trigger", "order.paid")
    first, second = (request.payload["events"][0] for request in api.received if request.method == "POST")
    assert first["data"] == {"id": 7, "code": "0099", "items": [{"price": 2.5}]}
    assert second["data"] == CATALOGUE["eventTypes"][0]["sampleData"]
    assert first["eventId"] != second["eventId"]
    assert f"`recado events find {first['eventId']} --timestamp {first['timestamp']}`" in ran.err


def test_an_unknown_event_type_is_refused_with_what_is_near(run: Run, api: Listener) -> None:
    """Nothing is published."""
    api.usual_answer = answered(CATALOGUE)
    ran = run("trigger", "PAID")
    assert (ran.code, "there are order.paid" in ran.err) == (Exit.NOT_FOUND, True)
    assert [request.method for request in api.received] == ["GET"]


def test_an_event_is_explained_webhook_by_webhook(run: Run, api: Listener) -> None:
    """Pages that have not found it yet are passed over."""
    went = {"webhookId": "wh_1", "name": "A", "outcome": "DELIVERED", "detail": "It was taken.", "deliveryId": "d-1"}
    not_there = {"webhookId": "wh_2", "name": "B", "outcome": "FILTERED", "detail": "No.", "filter": "x", "value": None}
    found = {"eventId": "e-1", "eventName": "order.paid", "webhooks": [went, not_there]}
    api.answers.extend([answered({"eventId": "e-1", "webhooks": [], "nextCursor": "c"}), answered(found)])
    ran = run("events", "find", "e-1")
    assert (ran.code, "why\tIt was taken." in ran.out, "outcome\tFILTERED" in ran.out) == (0, True, True)
    api.answers.append(answered({"eventId": "e-1", "webhooks": [not_there]}))
    assert run("events", "find", "e-1").code == Exit.NOT_FOUND


def test_the_catalogue_is_listed(run: Run, api: Listener) -> None:
    """One of it with its sample."""
    api.usual_answer = answered(CATALOGUE)
    assert run("event-types").out.splitlines()[1] == "order.paid\tREAL_TIME\tAn order is paid."
    assert json.loads(run("event-types", "order.paid").out.splitlines()[-1])["code"] == "0042"
    assert run("event-types", "order.paid", "--json").lines == CATALOGUE["eventTypes"]


def test_a_line_that_is_none_says_what_became_of_those_before_it(run: Run, api: Listener) -> None:
    """Whoever mends it need not guess: of its batch nothing is sent."""
    good = '{"eventName": "order.paid", "eventId": "a"}'
    for bad in ("{oops", "42", '{"eventName": "\\ud800"}', '{"n": NaN}'):
        accepting(api, "a", "a")
        ran = run("events", "publish", "--batch", "2", stdin="\n".join([good, good, good, bad, good]))
        assert ran.code == Exit.USAGE
        assert "2 were published before it; no other was" in ran.err
        assert len(api.received[-1].payload["events"]) == 2
