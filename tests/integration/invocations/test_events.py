"""The invocations in `events/`: each is run through its function, as `sam local invoke` would run it."""

from pathlib import Path

import pytest

from local.listener import Listener
from recado.rules.event.catalogue import Category
from tests.integration.invocations.runs import BATCH_QUEUE, FILES, RUNS, load
from tests.integration.invocations.world import World
from tests.support.aws.stack import template
from tests.support.catalogue import SHIPPED
from tests.support.deep import deep_but
from tests.support.functions import FUNCTIONS
from tests.support.system import System

# The first of each function; `make built` runs every one, too.
FIRST = list({file.parent.name: file for file in reversed(FILES)}.values())
VERBS = {"x-amazon-apigateway-any-method": "ANY"}


@pytest.mark.parametrize("file", deep_but(FIRST, FILES), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_invocation_leads_to_what_a_user_would_see(system: System, receiver: Listener, file: Path) -> None:
    """Each file of `events/` is a sound invocation of its function."""
    RUNS[file.parent.name](World(system, receiver), file.stem, load(file.parent.name, file.stem))


def test_every_function_has_invocations() -> None:
    """Each function has files, and so has the queue that a drain empties; nothing else has."""
    functions = {path.parent.name for path in FUNCTIONS.glob("*/app.py")}

    assert functions | {BATCH_QUEUE} == {file.parent.name for file in FILES}


@pytest.mark.parametrize(
    ("folder", "category"), [("realtime_dispatcher", Category.REAL_TIME), (BATCH_QUEUE, Category.NON_REAL_TIME)]
)
def test_every_event_type_has_an_invocation(folder: str, category: Category) -> None:
    """Each of the 27 event types has a file by its name, where its rule would bring it, with the catalogue's sample."""
    for entry in SHIPPED:
        if entry.category is category:
            event = load(folder, entry.name.lower())
            assert event["detail-type"] == entry.name
            assert event["detail"]["data"] == entry.sample


def test_every_route_has_an_invocation() -> None:
    """Each route of the template has a file, and no file asks for a route that is not there."""
    paths = template().of_type("AWS::ApiGatewayV2::Api")["HttpApi"]["Body"]["paths"]
    routes = {f"{VERBS.get(method, method.upper())} {path}" for path, methods in paths.items() for method in methods}
    asked = {load(file.parent.name, file.stem).get("routeKey") for file in FILES} - {None}

    assert asked == routes
