"""The handbook for publishers: its code blocks, and what it shows to be deployed."""

from local import aws
from local.settings import PROJECT_DIR
from tests.e2e.support.deployed_examples import deploy
from tests.e2e.support.instance import Instance
from tests.support.documentation import pages

PAGE = "docs/publishing.md"
EXAMPLES = PROJECT_DIR / "examples"


def blocks(*languages: str, about: str = "") -> list[str]:
    """Return the page's code blocks in these languages that hold this text."""
    return [found.text for found in pages.blocks(PAGE, *languages, about=about)]


def block(language: str, about: str) -> str:
    """Return the one such code block."""
    return pages.block(PAGE, language, about)


def deployed_outbox(shop: Instance) -> str:
    """Deploy the template of the outbox in DynamoDB beside Recado, and return the table's name."""
    stack = shop.stack
    bus = aws.client("events", stack.aws_endpoint_url).describe_event_bus(Name=stack.event_bus_name)["Arn"]
    return deploy(shop, EXAMPLES / "outbox" / "dynamodb", "outbox", {"RecadoBusArn": bus})["Outbox"]
