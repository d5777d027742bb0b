"""The optional packages of this room, imported when they are first needed."""

from __future__ import annotations

import importlib
from typing import Any

from steerclear.errors import Malformed


def polars() -> Any:
    """The module `polars`. Raises `Malformed` `extra-missing`."""
    return needed("polars", "archives")


def needed(module: str, what: str) -> Any:
    """A module of the extra `archive`. Raises `Malformed` `extra-missing`, which names what to install."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise Malformed(
            "extra-missing",
            field=module,
            remedy=f"{what} need it: pip install 'steerclear[archive]'",
        ) from None
