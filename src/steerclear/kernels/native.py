"""The compiled twin, where it was built: loaded through ctypes, which lets go of the interpreter's lock while it runs.

It is used only when it was made of the very `pairs.c` that lies beside it, so that a library left behind by an older
version never answers.
"""

from __future__ import annotations

import ctypes
import hashlib
from ctypes import POINTER, byref, c_double, c_int32, c_int64, c_uint8, c_void_p
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from steerclear.kernels.movers import Floats, Ints
from steerclear.kernels.sweep import Prepared

SOURCE: Final = Path(__file__).with_name("pairs.c")
LIBRARY: Final = Path(__file__).with_name("pairs.so")
REMEDY: Final = "the compiled twin is not built: python -m steerclear.kernels.build"

_ROW: Final = np.dtype([("i", "<i4"), ("j", "<i4"), ("figures", "<f8", (8,))])
_LAYOUT: Final = (
    ("state", c_double),
    ("height", c_double),
    ("sigma", c_double),
    ("table", c_double),
    ("group", c_int32),
    ("box", c_int64),
    ("level", c_int64),
    ("columns", c_int64),
    ("before", c_int64),
    ("wide", c_uint8),
)


class _Prepared(ctypes.Structure):
    """`prepared` of pairs.c."""

    _fields_ = (
        *((name, c_int64) for name in ("n", "groups", "row_height", "rows")),
        *((name, POINTER(kind)) for name, kind in _LAYOUT),
        ("z", c_double),
    )


def there() -> bool:
    """Whether the compiled twin was built of this source and loads."""
    return _library() is not None


def find(p: Prepared) -> tuple[Ints, Ints, Floats]:
    """As `reference.find`. Raises `ValueError` where the twin is not built, `MemoryError`."""
    library = _library()
    if library is None:
        raise ValueError(f"kernels: {REMEDY}")
    given = _Prepared(n=len(p.use), groups=len(p.table), row_height=p.row_height, rows=len(p.columns), z=p.z)
    kept = []
    for name, kind in _LAYOUT:
        array = np.ascontiguousarray(getattr(p, name), np.dtype(kind))
        kept.append(array)
        setattr(given, name, array.ctypes.data_as(POINTER(kind)))
    block = c_void_p()
    count = library.steerclear_pairs(byref(given), byref(block))
    if count < 0:
        raise MemoryError("kernels: no memory for the search")
    try:
        rows = _copied(block, count)
    finally:
        library.steerclear_pairs_free(block)
    return rows["i"].astype(np.int64), rows["j"].astype(np.int64), rows["figures"]


def _copied(block: c_void_p, count: int) -> NDArray[Any]:
    """The rows that the library made, in memory of numpy's own."""
    if not count:
        return np.empty(0, _ROW)
    raw = ctypes.string_at(block.value or 0, count * _ROW.itemsize)
    return np.frombuffer(raw, _ROW)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    if not LIBRARY.exists() or not SOURCE.exists():
        return None
    try:
        library = ctypes.CDLL(str(LIBRARY))
        library.steerclear_pairs_source.restype = ctypes.c_char_p
        made_of = library.steerclear_pairs_source().decode()
    except (OSError, AttributeError):
        return None
    if made_of != hashlib.sha256(SOURCE.read_bytes()).hexdigest():
        return None
    library.steerclear_pairs.restype = c_int64
    library.steerclear_pairs.argtypes = (POINTER(_Prepared), POINTER(c_void_p))
    library.steerclear_pairs_free.argtypes = (c_void_p,)
    library.steerclear_pairs_free.restype = None
    return library
