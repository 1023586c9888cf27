"""`python -m recado_cli` is `recado`."""

from recado_cli.app import run

run()
