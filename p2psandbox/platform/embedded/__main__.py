"""``python -m p2psandbox.platform.embedded run [--reload]``, what ``make run`` calls."""

from __future__ import annotations

import argparse
import sys

from p2psandbox.platform.embedded.supervisor import Supervisor


def main() -> int:
    """Parse the command line and run the supervisor; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make run", description="Runs the whole product on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start everything and print the address")
    run.add_argument("--reload", action="store_true", help="restart web and worker when code changes")
    options = parser.parse_args()
    return Supervisor(reload=options.reload).run()


if __name__ == "__main__":
    sys.exit(main())
