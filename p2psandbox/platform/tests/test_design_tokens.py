"""The design system keeps its promises: contrast in both themes, logical properties, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(settings.BASE_DIR)
TOKENS = ROOT / "static/css/tokens.css"
#: Of the pages; what dresses Django admin stands in admin's own tokens, which a test below holds it to.
STYLES = sorted((ROOT / "static").rglob("*.css")) + sorted(ROOT.glob("*/static/**/*.css"))
ADMIN = [path for path in STYLES if path.name == "moderation.css"]
STYLES = [path for path in STYLES if path not in ADMIN]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted(ROOT.glob("*/templates/**/*.html"))

#: Text or a mark, and what it stands on: each pair that occurs.
PAPERS = ("paper", "surface", "sunken")
TEXT_PAIRS = [
    *((ink, paper) for ink in ("ink", "ink-soft", "ink-faint", "brand", "brand-strong") for paper in PAPERS),
    *((mark, paper) for mark in ("amber", "green", "red") for paper in PAPERS),
    *((mark, f"{mark}-tint") for mark in ("amber", "green", "red")),
    *(("ink", tint) for tint in ("brand-tint", "amber-tint", "green-tint", "red-tint")),
    ("brand-strong", "brand-tint"),
    ("ink-faint", "brand-tint"),
    ("ink-soft", "brand-tint"),
    ("on-brand", "brand-fill"),
    ("on-brand", "brand-fill-hover"),
    ("on-red", "red-fill"),
    ("on-red", "red-fill-hover"),
    ("paper", "ink"),
]
#: Borders of controls and bars: WCAG asks 3 : 1.
SHAPE_PAIRS = [
    *(("line-strong", paper) for paper in PAPERS),
    *(("brand-fill", paper) for paper in PAPERS),
    *((f"hue-{hue}", paper) for hue in ("moss", "clay", "plum", "slate", "ochre") for paper in PAPERS),
]

_LIGHT_DARK = re.compile(r"--([\w-]+):\s*light-dark\(\s*(#[0-9a-f]{6})\s*,\s*(#[0-9a-f]{6})\s*\)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def colours(theme: str) -> dict[str, str]:
    """Return every colour token of a theme."""
    found = _LIGHT_DARK.findall(TOKENS.read_text())
    return {name: light if theme == "light" else dark for name, light, dark in found}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_every_text_is_readable_on_what_it_stands_on(theme: str, text: str, ground: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[text], tokens[ground]) >= 4.5, f"{text} on {ground}, {theme}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_every_control_is_visible_on_what_it_stands_on(theme: str, shape: str, ground: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[shape], tokens[ground]) >= 3, f"{shape} on {ground}, {theme}"


def test_every_colour_of_the_product_is_a_token() -> None:
    literal = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", re.IGNORECASE)
    others = [path for path in STYLES if path != TOKENS]
    found = {path.name: literal.findall(_COMMENT.sub("", path.read_text())) for path in others}
    assert not {name: hits for name, hits in found.items() if hits}


def test_every_custom_property_in_use_is_defined() -> None:
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(path.read_text() for path in STYLES)))
    used = {name for path in STYLES for name in re.findall(r"var\((--[\w-]+)", path.read_text())}
    assert used <= defined


def test_admin_s_styles_use_admin_s_tokens_alone() -> None:
    known = set(re.findall(r"(--[\w-]+)\s*:", _admin_tokens()))
    for path in ADMIN:
        text = _COMMENT.sub("", path.read_text())
        assert not re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", text, re.IGNORECASE), path
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= known, path


def _admin_tokens() -> str:
    return "".join(Path(finders.find(f"admin/css/{name}.css") or "").read_text() for name in ("base", "dark_mode"))


def test_styles_use_logical_properties_only() -> None:
    physical = re.compile(
        r"(?<![\w.-])(?:(?:margin|padding|border|scroll-margin|scroll-padding|inset)-(?:left|right|top|bottom)"
        r"|border-(?:top|bottom)-(?:left|right)-radius|left|right|top|bottom|width|height"
        r"|(?:min|max)-(?:width|height))(?:-\w+)*\s*:"
        r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
    )
    found = {}
    for path in STYLES:
        text = re.sub(r"@(?:media|container)[^{]*\{", "", _COMMENT.sub("", path.read_text()))
        if hits := physical.findall(text):
            found[str(path.relative_to(ROOT))] = hits
    assert not found


def test_styles_stand_in_layers_and_stay_small() -> None:
    for path in STYLES:
        text = path.read_text()
        assert "@layer" in text, path
        assert "@import" not in text, path
        assert text.count("\n") <= 400, path


def test_no_template_has_inline_styles_scripts_or_handlers() -> None:
    inline = re.compile(
        r"""<[^>]*\s(?:style|on[a-z]+)\s*=\s*["']"""
        r"|<style\b"
        r"""|<script(?![^>]*(?:\ssrc=|type="application/(?:ld\+)?json"))[^>]*>"""
        r"|javascript:",
        re.IGNORECASE,
    )
    # Mail has no other way than a style block, and documents are printed by a program that may fetch nothing.
    pages = [path for path in TEMPLATES if not {"email", "exports"} & set(path.parts)]
    found = {str(path.relative_to(ROOT)): inline.findall(path.read_text()) for path in pages}
    assert not {name: hits for name, hits in found.items() if hits}


def test_every_script_carries_the_nonce() -> None:
    bare = re.compile(r"<script\b(?![^>]*nonce=)(?![^>]*application/(?:ld\+)?json)[^>]*>")
    assert not [path for path in TEMPLATES if bare.search(path.read_text())]
