"""Runs the commands of `python -m local`."""

from local.commands.cli import main

main()
