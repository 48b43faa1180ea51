"""A bad connection: a TCP proxy that cuts, and a client that goes on where it was, as ``uploads.js`` does."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit


class CuttingProxy:
    """Passes bytes on to ``target`` and cuts each connection, without a word, after ``after`` bytes from the client."""

    def __init__(self, target: tuple[str, int], *, after: int) -> None:
        self.target, self.after = target, after
        self.cuts = self.passed = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(self.target)
        threading.Thread(target=self._answers, args=(server, client), daemon=True).start()
        left = self.after
        with suppress(OSError):
            while left and (data := client.recv(min(65536, left))):
                server.sendall(data)
                left -= len(data)
                with self.lock:
                    self.passed += len(data)
        if not left:
            with self.lock:
                self.cuts += 1
            for end in (client, server):  # reset rather than finish: the other side loses what was under way
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_WR)


@dataclass
class Uploader:
    """Uploads through a proxy, several parts at a time, each thread over a connection it keeps while it lasts."""

    host: str
    headers: dict[str, str]
    parallel: int = 3
    sent: int = 0
    failures: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Ask the API, again when the connection is cut."""
        for _try in range(20):
            connection = HTTPConnection(self.host, timeout=60)
            try:
                headers = self.headers | {"Content-Type": "application/json"}
                connection.request(method, path, None if body is None else json.dumps(body), headers)
                answer = connection.getresponse()
                said = answer.read()
                assert answer.status < 400, said
                return dict(json.loads(said)) if said else {}
            except (OSError, HTTPException):
                self.failures += 1
            finally:
                connection.close()
        raise AssertionError(f"no answer to {method} {path}")

    def upload(self, read: Callable[[int, int], bytes], size: int, name: str, purpose: str) -> dict[str, Any]:
        """Upload ``size`` bytes, where ``read(start, length)`` gives them; returns the file when it is checked."""
        begun = self.call("POST", "/api/v1/files", {"name": name, "size": size, "content_type": "", "purpose": purpose})
        where, plan = f"/api/v1/files/{begun['id']}", begun
        while missing := [part for part in plan["parts"] if not part["received"]]:
            self._send(missing, read, plan["part_size"])
            plan = self.call("GET", where)["upload"]
        file = self.call("POST", f"{where}/complete", {})
        while file["status"] == "checking":
            time.sleep(0.2)
            file = self.call("GET", where)
        return file

    def _send(self, parts: list[dict[str, Any]], read: Callable[[int, int], bytes], part_size: int) -> None:
        queue = list(parts)

        def lane() -> None:
            connection = HTTPConnection(self.host, timeout=60)
            while True:
                with self.lock:
                    if not queue:
                        break
                    part = queue.pop(0)
                where = urlsplit(part["url"])
                try:
                    data = read((part["number"] - 1) * part_size, part["size"])
                    connection.request("PUT", f"{where.path}?{where.query}", data)
                    answer = connection.getresponse()
                    answer.read()
                    assert answer.status < 300, answer.status
                    self.sent += part["size"]
                except (OSError, HTTPException):
                    self.failures += 1
                    connection.close()
                    connection = HTTPConnection(self.host, timeout=60)
            connection.close()

        lanes = [threading.Thread(target=lane) for _ in range(self.parallel)]
        for one in lanes:
            one.start()
        for one in lanes:
            one.join()
