"""Videos packed anew: starts ``filming.py`` as a process of its own and bounds its time and memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from p2psandbox.platform.files import guard
from p2psandbox.platform.files.images import Made
from p2psandbox.platform.files.kinds import Kind
from p2psandbox.platform.files.rejected import Rejected
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

_PROGRAM = Path(__file__).with_name("filming.py")

#: 8K, as the largest cameras film.
MOST_PIXELS = 8192 * 4320
LONGEST_SIDE = 8192
#: Longest video, in seconds: two hours.
LONGEST = 2 * 3600
MOST_MEMORY = 2 * 1024**3
#: The still that stands for a video. Its smaller sizes are made of it, as of any picture.
POSTER = "poster"
POSTER_SIDE = 1920


@dataclass(frozen=True, slots=True)
class Film:
    """What was made of a video: the same tracks in a new file, a still, and what is known of it (``duration``: s)."""

    path: Path
    poster: Made
    width: int
    height: int
    duration: float


def make(source: Path, kind: Kind, *, into: Path) -> Film:
    """Read ``source`` as ``kind`` and nothing else, and write into the folder ``into``.

    Raises :class:`Rejected` for what is no video, is cut off, too large, too long, or takes too much time or memory.
    """
    packed, poster = into / "packed", into / "poster.jpeg"
    limits = {
        "pixels": MOST_PIXELS,
        "side": LONGEST_SIDE,
        "duration": LONGEST,
        "seconds": settings.FILES_VIDEO_SECONDS,
        "memory": MOST_MEMORY,
    }
    job = {
        "source": str(source),
        "format": kind.name,
        "packed": str(packed),
        "poster": str(poster),
        "poster_side": POSTER_SIDE,
        "limits": limits,
    }
    answer = guard.run(_PROGRAM, job, seconds=settings.FILES_VIDEO_SECONDS)
    log.info("video_read", kind=kind.name, refused=answer.get("refused", ""), memory_kib=answer.get("memory", 0))
    if "refused" in answer:
        raise Rejected(answer["refused"])
    width, height = answer["poster"]
    still = Made(POSTER, "jpeg", width, height, poster)
    return Film(packed, still, answer["width"], answer["height"], answer["duration"])
