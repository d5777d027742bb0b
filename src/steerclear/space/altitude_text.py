"""Altitudes as people write them: `FL350`, `5000 ft MSL`, `1500m AGL`, `3000 ft QNH 1013`, `300 m QFE OSLK`,
`SFC`.
"""

from __future__ import annotations

import re

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude, Limit, Open, Reference, Unit

_FLIGHT_LEVEL = re.compile(r"FL ?(\d{1,3})", re.ASCII)
_WRITTEN = re.compile(
    r"(-?\d{1,6}|-?\d{1,3}(?:[ ,_]\d{3})+)(?:\.(\d{1,3}))? ?(FT|FEET|F|M|METRES|METERS)"
    r" ?(?:ABOVE )?(WGS-?84|HAE|MSL|AMSL|ASL|STD|PA|AGL|ASFC|QNH|QFE)"
    r"(?: (?:(\d{3,4})(?:\.(\d))?(?: ?HPA)?|([A-Z]{4})))?",
    re.ASCII,
)
_OPEN: dict[str, Open] = {
    "SFC": "surface",
    "GND": "surface",
    "SURFACE": "surface",
    "GROUND": "surface",
    "UNL": "unlimited",
    "UNLIMITED": "unlimited",
    "UNKNOWN": "unknown",
}
_REFERENCE: dict[str, Reference] = {
    "WGS84": "WGS84",
    "WGS-84": "WGS84",
    "HAE": "WGS84",
    "MSL": "MSL",
    "AMSL": "MSL",
    "ASL": "MSL",
    "STD": "STD",
    "PA": "STD",
    "AGL": "AGL",
    "ASFC": "AGL",
    "QNH": "QNH",
    "QFE": "QFE",
}


def parse_limit(text: str, *, field: str = "") -> Limit:
    """One limit from words; unit and reference are required, nothing is guessed. Raises `Malformed`:
    `no-unit-or-reference`, `bad-altitude`.
    """
    words = " ".join(text.upper().split())
    if words in _OPEN:
        return _OPEN[words]
    if level := _FLIGHT_LEVEL.fullmatch(words):
        return Altitude(int(level[1]), "fl", "STD")
    remedy = 'write value, unit and reference: "FL350", "5000 ft MSL", "1500 m AGL", "surface" or "unlimited"'
    match = _WRITTEN.fullmatch(words)
    if match is None:
        rule = "no-unit-or-reference" if re.fullmatch(r"-?[\d .,]+ ?[A-Z]*", words) else "bad-altitude"
        raise Malformed(rule, field=field, remedy=remedy, source="judgement.md, Geometry: unit and reference")
    whole, fraction, unit_word, reference, hpa, tenth, aerodrome = match.groups()
    number = int(re.sub(r"[ ,_]", "", whole))
    unit: Unit = "ft" if unit_word.startswith("F") else "m"
    if fraction and fraction.strip("0"):
        if unit == "ft":
            raise Malformed("bad-altitude", field=field, remedy="feet are whole numbers")
        sign = -1 if whole.startswith("-") else 1
        number, unit = number * 1000 + sign * int(f"{fraction:0<3}"), "mm"
    if (hpa and reference not in ("QNH", "STD")) or (aerodrome and reference not in ("QNH", "QFE")):
        raise Malformed("bad-altitude", field=field, remedy=remedy)
    return Altitude(
        number,
        unit,
        _REFERENCE[reference],
        qnh_hpa_tenths=int(hpa) * 10 + int(tenth or 0) if hpa else 0,
        aerodrome=aerodrome or "",
    )


def limit_text(limit: Limit) -> str:
    """The shortest words that `parse_limit` reads as the same limit, value and reference as given."""
    if not isinstance(limit, Altitude):
        return limit
    if limit.unit == "fl":
        return f"FL{limit.value:03d}"
    if limit.unit == "mm":
        sign, (metres, rest) = "-" if limit.value < 0 else "", divmod(abs(limit.value), 1000)
        value = f"{sign}{metres}.{rest:03d} m"
    else:
        value = f"{limit.value} {limit.unit}"
    extra = f" {limit.qnh_hpa_tenths // 10}.{limit.qnh_hpa_tenths % 10}" if limit.qnh_hpa_tenths else ""
    place = f" {limit.aerodrome}" if limit.aerodrome and not extra else ""
    return f"{value} {limit.ref}{extra}{place}"
