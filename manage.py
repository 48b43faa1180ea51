#!/usr/bin/env python
"""Django's command line. In local mode it brings its own services when none are named or running."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command named in ``sys.argv``; an unusable environment ends in one sentence per variable."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "p2psandbox.settings")
    from p2psandbox.platform.environment import EnvironmentRefused, Profile, load

    try:
        if load().PROFILE is Profile.LOCAL:
            from p2psandbox.platform import embedded

            embedded.ensure_environment(sys.argv[1:])
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except EnvironmentRefused as refused:
        sys.exit(f"The environment is not usable:\n{refused}")


if __name__ == "__main__":
    main()
