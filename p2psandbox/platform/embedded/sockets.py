"""Where sockets go: free ports, and directories short enough for a Unix socket's 107 bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import socket
import stat
import tempfile
from pathlib import Path

UNIX_SOCKET_LIMIT = 107  # bytes of sun_path that Linux allows, less the final zero; macOS has 103
_LONGEST_NAME = len("/.s.PGSQL.5432.lock")
_PURPOSE = "purpose"  # the file in each directory that says whose sockets these are
_KEY = 12  # digits of the name
_OURS = re.compile(rf"p2psandbox-[0-9a-f]{{{_KEY}}}")


def home() -> Path:
    """Where the directories of sockets lie: the temporary directory, or ``/tmp`` where that is too long."""
    base = Path(tempfile.gettempdir())
    long = len(str(base)) + len("/p2psandbox-") + _KEY + _LONGEST_NAME > 103
    return Path("/tmp") if long or " " in str(base) else base


def short_directory(purpose: Path, *, owner: int) -> Path:
    """A private directory for the sockets of ``purpose``, always the same one and always short.

    A data directory may sit under any path, long or with spaces; its sockets may not. ``owner`` is the
    user number it is given to. Raises ``PermissionError`` when somebody else has taken the name.
    """
    key = hashlib.sha256(str(purpose.resolve()).encode()).hexdigest()[:_KEY]
    directory = home() / f"p2psandbox-{key}"
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner):
        raise PermissionError(f"{directory} belongs to somebody else; remove it or set TMPDIR")
    if found.st_uid != owner:
        os.chown(directory, owner, -1)
    directory.chmod(0o700)
    (directory / _PURPOSE).write_text(str(purpose.resolve()))
    return directory


def sweep(base: Path, *, owner: int) -> list[Path]:
    """Remove the socket directories in ``base`` that nobody can come back to; return those removed.

    Whoever is killed leaves one behind and uses it again at the next start, unless the data it belongs to
    went away meanwhile (a test's). Only that is taken: a directory of ours or of ``owner``, whose noted
    purpose lies in a folder that is gone, with no server answering in it.
    """
    found = [path for path in base.glob("p2psandbox-*") if _OURS.fullmatch(path.name)]
    removed = [path for path in found if _is_forsaken(path, owner)]
    for path in removed:
        shutil.rmtree(path, ignore_errors=True)
    return removed


def _is_forsaken(directory: Path, owner: int) -> bool:
    try:
        seen = directory.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in (os.geteuid(), owner):
            return False
        purpose = Path((directory / _PURPOSE).read_text())
        return purpose.is_absolute() and not purpose.parent.exists() and not _is_answered(directory)
    except (OSError, ValueError):  # just removed by somebody else, or without a note: not ours to judge
        return False


def _is_answered(directory: Path) -> bool:
    for name in directory.glob(".s.PGSQL.*"):
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.connect(str(name))
            return True
    return False


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` for this machine alone and for the whole network."""
    for host in ("127.0.0.1", "0.0.0.0"):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True
