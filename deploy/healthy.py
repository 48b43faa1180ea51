"""For a container's health check: exit 0 when the web server of this container answers ``/health`` with 200."""

from __future__ import annotations

import http.client
import os
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("WEB_PORT") or 8000), timeout=4)
try:
    connection.request("GET", "/health")
    sys.exit(connection.getresponse().status != 200)
except OSError:
    sys.exit(1)
