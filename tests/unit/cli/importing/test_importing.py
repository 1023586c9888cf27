"""`recado import`: a plan that is whole, carried out once, and continued where it was interrupted."""

import json
from collections.abc import Callable
from pathlib import Path

from recado_cli.exits import Exit
from tests.unit.cli.conftest import Run
from tests.unit.cli.importing.conftest import Stack

Export = Callable[..., str]


def test_the_same_import_again_registers_nothing_twice(run: Run, stack: Stack, export: Export) -> None:
    """What exists is named with its id."""
    file = export("svix.ndjson")
    assert run("import", file, "--from", "svix").code == Exit.DONE
    ran = run("import", file, "--from", "svix", "--json")
    assert ran.code == Exit.DONE
    assert [(line["result"], line["webhookId"]) for line in ran.lines] == [("exists", "wh_1"), ("exists", "wh_2")]
    assert len(stack.bodies) == 2


def test_a_webhook_without_an_id_is_known_by_name_url_and_events(run: Run, stack: Stack) -> None:
    """As those that were typed off; and one that stands there twice is said to."""
    line = json.dumps({"name": "A", "targetUrl": "https://a.example.com/", "eventNames": ["*"]})
    assert run("import", "-", "--from", "recado", stdin=line).code == Exit.DONE
    assert "exists" in run("import", "-", "--from", "recado", stdin=line).out
    ran = run("import", "-", "--from", "recado", stdin=(line + line).replace('"A"', '"B"'))
    assert "B: refused: it stands in the file twice" in ran.err
    assert len(stack.bodies) == 1


def test_a_dry_run_shows_what_would_be_registered_and_registers_nothing(run: Run, stack: Stack, export: Export) -> None:
    """Without secrets, and without the query of a URL, which may be one."""
    ran = run("import", export("svix.ndjson"), "--from", "svix", "--dry-run")
    assert (ran.code, stack.bodies) == (Exit.DONE, [])
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert rows[1][:4] == ["1010", "ep_2tmcT9yLQvFzB8m1WkD3cX6rJhA", "CRM", "would be registered"]
    assert rows[1][-1] == "https://crm.example.com/hooks/orders?…"
    assert "q7Yk2" not in ran.out + ran.err


def test_no_secret_is_printed_whatever_becomes_of_it(run: Run, stack: Stack, export: Export) -> None:
    """Not when it is taken, not when it is refused, not as JSON."""
    shown = ""
    tenants = [word for name in ("acme", "1010", "") for word in ("--tenant", f"{name}=1010")]
    for name, sender in (("svix.ndjson", "svix"), ("hook0.json", "hook0"), ("own.csv", "csv")):
        for more in ([], ["--dry-run"], ["--skip", "--secrets-as-text", "--json"]):
            ran = run("import", export(name), "--from", sender, *tenants, *more)
            shown += ran.out + ran.err
    secrets = [secret for secret in stack.secrets_of.values() if secret != "whsec_of-the-stack"]
    assert len(secrets) == 4
    for secret in (*secrets, "7b0f3f6e-5a0d", "correct horse"):
        assert secret not in shown


def test_a_file_that_others_can_read_is_refused(run: Run, stack: Stack, export: Export) -> None:
    """It holds secrets."""
    file = export("svix.ndjson")
    Path(file).chmod(0o644)
    ran = run("import", file, "--from", "svix")
    assert (ran.code, stack.received) == (Exit.FAILED, [])
    assert "chmod 600" in ran.err


def test_an_import_that_stops_in_the_middle_is_continued(run: Run, stack: Stack, export: Export) -> None:
    """What was registered is shown, and met as existing; the others follow."""
    stack.dies_after = 1
    file = export("svix.ndjson")
    ran = run("import", file, "--from", "svix")
    assert ran.code == Exit.LATER
    assert "registered\twh_1" in ran.out
    assert "The same import again goes on where this one has stopped." in ran.err
    stack.dies_after = None
    ran = run("import", file, "--from", "svix")
    assert ran.code == Exit.DONE
    assert [line.split("\t")[3:5] for line in ran.out.splitlines()[1:]] == [["exists", "wh_1"], ["registered", "wh_2"]]


def test_an_import_whose_answers_were_lost_asks_with_the_same_keys(run: Run, stack: Stack, export: Export) -> None:
    """So that what was registered unseen is not registered again; another account has other keys."""
    file = export("svix.ndjson")
    run("import", file, "--from", "svix")
    stack.webhooks["1010"].clear()  # as if they were listed late
    run("import", file, "--from", "svix")
    run("import", file, "--from", "svix", "--account", "2020")
    keys = [request.headers["idempotency-key"] for request in stack.received if request.method == "POST"]
    assert keys[:2] == keys[2:4]
    assert len(set(keys)) == 4


def test_event_names_are_mapped_and_unknown_ones_refused(
    run: Run, stack: Stack, export: Export, tmp_path: Path
) -> None:
    """By options over a file; a wildcard that there is not here is named as one."""
    (tmp_path / "names.json").write_text('{"order.created": "user.created", "order.paid": "x"}')
    file = export("svix.ndjson", **{'"filterTypes": null': '"filterTypes": ["*.paid", "order.*"]'})
    ran = run("import", file, "--from", "svix", "--map-file", str(tmp_path / "names.json"), "--map", "order.paid=")
    assert (ran.code, stack.bodies) == (Exit.FAILED, [])
    assert "there is no event type '*.paid' here (--map *.paid=…)" in ran.err
    assert "order.created" not in ran.err
    again = ["--map-file", str(tmp_path / "names.json"), "--map", "order.paid=", "--map", "*.paid=order.paid"]
    assert run("import", file, "--from", "svix", *again).code == Exit.DONE
    assert [body["eventNames"] for body in stack.bodies] == [["user.created"], ["order.paid", "order.*"]]


def test_more_webhooks_than_an_account_may_have_are_refused(run: Run, stack: Stack, export: Export) -> None:
    """Before one of them is registered."""
    stack.limit = 1
    ran = run("import", export("svix.ndjson"), "--from", "svix")
    assert (ran.code, stack.bodies) == (Exit.FAILED, [])
    assert "refused: account 1010 may have 1 webhooks, and is full" in ran.err


def test_what_the_api_refuses_is_named_and_the_others_are_registered(run: Run, stack: Stack) -> None:
    """A rule that only the stack knows is met in the middle."""
    bad = {"id": "1", "name": "A", "targetUrl": "https://a.example.com/", "eventNames": ["*"], "ordered": "maybe"}
    good = {"id": "2", "name": "B", "targetUrl": "https://b.example.com/", "eventNames": ["*"]}
    ran = run("import", "-", "--from", "recado", stdin=json.dumps([bad, good]))
    assert ran.code == Exit.FAILED
    assert "1: refused: 422 no. ordered: is wrong" in ran.err
    assert [each["name"] for each in stack.all] == ["B"]


def test_activate_switches_on_what_was_imported_before(run: Run, stack: Stack, export: Export) -> None:
    """As it was read; what was off at the other sender stays off."""
    file = export("svix.ndjson")
    run("import", file, "--from", "svix")
    ran = run("import", file, "--from", "svix", "--activate")
    [change] = [request for request in stack.received if request.method == "PATCH"]
    assert (change.payload, change.headers["if-match"]) == ({"active": True}, '"1"')
    assert [line.split("\t")[3] for line in ran.out.splitlines()[1:]] == ["switched on", "exists"]
    assert [each["active"] for each in stack.all] == [True, False]


def test_a_description_stays_and_says_that_it_is_cut(run: Run, stack: Stack) -> None:
    """Where the webhook is from is its last line."""
    hook = {"id": "7", "targetUrl": "https://a.example.com/", "eventNames": ["*"], "description": "x" * 1000}
    ran = run("import", "-", "--from", "recado", stdin=json.dumps(hook))
    [body] = stack.bodies
    assert len(body["description"]) == 1000
    assert body["description"].endswith("x\nimported from recado: 7")
    assert "7: its description is cut to 1000 characters" in ran.err


def test_a_tenant_without_an_account_is_refused(run: Run, stack: Stack) -> None:
    """An empty account is none."""
    hook = {"accountId": "1", "targetUrl": "https://a.example.com/", "eventNames": ["*"]}
    ran = run("import", "-", "--from", "recado", "--tenant", "1=", stdin=json.dumps(hook))
    assert (ran.code, stack.received) == (Exit.FAILED, [])
    assert "a.example.com: refused: its tenant '1' has no account in --tenants" in ran.err


def test_a_format_may_be_asked_for(run: Run, stack: Stack, export: Export) -> None:
    """For receivers that are changed anyway."""
    run("import", export("svix.ndjson"), "--from", "svix", "--format", "standard")
    assert {body["format"] for body in stack.bodies} == {"STANDARD"}
    assert all("transform" not in body for body in stack.bodies)


def test_what_is_exported_is_imported_again_as_it_was(run: Run, stack: Stack, export: Export, tmp_path: Path) -> None:
    """With its secrets, in a file that only its owner can read, and nothing of them on the screen."""
    run("import", export("own.csv"), "--from", "csv")
    file = tmp_path / "webhooks.ndjson"
    ran = run("export", str(file))
    assert (ran.code, ran.out, file.stat().st_mode & 0o777) == (Exit.DONE, "", 0o600)
    assert "what is secret of BASIC does not come out" in ran.err
    assert "whsec_" not in ran.err
    before = stack.bodies[0]
    ran = run("import", str(file), "--from", "recado", "--account", "2020", "--skip")
    assert "wh_2: refused: its password (BASIC) is not in the file" in ran.err
    after = stack.bodies[2]
    assert after["authentication"] == {**before["authentication"], "algorithm": "HMAC_SHA256"}
    for field in ("name", "targetUrl", "eventNames", "headers"):
        assert after[field] == before[field]
    assert after["description"].splitlines() == ["imported from recado: 17", "imported from recado: wh_1"]
