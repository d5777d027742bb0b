"""The optional packages of this room, imported when they are first needed."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
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


@contextmanager
def reading(paths: Sequence[Path]) -> Iterator[None]:
    """What Polars says of a track file that is cut short or none of ours, in our words: raises `Malformed`
    `bad-track-file` with the first of these files that cannot be opened, else with the first of them."""
    pl = polars()
    try:
        yield
    except pl.exceptions.PolarsError as error:
        bad = next((path for path in paths if not _opens(path)), None)
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Malformed(
            "bad-track-file",
            field=str(bad or (paths[0] if paths else "")),
            remedy="take it out of the archive and add its source again (steerclear archive add);"
            f" steerclear archive check DIR names every file that changed. {said[:200]}",
        ) from None


def _opens(path: Path) -> bool:
    pl = polars()
    try:
        return "at_ms" in pl.scan_parquet(path).collect_schema()
    except pl.exceptions.PolarsError:
        return False
