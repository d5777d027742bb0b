"""ICAO NOTAM with their Q lines (Annex 15 appendix 6; Doc 8126 6.3), read (written by `notam_out`).

Items: Q) FIR/code/traffic/purpose/scope/lower/upper/centre and radius, B) C) the window, D) hours, E)
text, F) G) limits. The outline is the ring of coordinates in E) where it closes, else the circle of Q). F)
and G) say the limits where they stand; Q) gives flight levels rounded outwards, 000 and 999 where nothing
was said. Where the two do not agree the volume has two limits (AT19): the desk refuses it, and what
arrives so is judged on the wider.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude, Limit
from steerclear.space.altitude_text import parse_limit
from steerclear.space.volume import Circle, Outline, Point, Polygon, UpperLimit, Volume4D
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.zone import Window, Zone, flagged
from steerclear.units import TENTH_MM_PER_FOOT

NM_MM: Final = 1_852_000
_ITEM: Final = re.compile(r"(?:^|(?<=[\s(]))([QA-G])\)\s*")
_NUMBER: Final = re.compile(r"\(?([A-Z]\d{4}/\d{2})\s+NOTAM([NRC])(?:\s+([A-Z]\d{4}/\d{2}))?", re.ASCII)
_Q: Final = ("FIR", "code", "traffic", "purpose", "scope")
CANCELS: Final = "this one ends another; withdraw that by itself"
_Q_PLACE: Final = re.compile(r"(\d{2})(\d{2})([NS])(\d{3})(\d{2})([EW])(\d{3})", re.ASCII)
_PLACE: Final = re.compile(
    r"(\d{2})(\d{2})(\d{2}(?:\.\d+)?)?([NS])\s?(\d{3})(\d{2})(\d{2}(?:\.\d+)?)?([EW])", re.ASCII
)
_TIME: Final = re.compile(r"(\d{10})\s*(EST)?", re.ASCII)
_APART_FT: Final = 1_000
"""How far Q) may stand outside F) and G) and still be their rounding. Ours: Doc 8126 lets a State add a
margin.
"""


def read(data: bytes, window: Window) -> tuple[list[Zone], list[RowFault]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    zones: list[Zone] = []
    faults: list[RowFault] = []
    text = text.upper()
    for line, one in _messages(text):
        try:
            zones.append(_zone(one, line, window))
        except Malformed as error:
            faults.append(RowFault(line, error.field, error.rule, error.rule, error.remedy))
    return zones, sorted([*faults, *_without_q(text)], key=lambda one: one.line)


def _messages(text: str) -> list[tuple[int, str]]:
    """(line, text) of each NOTAM: each has one Q line, and begins after the one before it."""
    starts = [match.start() for match in re.finditer(r"(?:^|(?<=[\s(]))Q\)", text)]
    begins = []
    for i, start in enumerate(starts):
        after = starts[i - 1] if i else 0
        numbers = [one.start() for one in _NUMBER.finditer(text, after, start)]
        begins.append(numbers[-1] if numbers else start)
    ends = []
    for start, following in zip(starts, [*begins[1:], len(text)], strict=False):
        number = _NUMBER.search(text, start, following)  # one without a Q line ends this one too
        ends.append(number.start() if number else following)
    return [(text.count("\n", 0, a) + 1, text[a:b]) for a, b in zip(begins, ends, strict=True)]


def _without_q(text: str) -> list[RowFault]:
    """NOTAM in which no Q line stands: an area of theirs would go unseen."""
    rows = []
    numbers = list(_NUMBER.finditer(text))
    for i, one in enumerate(numbers):
        end = numbers[i + 1].start() if i + 1 < len(numbers) else len(text)
        if not re.search(r"(?:^|(?<=[\s(]))Q\)", text[one.start() : end]):
            line = text.count("\n", 0, one.start()) + 1
            if one[2] == "C":
                rows.append(RowFault(line, "NOTAMC", "cancels", one[1], CANCELS))
            else:
                remedy = "write its Q line: FIR/code/traffic/purpose/scope/lower/upper/centre radius"
                rows.append(RowFault(line, "Q", "no-q-line", one[1], remedy))
    return rows


def title_of(text: str) -> str:
    """The first line of E), up to where its coordinates begin."""
    first = text.strip().partition("\n")[0]
    return re.split(r"\bWITHIN\b|(?=\b\d{4,6}[NS]\s?\d{5,7}[EW])", first)[0].strip(" :-\r")[:100]


def _zone(text: str, line: int, window: Window) -> Zone:
    items = _items(text)
    number = _NUMBER.search(text)
    if number is not None and number[2] == "C":
        raise Malformed("cancels", field="NOTAMC", remedy=CANCELS)
    q = [part.strip() for part in items["Q"].split("/")]
    if len(q) != 8:
        raise Malformed(
            "bad-q-line", field="Q", remedy="FIR/code/traffic/purpose/scope/lower/upper/centre radius"
        )
    flags: list[str] = []
    outline = ring_of(items.get("E", ""))
    if outline is not None:
        flags.append("outline-from-text")
    shape: Outline = outline or _circle(q[7])
    lower = _limit(q[5], items.get("F"), "F", flags)
    upper = _limit(q[6], items.get("G"), "G", flags)
    start, end = window.of(_time(items.get("B"), "B", flags), _time(items.get("C"), "C", flags))
    kept = {name: value for name, value in items.items() if name in "ADE" and value}
    kept |= {name: value for name, value in zip(_Q, q, strict=False) if value}
    if number:
        kept |= {"number": number[1]} | ({"replaces": number[3]} if number[3] else {})
    if "D" in kept:
        flags.append("schedule-not-applied")
    name = number[1] if number else title_of(kept.get("E", "")) or f"{q[0]} {q[1]}"
    return Zone(name, (Volume4D(shape, lower, upper, start, end),), line, kept, flagged(*flags, "kept"))


def _items(text: str) -> dict[str, str]:
    """Each item once, in the order of the letters; a letter inside E) is text."""
    found: dict[str, str] = {}
    marks = list(_ITEM.finditer(text))
    order = "QABCDEFG"
    taken: list[re.Match[str]] = []
    for mark in marks:
        if mark[1] not in found and (not taken or order.index(mark[1]) > order.index(taken[-1][1])):
            taken.append(mark)
            found[mark[1]] = ""
    for i, mark in enumerate(taken):
        end = taken[i + 1].start() if i + 1 < len(taken) else len(text)
        found[mark[1]] = text[mark.end() : end].strip().rstrip(")").strip()
    return found


def _circle(text: str) -> Circle:
    match = _Q_PLACE.fullmatch(text.replace(" ", ""))
    if match is None:
        raise Malformed("bad-q-line", field="Q", remedy="centre and radius as 5150N00830E025")
    centre = _e7(match[1], match[2], None, match[3]), _e7(match[4], match[5], None, match[6])
    if int(match[7]) in (0, 999):
        raise Malformed(
            "no-size", field="Q", remedy="a radius of 1 to 998 NM, or a ring of coordinates in E)"
        )
    return Circle(_placed(centre), int(match[7]) * NM_MM)


def ring_of(text: str) -> Polygon | None:
    """The first run of coordinates that ends where it began; None where there is none."""
    points = [
        (_e7(one[1], one[2], one[3], one[4]), _e7(one[5], one[6], one[7], one[8]))
        for one in _PLACE.finditer(text)
    ]
    for last in range(3, len(points)):
        if points[last] == points[0]:
            return Polygon(tuple(_placed(one) for one in points[:last]))
    return None


def _placed(place: Point) -> Point:
    if abs(place[0]) > 900_000_000 or abs(place[1]) > 1_800_000_000:
        raise Malformed("bad-position", field="Q", remedy="latitude up to 90, longitude up to 180")
    return place


def _e7(degrees: str, minutes: str, seconds: str | None, side: str) -> int:
    value = int(degrees) + int(minutes) / 60 + float(seconds or 0) / 3600
    return round((-value if side in "SW" else value) * 1e7)


def _limit(level: str, item: str | None, name: str, flags: list[str]) -> UpperLimit:
    """What Q) and the item say together."""
    if not re.fullmatch(r"\d{3}", level):
        raise Malformed("bad-q-line", field="Q", remedy="lower and upper as three figures of a flight level")
    unsaid = level == ("000" if name == "F" else "999")
    q: Limit = ("surface" if name == "F" else "unlimited") if unsaid else Altitude(int(level), "fl", "STD")
    if not item:
        return q
    said = _said(item, name, flags)
    if unsaid or said == q or _rounds(q, said, name):
        return said
    flags.append("two-limits")
    return (said, q)


def _said(item: str, name: str, flags: list[str]) -> Limit:
    words = " ".join(item.split()).removesuffix(".")
    if bare := re.fullmatch(r"(\d{1,6}) ?(FT|M)", words):
        flags.append("reference-by-format")
        return Altitude(int(bare[1]), "ft" if bare[2] == "FT" else "m", "MSL")
    return parse_limit(words, field=name)


def _rounds(q: Limit, said: Limit, name: str) -> bool:
    """Whether Q) is what the item gives when it is rounded outwards to a flight level."""
    if not isinstance(q, Altitude) or not isinstance(said, Altitude) or said.ref in ("AGL", "QFE"):
        return isinstance(said, Altitude) and said.ref == "AGL"
    outside = q.value_tmm - said.value_tmm if name == "G" else said.value_tmm - q.value_tmm
    return -100 * TENTH_MM_PER_FOOT < outside <= _APART_FT * TENTH_MM_PER_FOOT


def _time(item: str | None, name: str, flags: list[str]) -> str | None:
    """`2611221200` as RFC 3339; None where the item is missing or says PERM."""
    words = " ".join((item or "").split())
    if not words or words.startswith(("PERM", "WIE", "UFN")):
        if words:
            flags.append("permanent")
        return None
    match = _TIME.fullmatch(words)
    if match is None:
        raise Malformed("bad-time", field=name, remedy="ten figures YYMMDDHHMM, EST or PERM")
    try:
        moment = datetime.strptime(match[1], "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        raise Malformed("bad-time", field=name, remedy="that day or minute does not exist") from None
    if match[2]:
        flags.append("end-estimated")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
