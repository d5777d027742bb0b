"""`Batch`: many reports as a structure of arrays, one row a report that has a position.

Unknown is NaN in a float column, 0 ("unknown") in a code, empty in text. Rows stand in the order of
arrival. What a row says is what the source said: nothing is converted but units, and the altitude stands
as given beside its conversions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from steerclear.feeds.codes import UNKNOWN_SIL

Floats = npt.NDArray[np.float64]
Instants = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.bytes_]

IDENT_BYTES: Final = 32
CALLSIGN_BYTES: Final = 16

NEVER_MS: Final = -(2**62)
"""An instant that was not stated."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Every column has the same length. Errors are radii or half-widths that hold with 95 %, NaN when not
    stated.
    """

    ident: Texts
    """`icao:4b1814`, `anon:2a1b3c` (an address that is no ICAO address), `mmsi:273344040`, `rid:…`,
    `cot:…`, `radar:…`.
    """
    at_ms: Instants
    """When the position held, by the source; where the source does not say, `received_ms`."""
    received_ms: Instants
    lat_deg: Floats
    lon_deg: Floats
    error_m: Floats
    """Horizontal error of the position."""
    alt_geom_m: Floats
    """Above the WGS84 ellipsoid."""
    alt_geom_error_m: Floats
    alt_baro_ft: Floats
    """Pressure altitude on 1013.25 hPa."""
    alt_given: Floats
    """The altitude that the source leads with, in `alt_unit` (codes.UNITS) above `alt_ref`
    (codes.REFERENCES).
    """
    alt_unit: Codes
    alt_ref: Codes
    on_ground: Flags
    """On the ground or afloat, as the source says."""
    ve_mps: Floats
    vn_mps: Floats
    vu_mps: Floats
    v_error_mps: Floats
    """Error of the horizontal velocity."""
    mover: Codes
    """codes.MOVERS."""
    callsign: Texts
    origin: Codes
    """Who says so: codes.ORIGINS."""
    sil: Codes
    """Source integrity level 0 to 3 (DO-260B 2.2.3.2.7.2.9), 255 where not stated."""

    def __len__(self) -> int:
        return len(self.ident)


COLUMNS: Final[Mapping[str, tuple[np.dtype[Any], Any]]] = {
    "ident": (np.dtype(f"S{IDENT_BYTES}"), b""),
    "at_ms": (np.dtype(np.int64), NEVER_MS),
    "received_ms": (np.dtype(np.int64), NEVER_MS),
    **dict.fromkeys(
        ("lat_deg", "lon_deg", "error_m", "alt_geom_m", "alt_geom_error_m", "alt_baro_ft", "alt_given"),
        (np.dtype(np.float64), np.nan),
    ),
    **dict.fromkeys(("alt_unit", "alt_ref"), (np.dtype(np.uint8), 0)),
    "on_ground": (np.dtype(np.bool_), False),
    **dict.fromkeys(("ve_mps", "vn_mps", "vu_mps", "v_error_mps"), (np.dtype(np.float64), np.nan)),
    "mover": (np.dtype(np.uint8), 0),
    "callsign": (np.dtype(f"S{CALLSIGN_BYTES}"), b""),
    "origin": (np.dtype(np.uint8), 0),
    "sil": (np.dtype(np.uint8), UNKNOWN_SIL),
}
"""Each column's type and what stands there when unknown."""

assert tuple(COLUMNS) == tuple(field.name for field in fields(Batch))


def batch_of(count: int, columns: Mapping[str, Any]) -> Batch:
    """A batch of `count` rows from some columns (sequences, arrays or one value for all); the rest is
    unknown.
    """
    made = {}
    for name, (kind, unknown) in COLUMNS.items():
        value = columns.get(name, unknown)
        if (isinstance(value, np.ndarray) and value.ndim == 1) or isinstance(value, list | tuple):
            made[name] = np.asarray(value, kind)
        else:
            made[name] = np.full(count, value, kind)
    assert not set(columns) - set(COLUMNS) and all(len(one) == count for one in made.values())
    return Batch(**made)


EMPTY: Final = batch_of(0, {})


def rows_of(batch: Batch, where: Any) -> Batch:
    """The rows that an index or a mask picks."""
    return Batch(**{name: getattr(batch, name)[where] for name in COLUMNS})


def joined(batches: Sequence[Batch]) -> Batch:
    """One after the other."""
    if len(batches) == 1:
        return batches[0]
    if not batches:
        return EMPTY
    return Batch(**{name: np.concatenate([getattr(one, name) for one in batches]) for name in COLUMNS})


def ident(space: str, name: str) -> str:
    """`space:name` in printable ASCII and at most 32 bytes; a longer or stranger name keeps its first
    letters and ends in 16 hex of its SHA-256, so that two names stay two.
    """
    whole = f"{space}:{name}"
    if len(whole) <= IDENT_BYTES and whole.isascii() and whole.isprintable() and " " not in whole:
        return whole
    kept = "".join(letter for letter in name if letter.isascii() and letter.isalnum())
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{whole.partition(':')[0]}:{kept[: IDENT_BYTES - len(space) - 18]}#{digest}"


def callsign(text: str) -> str:
    """A call sign or name as it may be shown: printable ASCII, no spaces around, at most 16 letters."""
    clean = "".join(letter if " " <= letter <= "~" else "?" for letter in text.strip(" @\x00"))
    return clean[:CALLSIGN_BYTES].strip()
