"""Where sockets go: free ports, and directories short enough for a Unix socket's 107 bytes."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import tempfile
from pathlib import Path

UNIX_SOCKET_LIMIT = 107  # bytes of sun_path that Linux allows, less the final zero; macOS has 103
_LONGEST_NAME = len("/.s.PGSQL.5432.lock")


def short_directory(purpose: Path, *, owner: int) -> Path:
    """A private directory for the sockets of ``purpose``, always the same one and always short.

    A data directory may sit under any path, long or with spaces; its sockets may not. ``owner`` is the
    user number it is given to. Raises ``PermissionError`` when somebody else has taken the name.
    """
    key = hashlib.sha256(str(purpose.resolve()).encode()).hexdigest()[:12]
    base = Path(tempfile.gettempdir())
    if len(str(base)) + len("/p2psandbox-") + len(key) + _LONGEST_NAME > 103 or " " in str(base):
        base = Path("/tmp")
    directory = base / f"p2psandbox-{key}"
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner):
        raise PermissionError(f"{directory} belongs to somebody else; remove it or set TMPDIR")
    if found.st_uid != owner:
        os.chown(directory, owner, -1)
    directory.chmod(0o700)
    return directory


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
