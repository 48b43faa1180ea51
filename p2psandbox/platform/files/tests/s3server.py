"""moto as an S3 server over HTTP, with the one thing it leaves out: it checks presigned addresses as S3 does."""

from __future__ import annotations

import hashlib
import hmac
import random
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote
from urllib.request import Request, urlopen

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

BUCKET, REGION, KEY, SECRET = "p2p-files", "eu-central-1", "key", "secret"


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *args: Any) -> None:
        pass


def _port() -> int:
    """Return a free port below those the system hands out: nobody else takes it while the server is stopped."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


class S3Server:
    """A server that can be stopped and started; what it holds outlives the stop."""

    def __init__(self) -> None:
        self.app = signature_checked(DomainDispatcherApplication(create_backend_app))
        self.port = _port()
        self.server: BaseWSGIServer | None = None
        self.start()
        # What moto holds is one for the whole process: the next server would find its predecessor's.
        urlopen(Request(f"{self.url}/moto-api/reset", method="POST"), timeout=10).close()
        self.client().create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True, request_handler=_Quiet)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()

    def client(self) -> Any:
        return boto3.client(
            "s3", endpoint_url=self.url, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
        )

    def keys(self) -> list[str]:
        """All objects."""
        return [found["Key"] for found in self.client().list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def unfinished(self) -> list[str]:
        """Keys of uploads in parts that are neither completed nor aborted."""
        return [found["Key"] for found in self.client().list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]

    def let_in(self, origin: str) -> None:
        """Give the bucket the CORS rule of docs/operating.md, so that browsers may send parts from ``origin``."""
        rule = {"AllowedOrigins": [origin], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"]}
        self.client().put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})

    def empty(self) -> None:
        """Remove everything."""
        client = self.client()
        for found in client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
            client.abort_multipart_upload(Bucket=BUCKET, Key=found["Key"], UploadId=found["UploadId"])
        for key in self.keys():
            client.delete_object(Bucket=BUCKET, Key=key)

    def storages(self, client_config: Any) -> dict[str, Any]:
        """Django's ``STORAGES`` entry for this server."""
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": BUCKET,
                "endpoint_url": self.url,
                "region_name": REGION,
                "access_key": KEY,
                "secret_key": SECRET,
                "client_config": client_config,
            },
        }


App = Callable[[dict[str, Any], Any], Iterable[bytes]]


def signature_checked(app: App) -> App:
    """Refuse presigned requests that have expired or are not what was signed (AWS signature 4, in the query)."""

    def checked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked_ahead = environ["REQUEST_METHOD"] == "OPTIONS"  # browsers ask without the headers that are signed
        presigned = "X-Amz-Signature=" in environ.get("QUERY_STRING", "") and not asked_ahead
        if presigned and (why := _refusal(environ)):
            body = f"<Error><Code>AccessDenied</Code><Message>{why}</Message></Error>".encode()
            start_response("403 Forbidden", [("Content-Length", str(len(body))), ("Connection", "close")])
            return [body]
        return app(environ, start_response)

    return checked


def _refusal(environ: dict[str, Any]) -> str:
    query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
    given = query.pop("X-Amz-Signature")
    made = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if datetime.now(UTC) > made + timedelta(seconds=int(query["X-Amz-Expires"])):
        return "Request has expired"
    names = query["X-Amz-SignedHeaders"].split(";")
    headers = "".join(f"{name}:{_header(environ, name)}\n" for name in names)
    sorted_query = "&".join(f"{quote(n, '-_.~')}={quote(v, '-_.~')}" for n, v in sorted(query.items()))
    path = quote(environ["PATH_INFO"], "/-_.~")
    request = "\n".join(
        [environ["REQUEST_METHOD"], path, sorted_query, headers, query["X-Amz-SignedHeaders"], "UNSIGNED-PAYLOAD"]
    )
    scope = query["X-Amz-Credential"].partition("/")[2]
    to_sign = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    same = hmac.compare_digest(hmac.new(key, to_sign.encode(), "sha256").hexdigest(), given)
    return "" if same else "SignatureDoesNotMatch"


def _header(environ: dict[str, Any], name: str) -> str:
    variable = name.upper().replace("-", "_")
    return str(environ.get(variable if name in ("content-length", "content-type") else f"HTTP_{variable}", ""))
