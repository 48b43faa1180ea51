"""Templates are written to be read: no line runs off the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    {
        *(ROOT / "templates").rglob("*.html"),
        *ROOT.glob("*/templates/**/*.html"),
        *ROOT.glob("p2psandbox/*/templates/**/*.html"),
    }
)
LONGEST = 140
#: Django cannot break a tag over lines, so a tag may be longer, if it has the line nearly to itself.
BESIDE_A_LONG_TAG = 60
_TAG = re.compile(r"\{%.*?%\}")


def too_long(line: str) -> bool:
    beside = len(line) - max((len(tag) for tag in _TAG.findall(line)), default=0)
    return len(line) > LONGEST and beside > BESIDE_A_LONG_TAG


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_line_of_a_template_runs_off_the_screen(path: Path) -> None:
    long = [number for number, line in enumerate(path.read_text().splitlines(), 1) if too_long(line)]
    assert not long, f"Break these lines, elements first, then attributes: {long}"


def test_only_a_tag_that_has_its_line_to_itself_may_be_long() -> None:
    message = '{% translate "' + "word " * 30 + '" %}'
    assert not too_long(f"      {message}")
    assert too_long(f'<section class="card" aria-labelledby="contact"><p class="muted">{message}</p></section>')
