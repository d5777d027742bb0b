"""The formats of areas by name and by ending, the caps that hold for all, and the two ways."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from steerclear.errors import Malformed
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones import (
    ed269,
    ed318,
    geojson_zones,
    kml_zones,
    notam,
    notam_out,
    openair,
    openair_out,
)
from steerclear.speech.zones.lost import lost
from steerclear.speech.zones.zone import Window, Zone

MAX_BYTES: Final = 16 << 20
MAX_ZONES: Final = 10_000
MAX_ZIP_FILES: Final = 1_000

_Found = tuple[list[Zone], list[RowFault]]


@dataclass(frozen=True)
class Format:
    """`ending`: what a file of it ends with, `read` and `write` the ways."""

    name: str
    ending: str
    says: str
    read: Callable[[bytes, Window], _Found]
    write: Callable[[Sequence[Zone], Sequence[str]], tuple[bytes, list[RowFault]]]


_NO_ZIP: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError)
"""What the library raises on what is no zip, or a broken one."""


def _kmz(data: bytes, window: Window) -> _Found:
    try:
        found, others = _unzipped(data)
    except Malformed as error:
        return [], [RowFault(0, "file", error.rule, error.rule, error.remedy)]
    except _NO_ZIP as error:
        return [], [RowFault(0, "file", "not-readable", str(error), "write a KMZ: a zip with a .kml in it")]
    zones, faults = kml_zones.read(found, window)
    remedy = "the first is read (KML 2.2, KMZ): unzip it, and convert the others by themselves"
    left = [RowFault(0, one, "another-kml", "a KMZ with several documents", remedy) for one in others]
    return zones, [*faults, *left]


def _unzipped(data: bytes) -> tuple[bytes, list[str]]:
    """The first .kml of a KMZ, never more than the cap whatever its directory claims, and the names of the others.
    Raises `Malformed`, and one of `_NO_ZIP`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [one for one in archive.infolist() if one.filename.lower().endswith(".kml")]
        if not names or len(archive.infolist()) > MAX_ZIP_FILES:
            raise Malformed("not-kmz", remedy=f"a zip of at most {MAX_ZIP_FILES} files with a .kml in it")
        if names[0].flag_bits & 1:
            raise Malformed("encrypted", remedy="a zip without a password")
        with archive.open(names[0]) as stream:
            found = stream.read(MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise Malformed("too-large", remedy=f"at most {MAX_BYTES} bytes unzipped: split the file")
    return found, [one.filename[:200] for one in names[1:]]


def _kmz_out(zones: Sequence[Zone], says: Sequence[str]) -> tuple[bytes, list[RowFault]]:
    made, faults = kml_zones.write(zones, says)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("doc.kml", (1980, 1, 1, 0, 0, 0)), made)
    return out.getvalue(), faults


FORMATS: Final = {
    one.name: one
    for one in (
        Format(
            "geojson",
            ".geojson",
            "GeoJSON with lower, upper, start, end",
            geojson_zones.read,
            geojson_zones.write,
        ),
        Format("kml", ".kml", "KML 2.2, the same as ExtendedData", kml_zones.read, kml_zones.write),
        Format("kmz", ".kmz", "KML in a zip", _kmz, _kmz_out),
        Format("openair", ".txt", "OpenAIR airspaces", openair.read, openair_out.write),
        Format("notam", ".notam", "ICAO NOTAM with their Q lines", notam.read, notam_out.write),
        Format("ed269", ".ed269.json", "EUROCAE ED-269 geographical zones", ed269.read, ed269.write),
        Format("ed318", ".ed318.json", "EUROCAE ED-318 geographical zones", ed318.read, ed318.write),
    )
}


def format_of(filename: str, data: bytes = b"") -> str:
    """The format that a name ends in; of a plain .json what its first letters say; empty where nothing
    does.
    """
    low = filename.lower()
    for one in sorted(FORMATS.values(), key=lambda f: -len(f.ending)):
        if low.endswith(one.ending):
            return one.name
    if low.endswith((".openair", ".air")):
        return "openair"
    if low.endswith(".json") and data:
        head = data[: 1 << 20]
        if b'"UASZoneList"' in head or b'"horizontalProjection"' in head:
            return "ed269"
        return "ed318" if b'"layer"' in head else "geojson"
    return ""


def read(data: bytes, form: str, *, start: str = "", end: str = "") -> _Found:
    """Every zone of a file and every fault of what is none; `start` and `end` hold where the file states
    none.
    """
    if form not in FORMATS:
        return [], [
            RowFault(0, "file", "unknown-format", form or "no ending", "one of " + ", ".join(FORMATS))
        ]
    if len(data) > MAX_BYTES:
        return [], [
            RowFault(0, "file", "too-large", f"{len(data)} bytes", f"at most {MAX_BYTES}: split the file")
        ]
    zones, faults = FORMATS[form].read(data, Window(start, end))
    if len(zones) > MAX_ZONES:
        return [], [
            RowFault(0, "file", "too-many-rows", f"{len(zones)}", f"at most {MAX_ZONES}: split the file")
        ]
    if not zones and not faults:
        return [], [RowFault(0, "file", "empty", "no area in it", "write at least one")]
    return zones, faults


def write(zones: Sequence[Zone], form: str, says: Sequence[str] = ()) -> tuple[bytes, list[RowFault]]:
    """The zones as a file, and what of them it could not hold or holds otherwise, by the number of the zone, from 1:
    what its writer says, and what is otherwise when the zone is read back. `says` stands at its head.
    """
    data, faults = FORMATS[form].write(zones, says)
    rows = list(faults)
    for number, zone in enumerate(zones, 1):
        alone, _ = FORMATS[form].write([zone], ())
        back, unread = FORMATS[form].read(alone, Window())
        told = {one.code for one in faults if one.line == number}
        rows += lost(zone, number, back, unread, told)
    return data, sorted(rows, key=lambda one: one.line)
