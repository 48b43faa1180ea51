"""Pictures made of pictures: starts ``imaging.py`` as a process of its own and bounds its time and memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from p2psandbox.platform.files import guard
from p2psandbox.platform.files.kinds import Kind
from p2psandbox.platform.files.purposes import Picture, Rule
from p2psandbox.platform.files.rejected import Rejected
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

_PROGRAM = Path(__file__).with_name("imaging.py")

#: A camera's 48 megapixels fit; a bomb's thousands do not. An animation counts all its frames.
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 30_000
MOST_FRAMES = 400
MOST_ANIMATION_PIXELS = 60_000_000
#: Address space of the process. The largest picture takes about a third of it.
MOST_MEMORY = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Made:
    """One picture that was written."""

    name: str
    format: str
    width: int
    height: int
    path: Path

    @property
    def content_type(self) -> str:
        return f"image/{self.format}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture to write; ``format`` is ``same`` for what is kept of the upload itself."""

    name: str
    format: str
    box: tuple[int, int] | None
    fit: str
    quality: int
    animated: bool = False


def kept(rule: Rule) -> Wanted:
    """Return what is kept of an upload: the same picture, made anew."""
    return Wanted("kept", "same", rule.largest, "inside", 90, rule.animated)


def renditions(pictures: Sequence[Picture]) -> list[Wanted]:
    """Return all pictures of a rule, one for each format."""
    return [
        Wanted(picture.name, format, picture.box, picture.fit, picture.quality)
        for picture in pictures
        for format in picture.formats
    ]


def make(source: Path, kind: Kind, wanted: Sequence[Wanted], *, into: Path) -> list[Made]:
    """Decode ``source`` as ``kind`` and nothing else, and write what is wanted into the folder ``into``.

    Raises :class:`Rejected` for a picture that is damaged, too large, or takes too much time or memory.
    """
    outputs = [_output(one, into / str(number)) for number, one in enumerate(wanted)]
    seconds = settings.FILES_PICTURE_SECONDS
    limits = {
        "pixels": MOST_PIXELS,
        "side": LONGEST_SIDE,
        "frames": MOST_FRAMES,
        "animation_pixels": MOST_ANIMATION_PIXELS,
        "seconds": seconds,
        "memory": MOST_MEMORY,
    }
    job = {"source": str(source), "format": kind.pillow, "limits": limits, "outputs": outputs}
    answer = guard.run(_PROGRAM, job, seconds=seconds)
    log.info("picture_read", kind=kind.name, refused=answer.get("refused", ""), memory_kib=answer.get("memory", 0))
    if "refused" in answer:
        raise Rejected(answer["refused"])
    return [
        Made(made["name"], made["format"].lower(), made["width"], made["height"], Path(output["path"]))
        for made, output in zip(answer["outputs"], outputs, strict=True)
    ]


def _output(one: Wanted, path: Path) -> dict[str, Any]:
    return {
        "name": one.name,
        "path": str(path),
        "format": one.format if one.format == "same" else one.format.upper(),
        "box": one.box,
        "fit": one.fit,
        "quality": one.quality,
        "animated": one.animated,
    }
