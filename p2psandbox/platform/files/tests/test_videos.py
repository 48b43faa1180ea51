"""Videos: really opened, packed anew without what they tell of people and places, and a still taken of each."""

from __future__ import annotations

import io
from typing import Any

import av
import pytest
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from accounts.models import User
from p2psandbox.platform.files import actions, keys, videos
from p2psandbox.platform.files.models import RenditionsStatus, StoredFile
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.tests.conftest import As, objects
from p2psandbox.platform.files.tests.factories import film, noise, turned, video

pytestmark = pytest.mark.django_db


def kept(file: StoredFile) -> bytes:
    with store().open(keys.kept(file.key)) as stream:
        return stream.read()


def uploaded(as_: As, person: User, data: bytes, name: str) -> StoredFile:
    answer = as_(person).upload(data, name, "", "media")
    assert answer.status_code == 200, answer.json()
    return StoredFile.objects.get(pk=answer.json()["id"])


@pytest.mark.parametrize(
    ("format", "codec"),
    [("mp4", "libx264"), ("mp4", "mpeg4"), ("mov", "libx264"), ("webm", "libvpx"), ("webm", "libvpx-vp9")],
)
def test_a_video_is_ready_with_its_length_its_size_and_a_still_in_three_widths(
    as_: As, ben: User, format: str, codec: str
) -> None:
    answer = as_(ben).upload(film(format, codec, seconds=2, size=(1200, 600)), f"line.{format}", "", "media")
    said = as_(ben).get(answer.json()["id"]).json()
    assert (said["status"], said["width"], said["height"], said["duration"]) == ("ready", 1200, 600, 2.0)
    assert said["renditions_status"] == "ready"
    made = {(one["name"], one["content_type"]): one["width"] for one in said["renditions"]}
    assert made == {
        ("poster", "image/jpeg"): 1200,
        **{("small", f"image/{f}"): 480 for f in ("webp", "jpeg")},
        **{("medium", f"image/{f}"): 960 for f in ("webp", "jpeg")},
        **{("large", f"image/{f}"): 1200 for f in ("webp", "jpeg")},
    }


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_place_names_and_dates_are_gone_and_every_picture_is_there(as_: As, ben: User, format: str) -> None:
    codec = "libvpx" if format == "webm" else "libx264"
    told = {"location": "+52.5200+013.4050/", "title": "secret of the press shop", "comment": "made by Ben"}
    data = film(format, codec, metadata=told)
    assert b"secret of the press shop" in data
    now = kept(uploaded(as_, ben, data, f"line.{format}"))
    assert not any(word in now for word in (b"secret", b"52.52", b"made by"))
    with av.open(io.BytesIO(data)) as before, av.open(io.BytesIO(now)) as after:
        shown = [[bytes(frame.planes[0]) for frame in one.decode(video=0)] for one in (before, after)]
    assert shown[0] == shown[1]


def test_a_video_filmed_upright_stays_upright_and_so_does_its_still(as_: As, ben: User) -> None:
    def corner(_number: int) -> Image.Image:
        drawn = Image.new("RGB", (320, 160), "black")
        drawn.paste("white", (0, 0, 80, 80))
        return drawn

    file = uploaded(as_, ben, turned(film(size=(320, 160), picture=corner)), "upright.mp4")
    assert (file.width, file.height) == (160, 320)
    with store().open(f"files/{file.key}.poster.jpeg") as stream, Image.open(stream) as still:
        assert still.size == (160, 320)
        assert still.convert("L").getpixel((140, 20)) > 200, "what was at the left is at the top right now"
    with av.open(io.BytesIO(kept(file))) as now:
        assert abs(next(now.decode(video=0)).rotation) == 90


def test_the_index_comes_first_so_that_a_player_can_begin_at_once(as_: As, ben: User) -> None:
    now = kept(uploaded(as_, ben, film(), "line.mp4"))
    assert now.index(b"moov") < now.index(b"mdat")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize(("format", "codec"), [("mp4", "libx264"), ("mov", "mpeg4"), ("webm", "libvpx")])
def test_a_video_that_is_cut_off_is_refused(as_: As, ben: User, format: str, codec: str, share: float) -> None:
    whole = film(format, codec, seconds=10, size=(320, 180))
    answer = as_(ben).upload(whole[: int(len(whole) * share)], f"cut.{format}", "", "media")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "damaged")
    assert objects() == []


def test_what_only_begins_like_a_video_is_refused(as_: As, ben: User) -> None:
    head = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\0\x08free"
    for data, status in ((head + noise(5000), 400), (film()[:400] + noise(5000), 400), (noise(5000), 415)):
        assert as_(ben).upload(data, "film.mp4", "", "media").status_code == status
    assert objects() == []


def test_sound_alone_is_no_video(as_: As, ben: User) -> None:
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as container:
        track = container.add_stream("aac", rate=8000)
        assert isinstance(track, av.AudioStream)
        silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        silence.sample_rate = 8000
        silence.planes[0].update(bytes(4096))
        container.mux(track.encode(silence))
        container.mux(track.encode())
    answer = as_(ben).upload(written.getvalue(), "sound.mp4", "", "media")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "damaged")


def test_limits_are_said(as_: As, ben: User, monkeypatch: Any, settings: Settings) -> None:
    monkeypatch.setattr(videos, "LONGEST", 1)
    answer = as_(ben).upload(film(seconds=3), "long.mp4", "", "media").json()["errors"][0]
    assert (answer["code"], "shorter" in answer["detail"]) == ("too_long_video", True)
    monkeypatch.setattr(videos, "LONGEST", 7200)
    monkeypatch.setattr(videos, "MOST_PIXELS", 100 * 50)
    assert as_(ben).upload(film(), "large.mp4", "", "media").json()["errors"][0]["code"] == "too_many_pixels"
    monkeypatch.setattr(videos, "MOST_PIXELS", 8192 * 4320)
    settings.FILES_VIDEO_SECONDS = 0
    assert as_(ben).upload(film(), "slow.mp4", "", "media").json()["errors"][0]["code"] == "too_complex"


def test_pictures_browsers_cannot_play_are_refused_with_what_to_do(as_: As, ben: User) -> None:
    answer = as_(ben).upload(film("mov", "prores_ks"), "archive.mov", "", "media")
    assert answer.status_code == 415
    assert "H.264" in answer.json()["errors"][0]["detail"]


def test_an_address_of_a_video_holds_while_one_watches(as_: As, ben: User, client: Client) -> None:
    file = uploaded(as_, ben, video(), "line.mp4")
    client.force_login(ben)
    StoredFile.objects.update(duration=3600)
    said = as_(ben).get(str(file.pk)).json()
    assert "T" in said["url_expires_at"]
    answer = client.get(said["url"], headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer["Content-Type"], answer["Accept-Ranges"]) == (206, "video/mp4", "bytes")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_until_its_sizes_are_made_the_still_stands_in_and_a_failure_can_be_tried_again(
    as_: As, ben: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    file = uploaded(as_, ben, video(), "line.mp4")
    client.force_login(ben)
    for status in (RenditionsStatus.PENDING, RenditionsStatus.FAILED):
        StoredFile.objects.update(renditions_status=status)
        where = client.get(f"/files/{file.pk}/small/")["Location"]
        assert "poster.jpeg" in where
        assert client.get(where)["Content-Type"] == "image/jpeg"
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.render_again(file_id=file.pk)
    file.refresh_from_db()
    assert (file.renditions_status, file.renditions.count()) == ("ready", 7)
    assert not actions.render_again(file_id=file.pk)


def test_deleting_a_video_leaves_nothing(as_: As, ben: User) -> None:
    file = uploaded(as_, ben, video(), "line.mp4")
    assert len(objects()) == 8
    assert as_(ben).delete(str(file.pk)).status_code == 204
    assert objects() == []
