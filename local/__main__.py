"""Runs the commands of `python -m local`."""

import os
import sys

_INTERRUPTED = 130


def run() -> int:
    """Run the command that was asked for; an interruption ends it with one quiet line."""
    try:
        from click import Abort, ClickException  # noqa: PLC0415  an interruption may come while this is imported

        from local.commands.cli import main  # noqa: PLC0415  as above

        try:
            main(standalone_mode=False)
        except ClickException as error:
            error.show()
            return error.exit_code
        except Abort:
            return _interrupted()
    except KeyboardInterrupt:
        return _interrupted()
    return 0


def _interrupted() -> int:
    print("interrupted", file=sys.stderr)
    # At a terminal `make` was interrupted too, ends with that, and would call anything but 0 an error besides.
    return 0 if "MAKELEVEL" in os.environ and sys.stdin.isatty() else _INTERRUPTED


if __name__ == "__main__":
    sys.exit(run())
