"""The page and the script that every kit carries, so that it can be checked without Steerclear."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def page() -> bytes:
    """VERIFY.md: the check by hand, step by step."""
    return files("steerclear.record").joinpath("VERIFY.md").read_bytes()


@cache
def script() -> bytes:
    """verify.sh: the same for sh, openssl and sha256sum."""
    return files("steerclear.record").joinpath("verify.sh").read_bytes()
