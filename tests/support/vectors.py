"""Where the vectors that others wrote are (../shared/vectors, or STEERCLEAR_VECTORS); absent: skip, in CI
fail."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(os.environ.get("STEERCLEAR_VECTORS") or Path(__file__).parents[3] / "shared" / "vectors")


def folder(name: str) -> Path:
    """The folder of that name, or a skip of the calling test (a failure where CI is set)."""
    found = ROOT / name
    if not found.is_dir():
        message = f"vectors {name} are not here: set STEERCLEAR_VECTORS"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
