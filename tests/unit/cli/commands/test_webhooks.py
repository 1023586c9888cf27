"""`recado webhooks`."""

import json
from pathlib import Path

import pytest

from local.listener import Answer, Listener
from recado_cli.exits import Exit
from recado_cli.keeping.private_files import write_private
from tests.unit.cli.conftest import Run, answered, webhook


def test_the_list_shows_state_and_what_waits_and_cannot_move_the_terminal(run: Run, api: Listener) -> None:
    """With --json it is what the API has answered, whole."""
    listed = {"webhooks": [webhook(name="a\x1b[31m", backlog=3, later="x")], "limit": 5}
    api.usual_answer = answered(listed)
    row = run("webhooks", "list").out.splitlines()[1]
    assert row == "wh_1\ta\\x1b[31m\tACTIVE\tHEALTHY\t3\t*\thttps://hooks.example.com/"
    assert run("webhooks", "list", "--json").lines == [listed]


def test_a_webhook_is_created_by_options_over_a_file(run: Run, api: Listener, tmp_path: Path) -> None:
    """Under a key, so that a lost answer makes no second one."""
    api.usual_answer = answered(webhook(authentication={"type": "SIGNATURE"}), 201)
    (tmp_path / "w.json").write_text('{"name": "file", "targetUrl": "https://x.example/", "ordered": true}')
    options = ["--name", "option", "--event", "a.*", "--event", "b", "--auth", "ed25519", "--header", "X-A=1=2"]
    ran = run("webhooks", "create", "--file", str(tmp_path / "w.json"), *options, "--set", "delivery.maxEvents=7")
    (request,) = api.received
    assert request.payload == {
        "name": "option",
        "targetUrl": "https://x.example/",
        "ordered": True,
        "eventNames": ["a.*", "b"],
        "authentication": {"type": "SIGNATURE", "algorithm": "ED25519"},
        "headers": {"X-A": "1=2"},
        "delivery": {"maxEvents": 7},
    }
    assert len(request.headers["idempotency-key"]) == 36
    assert "`recado webhooks secret wh_1`" in ran.err


def test_what_a_person_forgets_is_for_the_api_to_say(run: Run, api: Listener) -> None:
    """The body goes as it was given."""
    api.usual_answer = answered({"title": "no", "errors": [{"field": "targetUrl", "message": "is required"}]}, 422)
    ran = run("webhooks", "create", "--file", "-", stdin='{"nmae": 1}')
    assert (ran.code, api.received[0].payload) == (Exit.FAILED, {"nmae": 1})
    assert "targetUrl: is required" in ran.err


def test_an_edit_holds_only_for_what_was_read(run: Run, api: Listener) -> None:
    """`If-Match` is the version that was read; headers are added to those that there are."""
    api.answers.extend([answered(webhook(headers={"X-A": "1"}), ETag='"4"'), answered(webhook(version=5))])
    ran = run("webhooks", "edit", "wh_1", "--header", "X-B=2", "--inactive", "--unset", "filter")
    assert ran.code == 0
    assert api.received[1].headers["if-match"] == '"4"'
    assert api.received[1].payload == {"headers": {"X-A": "1", "X-B": "2"}, "active": False, "filter": None}


def test_an_edit_that_somebody_else_has_overtaken_is_told_in_words(run: Run, api: Listener) -> None:
    """Nothing was done; a code of its own."""
    api.answers.extend([answered(webhook(), ETag='"4"'), answered({"title": "Precondition Failed"}, 412)])
    ran = run("webhooks", "edit", "wh_1", "--name", "x", "--if-match", "3")
    assert api.received[1].headers["if-match"] == '"3"'
    assert ran.code == Exit.CONFLICT
    assert "somebody else has changed wh_1 meanwhile; nothing was done" in ran.err


def test_an_edit_by_hand_sends_what_has_changed(
    run: Run, api: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the editor of the environment; what is taken out is null; without a change nothing is sent."""
    editor = tmp_path / "editor.sh"
    editor.write_text("#!/bin/sh\nsed -i -e 's/Orders/Bestellungen/' -e '/filter/d' \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr("recado_cli.reading._at_a_terminal", lambda: True)
    api.answers.extend([answered(webhook(filter="x"), ETag='"4"'), answered(webhook())])
    assert run("webhooks", "edit", "wh_1").code == 0
    assert api.received[1].payload == {"name": "Bestellungen", "filter": None}
    monkeypatch.setenv("EDITOR", "true")
    api.answers.append(answered(webhook(), ETag='"4"'))
    assert run("webhooks", "edit", "wh_1").err == "Nothing is changed.\n"
    monkeypatch.setenv("EDITOR", "false")
    api.answers.append(answered(webhook(), ETag='"4"'))
    assert run("webhooks", "edit", "wh_1").code == Exit.FAILED


def test_removing_must_be_agreed_to(run: Run, api: Listener) -> None:
    """Where nobody can be asked, by --yes; it says what is lost."""
    api.usual_answer = answered(webhook(waiting={"count": 7}), ETag='"4"')
    ran = run("webhooks", "delete", "wh_1")
    assert (ran.code, len(api.received)) == (Exit.USAGE, 1)
    assert "7 deliveries that wait are lost" in ran.err
    api.answers.extend([answered(webhook(), ETag='"4"'), Answer(204)])
    assert run("webhooks", "delete", "wh_1", "--yes").code == 0
    assert (api.received[-1].method, api.received[-1].headers["if-match"]) == ("DELETE", '"4"')


def test_a_secret_of_ones_own_comes_from_a_private_file(run: Run, api: Listener, tmp_path: Path) -> None:
    """Never from the command line; it is printed nowhere."""
    api.usual_answer = answered(
        {"webhookId": "wh_1", "scheme": "x", "algorithm": "y", "createdAt": "z", "previous": []}
    )
    write_private(tmp_path / "secret", "whsec_c2VjcmV0\n")
    ran = run("webhooks", "rotate", "wh_1", "--secret-file", str(tmp_path / "secret"), "--yes")
    assert api.received[0].payload == {"secret": "whsec_c2VjcmV0"}
    assert "whsec_" not in ran.out + ran.err
    (tmp_path / "secret").chmod(0o644)
    assert run("webhooks", "rotate", "wh_1", "--secret-file", str(tmp_path / "secret"), "--yes").code == Exit.FAILED
    assert len(api.received) == 1


def test_the_secret_is_printed_alone(run: Run, api: Listener) -> None:
    """So that it can be piped."""
    api.usual_answer = answered({"secret": "whsec_x", "previous": []})
    assert run("webhooks", "secret", "wh_1").out == "whsec_x\n"


def test_a_test_send_takes_a_sample_that_the_webhook_wants(run: Run, api: Listener) -> None:
    """The answer of the receiver is shown, and decides how the command ends."""
    catalogue = {"eventTypes": [{"eventName": "user.made"}, {"eventName": "order.paid"}]}
    result = {"delivered": False, "latencyMs": 5, "statusCode": 500, "request": {}, "response": {"body": "no\x1b[2J"}}
    api.answers.extend([answered(webhook(eventNames=["order.*"])), answered(catalogue), answered(result)])
    ran = run("webhooks", "test", "wh_1", "--set", "data.id=7")
    assert api.received[2].payload == {"eventName": "order.paid", "event": {"data": {"id": 7}}}
    assert (ran.code, json.dumps(ran.out).count("\\u001b")) == (Exit.FAILED, 0)
    assert ran.out.splitlines()[-1] == "no\\x1b[2J"


def test_a_part_that_is_set_leaves_the_rest(run: Run, api: Listener) -> None:
    """A place of a list, a name of an object; what is a text stays one, a header's value always."""
    before = webhook(eventNames=["a", "b"], headers={"X-A": "1"})
    changes = {
        "eventNames.0=c": {"eventNames": ["c", "b"]},
        "eventNames.2=c": {"eventNames": ["a", "b", "c"]},
        "name=42": {"name": "42"},
        "headers.X-B=2": {"headers": {"X-A": "1", "X-B": "2"}},
        "filter=null": {"filter": None},
    }
    for setting, change in changes.items():
        api.answers.extend([answered(before, ETag='"4"'), answered(before)])
        assert run("webhooks", "edit", "wh_1", "--set", setting).code == 0
        assert api.received[-1].payload == change


@pytest.mark.parametrize("setting", ["authentication.password=S3CRET", 'authentication={"password":"S3CRET"}'])
def test_no_secret_is_taken_from_the_command_line(run: Run, api: Listener, setting: str) -> None:
    """Everybody on the machine may read it there; and the refusal does not repeat it."""
    ran = run("webhooks", "create", "--name", "a", "--set", setting)
    assert (ran.code, api.received) == (Exit.USAGE, [])
    assert "--auth-file" in ran.err
    assert "S3CRET" not in ran.err


def test_what_was_edited_by_hand_is_kept_when_it_is_refused(
    run: Run, api: Listener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a file of its owner's, for another try."""
    monkeypatch.setattr("recado_cli.reading._at_a_terminal", lambda: True)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("EDITOR", "sed -i s/CRM/Shop/")
    api.answers.extend([answered(webhook(name="CRM"), ETag='"4"'), answered({"title": "No"}, 412)])
    ran = run("webhooks", "edit", "wh_1")
    [file] = tmp_path.glob("recado-*.json")
    assert (ran.code, str(file) in ran.err) == (Exit.CONFLICT, True)
    assert json.loads(file.read_text()) == {"name": "Shop"}
    assert file.stat().st_mode & 0o077 == 0
