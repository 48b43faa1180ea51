"""S3, or what speaks its protocol, as a store: parts go from the browser straight into the bucket.

Everything goes through the connection of the django-storages backend, so that bucket, keys and time limits are
configured in one place.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.files import names
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.storage.base import CHUNK, Missing, Object, Received, Unfinished
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

_GONE = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})
#: S3 deletes so many objects in one call.
_AT_ONCE = 1000


class S3Store:
    """A bucket."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    @property
    def client(self) -> Any:
        return self.backend.connection.meta.client

    @property
    def bucket(self) -> str:
        return str(self.backend.bucket_name)

    def begin(self, key: str, content_type: str) -> str:
        with _asked():
            answer = self.client.create_multipart_upload(Bucket=self.bucket, Key=key, ContentType=content_type)
        return str(answer["UploadId"])

    def part_url(self, file: StoredFile, number: int, *, seconds: int) -> str:
        """The length is signed with the rest: the bucket takes no more and no fewer bytes."""
        part = {
            "Bucket": self.bucket,
            "Key": file.arrives_at,
            "UploadId": file.upload_id,
            "PartNumber": number,
            "ContentLength": file.size_of_part(number),
        }
        return str(self.client.generate_presigned_url("upload_part", Params=part, ExpiresIn=seconds))

    def received(self, file: StoredFile) -> list[Received]:
        return [Received(part["PartNumber"], part["Size"]) for part in self._parts(file)]

    def _parts(self, file: StoredFile) -> list[dict[str, Any]]:
        with _asked():
            pages = self.client.get_paginator("list_parts").paginate(
                Bucket=self.bucket, Key=file.arrives_at, UploadId=file.upload_id
            )
            return [part for page in pages for part in page.get("Parts", [])]

    def assemble(self, file: StoredFile, key: str) -> None:
        try:
            parts = self._parts(file)
        except Missing:
            if self.size(key) == file.declared_size:
                return  # done by an earlier try that did not live to say so
            raise
        with _asked():
            self.client.complete_multipart_upload(
                Bucket=self.bucket,
                Key=key,
                UploadId=file.upload_id,
                MultipartUpload={"Parts": [{"PartNumber": p["PartNumber"], "ETag": p["ETag"]} for p in parts]},
            )

    def forget_parts(self, file: StoredFile, key: str) -> None:
        if file.upload_id:
            self._abort(key, file.upload_id)

    def open(self, key: str) -> Any:
        return _opened(self, key)

    def sha256(self, key: str) -> str:
        digest = hashlib.sha256()
        with _asked():
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
            while chunk := body.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    @contextmanager
    def on_disk(self, key: str) -> Iterator[Path]:
        with tempfile.NamedTemporaryFile(prefix="p2p-file-") as copy:
            with _asked():
                body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
                while chunk := body.read(CHUNK):
                    copy.write(chunk)
            copy.flush()
            yield Path(copy.name)

    def put(self, key: str, path: Path, content_type: str) -> None:
        with _asked(), path.open("rb") as source:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=source, ContentType=content_type)

    def size(self, key: str) -> int | None:
        try:
            with _asked():
                return int(self.client.head_object(Bucket=self.bucket, Key=key)["ContentLength"])
        except Missing:
            return None

    def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _AT_ONCE):
            objects = [{"Key": key} for key in keys[start : start + _AT_ONCE]]
            with _asked():
                answer = self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True})
            if answer.get("Errors"):
                log.error("store_failed", error=answer["Errors"][0].get("Code", ""), doing="delete")
                raise Unavailable

    def url(self, key: str, *, name: str, content_type: str, inline: bool, seconds: int) -> str | None:
        wanted = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": names.content_disposition(name, inline=inline),
            "ResponseCacheControl": f"private, max-age={seconds}",
        }
        return str(self.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds))

    def read(self, key: str, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` up to and without ``end``."""
        with _asked():
            answer = self.client.get_object(Bucket=self.bucket, Key=key, Range=f"bytes={start}-{end - 1}")
            return bytes(answer["Body"].read())

    def objects(self, prefix: str) -> Iterator[Object]:
        with _asked():
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield Object(found["Key"], found["Size"], found["LastModified"])

    def unfinished(self) -> Iterator[Unfinished]:
        with _asked():
            for page in self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket):
                for found in page.get("Uploads", []):
                    yield Unfinished(found["Key"], found["UploadId"], found["Initiated"])

    def abort(self, upload: Unfinished) -> None:
        self._abort(upload.key, upload.upload_id)

    def _abort(self, key: str, upload_id: str) -> None:
        try:
            with _asked():
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload_id)
        except Missing:
            pass  # completed or aborted already


@contextmanager
def _opened(store: S3Store, key: str) -> Iterator[IO[bytes]]:
    size = store.size(key)
    if size is None:
        raise Missing(key)
    with io.BufferedReader(_Remote(store, key, size), CHUNK) as stream:
        yield stream


class _Remote(io.RawIOBase):
    """An object that is read where one looks: each read asks for a range."""

    def __init__(self, store: S3Store, key: str, size: int) -> None:
        self.store, self.key, self.length = store, key, size
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.length}[whence]
        self.at = max(0, base + offset)
        return self.at

    def readinto(self, buffer: Any) -> int:
        end = min(self.length, self.at + len(buffer))
        if end <= self.at:
            return 0
        data = self.store.read(self.key, self.at, end)
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)


@contextmanager
def _asked() -> Iterator[None]:
    """Turn what boto3 raises into :class:`Missing`, or into 503 with a line in the log for operators."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _GONE:
            raise Missing(code) from error
        log.error("store_failed", error=code, doing=error.operation_name)
        raise Unavailable from error
    except (BotoCoreError, OSError) as error:
        log.error("store_failed", error=type(error).__name__)
        raise Unavailable from error
