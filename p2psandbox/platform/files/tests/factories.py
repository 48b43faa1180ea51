"""Files as tests need them: real bytes of every kind, and uploads as a browser sends them."""

from __future__ import annotations

import functools
import io
import random
import struct
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import factory
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from p2psandbox.platform.files import videos
from p2psandbox.platform.files.kinds import KINDS
from p2psandbox.platform.files.models import FileStatus, Purpose, StoredFile


class StoredFileFactory(factory.django.DjangoModelFactory[StoredFile]):
    """A ready row without bytes in the store."""

    class Meta:
        model = StoredFile

    owner = factory.SubFactory(UserFactory)
    organization = factory.SelfAttribute("owner.organization")
    purpose = Purpose.ATTACHMENT
    status = FileStatus.READY
    name = "manual.pdf"
    declared_type = content_type = "application/pdf"
    kind = "pdf"
    declared_size = bytes = 1000
    sha256 = "0" * 64
    ready_at = factory.LazyFunction(timezone.now)


def picture(width: int = 120, height: int = 80, format: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture with some structure, so that formats have something to lose."""
    image = Image.effect_mandelbrot((width, height), (-3, -2.5, 2, 2.5), 20)
    if mode != "L":
        image = Image.merge("RGB", (image, image.rotate(180), Image.new("L", image.size, 90))).convert(mode)
    return saved(image, format, **options)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    """An image's file."""
    written = io.BytesIO()
    image.save(written, format, **options)
    return written.getvalue()


def pdf(size: int = 400) -> bytes:
    """The smallest thing that says it is a PDF, filled up with noise to ``size`` bytes."""
    head, tail = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%", b"\ntrailer <</Root 1 0 R>>\n%%EOF\n"
    return head + noise(max(0, size - len(head) - len(tail))) + tail


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes no two parts of which are alike."""
    return random.Random(seed).randbytes(size)


def office(member: str = "word/document.xml", **more: bytes) -> bytes:
    """An Office document of sorts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<x/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return written.getvalue()


#: How encoders want their pixels where it is not as usual.
_PIXELS = {"mjpeg": "yuvj420p", "prores_ks": "yuv422p10le"}


def film(
    format: str = "mp4",
    codec: str = "libx264",
    seconds: float = 1,
    size: tuple[int, int] = (160, 90),
    metadata: Mapping[str, str] | None = None,
    picture: Callable[[int], Image.Image] | None = None,
) -> bytes:
    """A real video of ten pictures a second, made with PyAV; ``picture(n)`` draws the n-th."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{format}"
        options = {"movflags": "+faststart"} if format != "webm" else {}
        with av.open(str(path), "w", format=format, options=options) as container:
            container.metadata.update(metadata or {})
            track: Any = container.add_stream(codec, rate=10)
            track.width, track.height = size
            track.pix_fmt = _PIXELS.get(codec, "yuv420p")
            track.options = {"qmin": "1", "qmax": "1"} if codec == "mjpeg" else {}
            for number in range(round(seconds * 10)):
                drawn = picture(number) if picture else Image.new("RGB", size, (number * 20 % 256, 80, 120))
                container.mux(track.encode(av.VideoFrame.from_image(drawn)))
            container.mux(track.encode())
        return path.read_bytes()


def turned(data: bytes) -> bytes:
    """An MP4 as a phone held upright writes it: the same pictures, to be shown turned a quarter clockwise."""
    at = data.index(b"tkhd") + 44
    return data[:at] + struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000) + data[at + 36 :]


@functools.cache
def video(size: int = 0) -> bytes:
    """A video of at least ``size`` bytes that is kept byte for byte, because it went through our packing before."""
    frames = -(-size // 1_300_000)
    made = film()
    if size:
        sides = (1024, 1024)
        drawn = Image.frombytes("RGB", sides, noise(3 * 1024 * 1024))
        made = film("mov", "mjpeg", max(1, frames) / 10, sides, picture=lambda _n: drawn)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "film"
        source.write_bytes(made)
        return videos.make(source, KINDS["mov" if size else "mp4"], into=Path(folder)).path.read_bytes()


@dataclass
class Browser:
    """Uploads as the page's own client does, over the JSON API. What waits for a commit is done after each call."""

    client: APIClient
    committing: Callable[[], AbstractContextManager[Any]] = nullcontext

    def begin(self, data: bytes, name: str, content_type: str = "", purpose: str = "attachment", **more: Any) -> Any:
        said = {"name": name, "size": len(data), "content_type": content_type, "purpose": purpose} | more
        return self.client.post("/api/v1/files", said)

    def send(self, begun: dict[str, Any], data: bytes, numbers: list[int] | None = None) -> list[int]:
        """PUT parts, all or the ones named; returns the statuses."""
        return [
            self.put(part["url"], part_of(data, begun["part_size"], part["number"]))
            for part in begun["parts"]
            if numbers is None or part["number"] in numbers
        ]

    def put(self, url: str, data: bytes, **headers: str) -> int:
        """PUT to an address without any cookie, as another origin would; to S3 over the network."""
        where = urlsplit(url)
        if where.netloc not in ("", "testserver"):
            return _put_over_http(url, data, headers)
        nobody = APIClient(enforce_csrf_checks=True)
        answer = nobody.put(
            f"{where.path}?{where.query}", data=data, content_type="application/octet-stream", headers=headers
        )
        return int(answer.status_code)

    def complete(self, file_id: str, **said: Any) -> Any:
        with self.committing():
            return self.client.post(f"/api/v1/files/{file_id}/complete", said)

    def get(self, file_id: str) -> Any:
        return self.client.get(f"/api/v1/files/{file_id}")

    def delete(self, file_id: str) -> Any:
        with self.committing():
            return self.client.delete(f"/api/v1/files/{file_id}")

    def upload(self, data: bytes, name: str, content_type: str = "", purpose: str = "attachment") -> Any:
        """All of it; returns the answer to complete, or the first refusal."""
        begun = self.begin(data, name, content_type, purpose)
        if begun.status_code != 201:
            return begun
        assert set(self.send(begun.json(), data)) <= {200, 204}
        return self.complete(begun.json()["id"])


def _put_over_http(url: str, data: bytes, headers: dict[str, str]) -> int:
    where = urlsplit(url)
    connection = HTTPConnection(where.netloc, timeout=10)
    try:
        connection.request("PUT", f"{where.path}?{where.query}", body=data, headers=headers)
        return connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        return 403  # the server answers before it has read what it will not take
    finally:
        connection.close()


def part_of(data: bytes, part_size: int, number: int) -> bytes:
    return data[(number - 1) * part_size : number * part_size]
