"""A payload as people read it: the lines of the read-back card, positions in degrees and MGRS beside them.

Codes, units and check digits as on the card (`speech.reading`); integers of the wire are for `--json` alone.
"""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"[A-Za-z_]\w*|\d+")


def content_lines(kind: str, payload: Any) -> list[str]:
    """Field by field, in the language that was asked for, else in English; of what no card can show the JSON."""
    import json

    from steerclear.cli.language import chosen, kept, word
    from steerclear.speech.reading import read_body

    body = payload.get("body") if isinstance(payload, dict) else None
    lines = []
    for row in read_body(kind, body, chosen()):
        unverified = f" ({word('unverified')})" if row.sort == "free" else ""
        value = row.value if row.sort == "code" else kept(row.value)
        lines.append(f"{'  ' * row.depth}{row.label}: {value}{unverified}")
        place = _position(body, row.path.removeprefix("body."))
        if place:
            lines.append(f"{'  ' * (row.depth + 1)}{kept(place)}")
    return lines or [json.dumps(payload, ensure_ascii=False, indent=2)]


def _position(body: Any, path: str) -> str:
    """Degrees and MGRS of the WGS84 position at a path; '' where there is none."""
    found = body
    for step in _STEP.findall(path):
        if isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        elif isinstance(found, dict):
            found = found.get("notice", found).get(step) if step not in found else found[step]
        else:
            return ""
    if not isinstance(found, dict) or found.get("form", "wgs84") != "wgs84":
        return ""
    lat, lon = found.get("lat_e7"), found.get("lon_e7")
    if not (isinstance(lat, int) and isinstance(lon, int)):
        return ""
    from steerclear.errors import Malformed
    from steerclear.space.positions import write_mgrs

    degrees = f"{lat / 1e7:.7f} {lon / 1e7:.7f}"
    try:
        return f"{degrees} · MGRS {write_mgrs(lat, lon)}"
    except Malformed:
        return degrees
