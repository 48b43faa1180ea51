"""Decodes one picture and writes others made of it: a program of its own, run by path with Pillow alone.

A process of its own is what bounds time and memory (the kernel ends it), keeps the web process's memory flat, and
lets a fault in a decoder hurt nobody. Reads a job as JSON from standard input, answers JSON on standard output:

job      {"source", "format": Pillow's name, "limits": {"pixels", "side", "frames", "animation_pixels", "seconds",
         "memory"}, "outputs": [{"name", "path", "format": "JPEG|PNG|WEBP|same", "box": [w, h] or null,
         "fit": "inside|cover", "quality", "animated"}]}
answer   {"width", "height", "frames", "outputs": [{"name", "format", "width", "height"}], "memory": KiB at most}
         or {"refused": "damaged|too_many_pixels|too_long_animation|several_pages", "memory"}

Nothing of the source but its pixels reaches an output: orientation is applied, colours are turned into sRGB, and
EXIF, GPS, profiles, comments and whatever else stood beside the picture are gone.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

#: What a kept picture is written as. Formats browsers do not all show become ones that they do.
KEPT_AS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG", "AVIF": "WEBP", "BMP": "PNG", "TIFF": "PNG"}
#: WebP can be no larger than this.
WEBP_SIDE = 16383
_SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N")


class RefusedError(Exception):
    """``args[0]`` is the code."""


def main() -> None:
    """Do the job on standard input."""
    job = json.load(sys.stdin)
    _bound(job["limits"])
    json.dump(answer(job) | {"memory": _most_memory()}, sys.stdout)


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Do a job; returns what was made, or why it was refused."""
    try:
        return make(job)
    except RefusedError as refused:
        return {"refused": refused.args[0]}
    except (MemoryError, Image.DecompressionBombError):
        return {"refused": "too_many_pixels"}
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError):
        return {"refused": "damaged"}  # what Pillow's decoders raise for files that are not what they should be


def _bound(limits: dict[str, int]) -> None:
    with contextlib.suppress(ValueError, OSError):  # some systems have no such limit; the caller's clock runs anyway
        resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 2))
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))


def _most_memory() -> int:
    """Return the most memory this program held, in KiB. (``getrusage`` would count what it was forked from.)"""
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Check the source and write all outputs; raises :class:`RefusedError` and whatever Pillow raises."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # we look ourselves, and refuse earlier
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # others switch it on for their whole process when they are imported
    with Image.open(job["source"], formats=[job["format"]]) as picture:
        frames = _check(picture, job["limits"])
        if frames > 1 and any(output["animated"] for output in job["outputs"]):
            moving = _frames(picture)
        else:
            moving = []
            _let_jpeg_shrink(picture, job["outputs"])
        still = moving[0][0] if moving else upright_srgb(picture)
        sizes: dict[Any, Any] = {}
        made = [_write(job["format"], output, still, moving, sizes) for output in job["outputs"]]
    return {"width": still.width, "height": still.height, "frames": frames, "outputs": made}


def _check(picture: Any, limits: dict[str, int]) -> int:
    """Refuse by the header alone, before anything is decoded; returns the number of frames."""
    width, height = picture.size
    if width * height > limits["pixels"] or max(width, height) > limits["side"]:
        raise RefusedError("too_many_pixels")
    frames = int(getattr(picture, "n_frames", 1))
    if picture.format == "TIFF" and frames > 1:
        raise RefusedError("several_pages")
    if picture.format in ("PNG", "JPEG", "MPO"):
        return 1  # the first is the picture; the others are an extra that few programs show
    if frames > limits["frames"] or (frames > 1 and frames * width * height > limits["animation_pixels"]):
        raise RefusedError("too_long_animation")
    picture.seek(0)
    return frames


def _let_jpeg_shrink(picture: Any, outputs: list[dict[str, Any]]) -> None:
    """Have a large JPEG decoded at a half, a quarter or an eighth where that still holds every output's pixels."""
    if picture.format != "JPEG" or not all(output["box"] for output in outputs):
        return
    share = min(1.0, max(_side_wanted(picture, output) for output in outputs))
    picture.draft(None, (math.ceil(picture.width * share), math.ceil(picture.height * share)))


def _side_wanted(picture: Any, output: dict[str, Any]) -> float:
    """Return which share of the picture's size an output needs; it may yet be turned, so both ways count."""
    longest = max(output["box"])
    measured = min(picture.size) if output["fit"] == "cover" else max(picture.size)
    return float(longest / measured)


def _frames(picture: Any) -> list[tuple[Any, int]]:
    """Return every frame, whole and in sRGB, with the milliseconds it stays."""
    found = []
    for number in range(picture.n_frames):
        picture.seek(number)
        shown = int(picture.info.get("duration", 100) or 100)
        found.append((upright_srgb(picture.copy()), max(20, shown)))
    return found


def upright_srgb(picture: Any) -> Any:
    """Return a new picture with the pixels alone: upright, 8 bits a channel, sRGB, L, RGB or RGBA."""
    picture.load()
    with contextlib.suppress(Exception):  # an EXIF block nobody can read turns nothing
        picture = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    plain = _eight_bits(picture)
    plain = _in_srgb(plain, profile)
    plain.info = {}
    return plain


def _eight_bits(picture: Any) -> Any:
    """Return the picture in L, RGB, RGBA, CMYK or LAB."""
    mode = picture.mode
    if mode in _SIXTEEN_BIT:
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if mode in ("I", "F"):
        return _spread(picture)
    if mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in picture.info:
        clear = mode not in ("P", "L", "RGB") or "transparency" in picture.info
        return picture.convert("RGBA" if clear else "RGB")
    if mode == "1":
        return picture.convert("L")
    return picture if mode in ("L", "RGB", "RGBA", "CMYK", "LAB") else picture.convert("RGB")


def _spread(picture: Any) -> Any:
    """Return whole or floating numbers as grey: 16 bits by their upper half, others between least and most."""
    least, most = picture.getextrema()
    if picture.mode == "I" and least >= 0 and 255 < most <= 65535:
        least, most = 0, 65535
    elif picture.mode == "I" and least >= 0 and most <= 255:
        least, most = 0, 255
    scale = 255 / ((most - least) or 1)
    return picture.point(lambda value: value * scale + (-least * scale)).convert("L")


def _in_srgb(picture: Any, profile: bytes | None) -> Any:
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha is not None else picture
    if profile or colours.mode == "LAB":
        colours = _converted(colours, profile)
    if colours.mode not in ("L", "RGB"):
        colours = colours.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        colours = colours.convert("RGB")
        colours.putalpha(alpha)
    return colours


def _converted(picture: Any, profile: bytes | None) -> Any:
    try:
        if picture.mode == "LAB":
            source: Any = ImageCms.createProfile("LAB")
        else:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile or b""))
            if source.profile.xcolor_space.strip() != {"L": "GRAY"}.get(picture.mode, picture.mode):
                return picture  # a profile for other colours than these says nothing about them
        target = ImageCms.createProfile("sRGB")
        found = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return found if found is not None else picture


def _write(
    source: str, output: dict[str, Any], still: Any, moving: list[tuple[Any, int]], sizes: dict[Any, Any]
) -> dict[str, Any]:
    """Write one output; ``sizes`` holds what was scaled down before, as each size is wanted in several formats."""
    kept_as = output["format"] if output["format"] != "same" else KEPT_AS[source]
    if moving and output["animated"]:
        kept_as = "WEBP"
        frames = [_fitted(frame, output) for frame, _shown in moving]
        size = frames[0].size
        frames[0].save(
            output["path"], "WEBP", save_all=True, append_images=frames[1:], loop=0, method=2,
            duration=[shown for _frame, shown in moving], quality=output["quality"],
        )  # fmt: skip
    else:
        scaled = str((output["box"], output["fit"]))
        picture = sizes[scaled] = sizes[scaled] if scaled in sizes else _fitted(still, output)
        size = picture.size
        if kept_as == "WEBP" and max(size) > WEBP_SIDE:
            kept_as = "PNG"
        _save(picture, kept_as, output)
    return {"name": output["name"], "format": kept_as, "width": size[0], "height": size[1]}


def _fitted(picture: Any, output: dict[str, Any]) -> Any:
    box = output["box"]
    if box is None:
        return picture
    if output["fit"] == "cover":
        side = min(1.0, picture.width / box[0], picture.height / box[1])
        size = max(1, int(box[0] * side)), max(1, int(box[1] * side))
        return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    fitted = picture.copy()
    fitted.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return fitted


def _save(picture: Any, kept_as: str, output: dict[str, Any]) -> None:
    small = picture.width * picture.height < 4_000_000  # worth the time of packing it tighter
    if kept_as == "JPEG":
        _on_white(picture).save(output["path"], "JPEG", quality=output["quality"], progressive=small)
    elif kept_as == "WEBP":
        method = 4 if small else 2
        picture.save(output["path"], "WEBP", quality=output["quality"], method=method)
    else:
        picture.save(output["path"], "PNG", compress_level=5)


def _on_white(picture: Any) -> Any:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


if __name__ == "__main__":
    main()
