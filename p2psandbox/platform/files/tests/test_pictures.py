"""Pictures of every odd kind: made anew upright, in the right colours, with nothing else; or refused, cheaply."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageSequence
from pytest_django.fixtures import Settings

from p2psandbox.platform.files import guard, images, imaging
from p2psandbox.platform.files.images import Made, Wanted
from p2psandbox.platform.files.kinds import KINDS
from p2psandbox.platform.files.purposes import RULES
from p2psandbox.platform.files.rejected import Rejected
from p2psandbox.platform.files.tests import pictures
from p2psandbox.platform.files.tests.factories import picture, saved

KEPT = Wanted("kept", "same", None, "inside", 90, animated=True)
STILL = Wanted("kept", "same", (1024, 1024), "inside", 90)


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make pictures of bytes: ``make(data, "png")`` gives what is kept. In this process, where coverage sees it."""
    monkeypatch.setattr(guard, "run", lambda _program, job, seconds: imaging.answer(job))
    return made_of(tmp_path)


@pytest.fixture
def make_apart(tmp_path: Path) -> Any:
    """The same in a process of its own, as the product does."""
    return made_of(tmp_path)


def made_of(tmp_path: Path) -> Any:
    """Return a function that makes pictures in this folder."""

    def make(data: bytes, kind: str, *wanted: Wanted) -> list[Made]:
        source = tmp_path / "source"
        source.write_bytes(data)
        return images.make(source, KINDS[kind], wanted or (KEPT,), into=tmp_path)

    return make


def opened(made: list[Made]) -> Image.Image:
    image = Image.open(made[0].path)
    image.load()
    return image


def near(pixel: object, wanted: tuple[int, ...], most: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(have - want) <= most for have, want in zip(pixel, wanted, strict=True))


def halves(mode: str = "RGB", size: tuple[int, int] = (64, 32)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image.convert(mode)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_kept_upright_without_its_exif(make: Any, orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste("red", (0, 0, 20, 10))  # a mark in the upper left corner
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "somebody"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 30.0, 0.0)
    turned = upright.transpose(back[orientation]) if orientation in back else upright

    made = make(saved(turned, "JPEG", exif=exif, quality=95, comment=b"at home"), "jpeg")
    image = opened(made)

    assert image.size == (60, 40)
    assert near(image.getpixel((4, 4)), (255, 0, 0), 30)
    assert near(image.getpixel((55, 35)), (255, 255, 255), 30)
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
    assert b"somebody" not in made[0].path.read_bytes()


def test_an_interlaced_png_is_read(make: Any) -> None:
    image = opened(make(pictures.interlaced_png(halves(size=(16, 16))), "png"))
    assert (image.getpixel((1, 8)), image.getpixel((14, 8))) == ((255, 0, 0), (0, 0, 255))


def test_sixteen_bits_become_eight_of_the_same_brightness(make: Any) -> None:
    grey = Image.new("I;16", (20, 20), 0x8000)
    assert opened(make(saved(grey, "PNG"), "png")).getpixel((5, 5)) == 128

    colour = opened(make(pictures.sixteen_bit_png(4, 4, (0xFFFF, 0x8000, 0)), "png"))
    assert near(colour.getpixel((1, 1)), (255, 128, 0), 1)

    tiff = opened(make(saved(grey, "TIFF"), "tiff"))
    assert (tiff.format, tiff.getpixel((5, 5))) == ("PNG", 128)


def test_measurements_saved_as_pictures_become_grey(make: Any) -> None:
    slope = Image.linear_gradient("L").resize((64, 64))
    for mode, values in (("F", slope.convert("F").point(lambda value: value * 0.001)), ("I", slope.convert("I"))):
        image = opened(make(saved(values, "TIFF"), "tiff"))
        assert (image.mode, image.getextrema()[0] < 5, image.getextrema()[1] > 250) == ("L", True, True), mode


def test_lab_becomes_rgb_of_the_same_colour(make: Any) -> None:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    source = ImageCms.profileToProfile(halves(), srgb, lab, outputMode="LAB")
    assert source is not None
    image = opened(make(saved(source, "TIFF"), "tiff"))
    assert near(image.getpixel((5, 5)), (255, 0, 0), 12)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_mode_of_png_is_kept_in_its_colours(make: Any, mode: str) -> None:
    source = Image.new("RGB", (20, 20), "white").convert(mode)
    image = opened(make(saved(source, "PNG"), "png")).convert("RGB")
    assert image.getpixel((3, 3)) == (255, 255, 255)


def test_transparency_is_kept_also_that_of_a_palette(make: Any) -> None:
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 10, 20))
    for data in (saved(clear, "PNG"), saved(clear.quantize(4), "PNG")):
        image = opened(make(data, "png"))
        assert image.mode == "RGBA"
        assert image.getpixel((15, 5))[3] == 0  # type: ignore[index]
        assert image.getpixel((5, 5)) == (0, 0, 255, 255)


def test_cmyk_becomes_rgb_of_the_same_colour(make: Any) -> None:
    image = opened(make(saved(halves("CMYK"), "JPEG", quality=95), "jpeg"))
    assert image.mode == "RGB"
    assert near(image.getpixel((5, 5)), (255, 0, 0), 30)


def test_colours_follow_the_profile_which_is_then_gone(make: Any) -> None:
    profile = pictures.profile_of_swapped_primaries()
    assert ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space == "RGB "
    for kind, options in (("PNG", {}), ("JPEG", {"quality": 100}), ("WEBP", {"lossless": True})):
        image = opened(make(saved(halves(), kind, icc_profile=profile, **options), kind.lower()))
        assert near(image.getpixel((5, 5)), (0, 0, 255), 30), kind
        assert "icc_profile" not in image.info


def test_a_broken_profile_or_exif_block_spoils_no_picture(make: Any) -> None:
    for broken in ({"icc_profile": b"no profile"}, {"exif": b"Exif\0\0MM\0*\xff\xff\xff\xff"}):
        assert opened(make(saved(halves(), "JPEG", **broken), "jpeg")).size == (64, 32)


def test_a_progressive_photo_is_read(make: Any) -> None:
    assert opened(make(picture(progressive=True), "jpeg")).size == (120, 80)


def test_texts_in_a_png_are_gone(make: Any) -> None:
    made = make(saved(halves(), "PNG", pnginfo=pictures.with_text(halves())), "png")
    assert b"home" not in made[0].path.read_bytes()
    assert opened(made).info == {}


def _moving(format: str, frames: int = 3, side: int = 40) -> bytes:
    all_frames = [Image.new("RGB", (side, side), colour) for colour in ("red", "green", "blue") * (frames // 3)]
    return saved(all_frames[0], format, save_all=True, append_images=all_frames[1:], duration=50, loop=0)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "AVIF"])
def test_an_animation_moves_on_as_webp(make: Any, format: str) -> None:
    made = make(_moving(format), format.lower())
    image = Image.open(made[0].path)
    assert (made[0].format, image.n_frames) == ("webp", 3)
    colours = [frame.convert("RGB").getpixel((20, 20)) for frame in ImageSequence.Iterator(image)]
    assert near(colours[2], (0, 0, 255), 40)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_an_avatar_shows_the_first_picture(make: Any, format: str) -> None:
    made = make(_moving(format), format.lower(), STILL)
    image = Image.open(made[0].path)
    assert getattr(image, "n_frames", 1) == 1
    assert near(image.convert("RGB").getpixel((20, 20)), (255, 0, 0), 40)


def test_formats_few_browsers_show_become_ones_that_all_do(make: Any) -> None:
    for kind, becomes in (("gif", "png"), ("bmp", "png"), ("tiff", "png"), ("avif", "webp"), ("webp", "webp")):
        made = make(saved(halves(), kind.upper()), kind)
        assert made[0].format == becomes
        assert near(opened(made).convert("RGB").getpixel((5, 5)), (255, 0, 0), 30)


def test_what_follows_a_picture_is_gone(make: Any) -> None:
    script = b"<script>alert(1)</script>"
    for kind in ("jpeg", "png", "gif", "webp"):
        made = make(saved(halves(), kind.upper()) + script + b"PK\x05\x06" + b"\0" * 18, kind)
        assert script not in made[0].path.read_bytes()


def test_a_gif_that_is_also_javascript_is_none_afterwards(make: Any) -> None:
    polyglot = bytearray(saved(halves(), "GIF"))
    polyglot[6:10] = b"/*\x00\x00"  # the width reads as the beginning of a comment
    polyglot += b"*/=1;alert(document.domain)//"

    made = make(bytes(polyglot), "gif")

    assert made[0].format == "png"
    assert b"alert" not in made[0].path.read_bytes()


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "bmp", "tiff", "avif"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_picture_cut_off_is_refused(make: Any, kind: str, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as other libraries leave it
    data = picture(300, 200, kind.upper())
    with pytest.raises(Rejected) as refused:
        make(data[: int(len(data) * share)], kind)
    assert refused.value.code == "damaged"


def test_a_picture_of_another_format_than_it_says_is_refused(make: Any) -> None:
    with pytest.raises(Rejected):
        make(picture(format="PNG"), "jpeg")


def test_pages_are_not_lost_silently(make: Any) -> None:
    pages = [Image.new("L", (40, 40), shade) for shade in (0, 128, 255)]
    with pytest.raises(Rejected) as refused:
        make(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), "tiff")
    assert refused.value.code == "several_pages"


@pytest.mark.parametrize(
    ("kind", "bomb", "code"),
    [
        ("png", pictures.black_bomb(30_000), "too_many_pixels"),
        ("png", pictures.png(2**31 - 1, 2**31 - 1, b"\0"), "too_many_pixels"),
        ("png", pictures.text_bomb(), "damaged"),
        ("gif", pictures.gif_bomb(), "too_many_pixels"),
        ("bmp", pictures.bmp_bomb(), "too_many_pixels"),
    ],
    ids=["900 megapixels in 110 KB", "four exapixels", "200 MB of comment", "gif", "bmp"],
)  # fmt: skip
def test_a_bomb_is_refused_before_it_is_decoded_with_flat_memory(
    tmp_path: Path, kind: str, bomb: bytes, code: str
) -> None:
    source = tmp_path / "bomb"
    source.write_bytes(bomb)
    limits = {
        "pixels": images.MOST_PIXELS, "side": images.LONGEST_SIDE, "frames": images.MOST_FRAMES,
        "animation_pixels": images.MOST_ANIMATION_PIXELS, "seconds": 5, "memory": images.MOST_MEMORY,
    }  # fmt: skip
    output = images._output(KEPT, tmp_path / "out")

    answer = guard.run(
        images._PROGRAM,
        {"source": str(source), "format": KINDS[kind].pillow, "limits": limits, "outputs": [output]},
        seconds=5,
    )

    assert answer["refused"] == code
    assert answer["memory"] < 80 * 1024, "KiB"
    assert not (tmp_path / "out").exists()


def test_an_animation_of_thousands_of_pictures_is_refused(make: Any) -> None:
    long = _moving("GIF", frames=501, side=4)
    with pytest.raises(Rejected) as refused:
        make(long, "gif")
    assert refused.value.code == "too_long_animation"


def test_a_process_of_its_own_makes_the_same(make: Any, make_apart: Any) -> None:
    here, apart = ([one.path.read_bytes() for one in place(picture(), "jpeg")] for place in (make, make_apart))
    assert here == apart


def test_reading_one_picture_takes_no_longer_than_its_time(make_apart: Any, settings: Settings) -> None:
    settings.FILES_PICTURE_SECONDS = 1
    large = Image.effect_noise((7000, 7000), 80)
    with pytest.raises(Rejected) as refused:
        make_apart(saved(large, "BMP"), "bmp", Wanted("kept", "webp", None, "inside", 90))
    assert refused.value.code == "too_complex"


def test_avatars_are_squares_and_logos_fit_their_box_and_nothing_is_enlarged(make: Any) -> None:
    sizes = {}
    for purpose in ("avatar", "logo"):
        made = make(picture(2000, 1000), "jpeg", *images.renditions(RULES[purpose].pictures))
        sizes[purpose] = [Image.open(one.path).size for one in made]
        assert {one.format for one in made} == {"webp"}
    assert sizes == {"avatar": [(96, 96), (384, 384)], "logo": [(160, 80), (640, 320)]}

    small = make(picture(50, 30), "jpeg", *images.renditions(RULES["avatar"].pictures))
    assert [(one.width, one.height) for one in small] == [(30, 30), (30, 30)]
