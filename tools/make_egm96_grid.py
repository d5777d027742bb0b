"""Derive the shipped half-degree EGM96 grid from the 15-minute one of Debian's package `proj-data`.

    apt-get download proj-data && dpkg-deb -x proj-data_*.deb /tmp/proj-data
    python tools/make_egm96_grid.py /tmp/proj-data/usr/share/proj/egm96_15.gtx

EGM96 was made by NIMA (now NGA) and NASA and is in the public domain. The script takes every second point in
each direction, writes `src/steerclear/space/data/egm96_half_degree.bin` and prints how far bilinear
interpolation in it is from the source at the points left out (rms weighted by area, and the greatest).

Form: 361 rows from 90° S to 90° N, 720 columns from 180° W eastward, centimetres as little-endian int16, each
row as differences from the value to the west (the first from zero, modulo 2^16), all compressed with zlib.
"""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[1] / "src/steerclear/space/data/egm96_half_degree.bin"


def read_gtx(path: Path) -> np.ndarray:
    """NOAA .gtx: four doubles (south, west, step, step), rows and columns, then floats; all big-endian."""
    raw = path.read_bytes()
    south, west, d_lat, d_lon = struct.unpack(">4d", raw[:32])
    rows, columns = struct.unpack(">2i", raw[32:40])
    if (south, west, d_lat, d_lon, rows, columns) != (-90.0, -180.0, 0.25, 0.25, 721, 1440):
        raise SystemExit(f"{path} is not the 15-minute EGM96 grid")
    return np.frombuffer(raw[40:], ">f4").reshape(rows, columns).astype(np.float64)


def interpolation_error(source: np.ndarray, half: np.ndarray) -> tuple[float, float]:
    """(rms weighted by the cosine of latitude, greatest) of bilinear interpolation at the source's points."""
    wide = np.concatenate([half, half[:, :1]], axis=1)
    filled = np.empty_like(source)
    filled[::2, ::2] = half
    filled[1::2, ::2] = (half[:-1] + half[1:]) / 2
    filled[::2, 1::2] = (wide[:, :-1] + wide[:, 1:]) / 2
    filled[1::2, 1::2] = (wide[:-1, :-1] + wide[1:, :-1] + wide[:-1, 1:] + wide[1:, 1:]) / 4
    error = filled - source
    weight = np.cos(np.radians(np.linspace(-90, 90, source.shape[0])))[:, None]
    rms = np.sqrt((error**2 * weight).sum() / (weight.sum() * source.shape[1]))
    return float(rms), float(np.abs(error).max())


def main(argument: str) -> None:
    source = read_gtx(Path(argument))
    centimetres = np.round(source[::2, ::2] * 100).astype("<i2")
    differences = np.diff(centimetres, axis=1, prepend=np.zeros((361, 1), "<i2")).astype("<i2")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(zlib.compress(differences.tobytes(), 9))
    rms, greatest = interpolation_error(source, centimetres / 100)
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes, rms {rms:.3f} m, greatest {greatest:.2f} m")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
