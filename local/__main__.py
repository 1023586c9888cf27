"""Runs the commands of `python -m local`."""

from local.cli import main

main()
