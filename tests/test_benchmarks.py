"""The benchmark runs through on a tiny data set. What it measures is for ``make bench``, not for tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STORES = ("DATABASE_URL", "DOCUMENTS_URL", "REDIS_URL", "PROFILE", "DJANGO_SETTINGS_MODULE")


@pytest.mark.runtime
def test_the_benchmark_measures_every_kind_of_row_without_an_error(tmp_path: Path) -> None:
    assert shutil.which("wrk"), "wrk is missing. To install it: scripts/system-packages bench"
    environment = {name: value for name, value in os.environ.items() if name not in STORES}
    only = "topic,use_case,sign_in"
    command = f"--scale tiny --seconds 1 --rounds 1 --connections 2 --only {only}".split()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *command],
        cwd=ROOT,
        env={**environment, "VAR_DIRECTORY": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = (tmp_path / "bench" / "benchmarks.md").read_text()
    for title in ("bare view, no middleware", "topic page, short threads", "use case page", "sign-in (Argon2)"):
        assert f"| {title} |" in written
