"""The small enumerations that columns hold as uint8: position in the tuple is the code, 0 is always
"unknown".
"""

from __future__ import annotations

from typing import Final, get_args

from steerclear.speech.parameters import Mover

MOVERS: Final[tuple[str, ...]] = get_args(Mover)
"""speech's classes; `*` (code 0) is a class that nobody stated. Minima are looked up by these names."""
MOVER: Final = {name: code for code, name in enumerate(MOVERS)}

ORIGINS: Final = (
    "unknown",
    "own",  # the mover itself transmitted this position (ADS-B, AIS, remote ID, own report)
    "rebroadcast",  # somebody else transmitted it for the mover (ADS-R, TIS-B, network remote ID)
    "multilaterated",  # worked out from arrival times (MLAT)
    "radar",  # measured by a radar or fused by a tracker
    "claimed",  # told by a person or an application (Cursor on Target)
    "simulated",
)
ORIGIN: Final = {name: code for code, name in enumerate(ORIGINS)}

UNITS: Final = ("unknown", "ft", "m", "fl")
UNIT: Final = {name: code for code, name in enumerate(UNITS)}

REFERENCES: Final = ("unknown", "WGS84", "MSL", "STD", "AGL", "QNH", "ground", "sea")
"""What an altitude counts from, as in space.altitude. `ground` and `sea`: no figure, the mover stands or
floats there.
"""
REFERENCE: Final = {name: code for code, name in enumerate(REFERENCES)}

TRUSTS: Final = ("local", "shared")
"""boundary.md: `shared` is what the mover tells everybody (ADS-B, AIS, remote ID, own movers); all else is
`local`.
"""
TRUST: Final = {name: code for code, name in enumerate(TRUSTS)}

UNKNOWN_SIL: Final = 255
