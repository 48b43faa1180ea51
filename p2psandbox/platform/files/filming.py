"""Reads one video, packs it anew and takes a still of it: a program of its own, run by path with PyAV and Pillow.

A process of its own for the reasons ``imaging.py`` gives. Reads a job as JSON from standard input, answers JSON on
standard output:

job      {"source", "format": "mp4|mov|webm", "packed": path, "poster": path, "poster_side", "limits": {"pixels",
         "side", "duration": seconds, "seconds": of a core, "memory"}}
answer   {"width", "height", "duration", "poster": [w, h], "memory": KiB at most}
         or {"refused": "damaged|too_many_pixels|too_long_video|wrong_codec", "memory"}

Every packet is read once and written into a new file, so that a cut-off video is found, and nothing but pictures and
sound reaches the output: place, device, names, dates, chapters, data tracks are gone. Nothing is encoded again.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from typing import Any

import av
from PIL import Image

#: Demuxer, muxer and the muxer's options by kind. The index comes first, so that a player can begin at once.
_FORMATS = {
    "mp4": ("mov", "mp4", {"movflags": "+faststart"}),
    "mov": ("mov", "mov", {"movflags": "+faststart"}),
    "webm": ("matroska", "webm", {}),
}
#: Pictures that browsers show, or nearly all of them; every other decoder stays out of reach.
_CODECS = frozenset({"h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "mjpeg"})
#: Frames decoded at most before the still is taken.
_MOST_FRAMES = 240
#: How much of what a video says it lasts may be missing: a share of it and half a second.
_MISSING = 0.05


class RefusedError(Exception):
    """``args[0]`` is the code."""


def main() -> None:
    """Do the job on standard input."""
    job = json.load(sys.stdin)
    _bound(job["limits"])
    av.logging.set_level(av.logging.PANIC)
    json.dump(answer(job) | {"memory": _most_memory()}, sys.stdout)


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Do a job; returns what was found, or why it was refused."""
    try:
        return _pack(job) | _still(job)
    except RefusedError as refused:
        return {"refused": refused.args[0]}
    except MemoryError:
        return {"refused": "too_many_pixels"}
    except (av.FFmpegError, OSError, ValueError, EOFError, IndexError, TypeError):
        return {"refused": "damaged"}  # what PyAV raises for files that are not what they should be


def _bound(limits: dict[str, int]) -> None:
    with contextlib.suppress(ValueError, OSError):  # some systems have no such limit; the caller's clock runs anyway
        resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 2))
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))


def _most_memory() -> int:
    """Return the most memory this program held, in KiB."""
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _opened(path: str, kind: str) -> Any:
    return av.open(path, format=_FORMATS[kind][0], options={"protocol_whitelist": "file"})


def _picture_track(container: Any, limits: dict[str, int]) -> Any:
    """Return the track of pictures, refused by what the header says before anything is decoded."""
    tracks = [one for one in container.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
    if not tracks:
        raise RefusedError("damaged")
    track = tracks[0]
    if track.codec_context.name not in _CODECS and track.codec_context.codec.canonical_name not in _CODECS:
        raise RefusedError("wrong_codec")
    width, height = track.codec_context.width, track.codec_context.height
    if not width or not height:
        raise RefusedError("damaged")
    if width * height > limits["pixels"] or max(width, height) > limits["side"]:
        raise RefusedError("too_many_pixels")
    track.codec_context.thread_count = 1
    return track


def _pack(job: dict[str, Any]) -> dict[str, Any]:
    """Copy pictures and sound into a new file; returns how long it lasts."""
    limits = job["limits"]
    _demuxer, muxer, options = _FORMATS[job["format"]]
    with _opened(job["source"], job["format"]) as source:
        track = _picture_track(source, limits)
        said = _said_duration(source, track)
        if said and said > limits["duration"]:
            raise RefusedError("too_long_video")
        with av.open(job["packed"], "w", format=muxer, options=options) as packed:
            tracks = _tracks(source, track, packed)
            lasted = _copy(source, track, packed, tracks, limits["duration"])
    if lasted.pictures <= 0 or (said and lasted.of(track) < said * (1 - _MISSING) - 0.5):
        raise RefusedError("damaged")
    return {"duration": round(lasted.pictures, 3)}


def _said_duration(source: Any, track: Any) -> float:
    if track.duration and track.time_base:
        return float(track.duration * track.time_base)
    return source.duration / av.time_base if source.duration else 0.0


def _tracks(source: Any, track: Any, packed: Any) -> dict[int, Any]:
    """Return the output's track for each of the source's that is kept: the pictures, and sound if it fits in."""
    try:
        tracks = {track.index: packed.add_stream_from_template(track)}
    except ValueError as error:
        raise RefusedError("wrong_codec") from error
    for sound in source.streams.audio:
        with contextlib.suppress(ValueError):  # a codec this container does not hold: silent rather than refused
            tracks[sound.index] = packed.add_stream_from_template(sound)
    for made in tracks.values():
        made.metadata.clear()
    return tracks


class _Lasted:
    """How far the packets copied reach, in seconds."""

    def __init__(self, track: Any) -> None:
        self._track = track
        self._first: float | None = None
        self._last = self._all = 0.0

    def see(self, packet: Any) -> None:
        """Note one packet."""
        shown = float((packet.pts if packet.pts is not None else packet.dts) * packet.time_base)
        end = shown + float((packet.duration or 0) * packet.time_base)
        self._all = max(self._all, end)
        if packet.stream.index == self._track.index:
            self._first = shown if self._first is None else min(self._first, shown)
            self._last = max(self._last, end)

    @property
    def pictures(self) -> float:
        """From the first picture to the end of the last."""
        return 0.0 if self._first is None else self._last - self._first

    def of(self, track: Any) -> float:
        """What compares with :func:`_said_duration`: WebM says one for all tracks."""
        return self.pictures if track.duration else self._all


def _copy(source: Any, track: Any, packed: Any, tracks: dict[int, Any], longest: float) -> _Lasted:
    """Copy all packets of these tracks; returns how long they last."""
    lasted = _Lasted(track)
    for packet in source.demux([one for one in source.streams if one.index in tracks]):
        if packet.dts is None:
            continue  # the end of a track
        if packet.is_corrupt and packet.stream.index == track.index:
            raise RefusedError("damaged")
        lasted.see(packet)
        if lasted.pictures > longest:
            raise RefusedError("too_long_video")
        packet.stream = tracks[packet.stream.index]
        packed.mux(packet)
    return lasted


def _still(job: dict[str, Any]) -> dict[str, Any]:
    """Write one picture of the packed video, a little way into it; decoding it also proves that there are pictures."""
    with _opened(job["packed"], job["format"]) as video:
        track = _picture_track(video, job["limits"])
        length = _said_duration(video, track)
        frame = _frame(video, track, min(3.0, length / 10))
        turned = int(getattr(frame, "rotation", 0) or 0) % 360
        picture = frame.to_image()
    if turned:
        picture = picture.rotate(turned, expand=True)
    size = picture.size
    picture.thumbnail((job["poster_side"], job["poster_side"]), Image.Resampling.LANCZOS)
    picture.save(job["poster"], "JPEG", quality=85)
    return {"width": size[0], "height": size[1], "poster": list(picture.size)}


def _frame(video: Any, track: Any, wanted: float) -> Any:
    """Return the first picture at ``wanted`` seconds or later, the last one there is before that."""
    found = None
    for number, frame in enumerate(video.decode(track)):
        found = frame
        if (frame.time is not None and frame.time >= wanted) or number >= _MOST_FRAMES:
            break
    if found is None:
        raise RefusedError("damaged")
    return found


if __name__ == "__main__":
    main()
