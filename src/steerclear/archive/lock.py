"""Who writes an archive: one process at a time."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, Final

from steerclear.errors import Malformed

FILE: Final = "archive.lock"


class Lock:
    """Held from its making until `release` or the end of the process. Raises `Malformed` `archive-in-use`."""

    def __init__(self, root: Path) -> None:
        self._file: Any = (root / FILE).open("a")
        if not _taken(self._file.fileno()):
            self._file.close()
            raise Malformed(
                "archive-in-use", field=str(root), remedy="another process writes it: wait, or stop that one"
            )

    def release(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()


def _taken(number: int) -> bool:
    """Without fcntl (Windows) nobody is kept out."""
    if os.name != "posix":
        return True
    import fcntl

    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
