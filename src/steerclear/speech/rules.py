"""Values that are wrong in a body: each with field, rule and remedy (judgement.md, Bad input: the
desk).

What is absent is not wrong here (`complete.py` lists it). Rules that need the header or the subject are in
`answering.py`; rules of volumes, altitudes and positions are `space`'s and are only called.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.space.altitude import Altitude, check_altitude
from steerclear.space.volume import Volume4D, limits_of
from steerclear.speech import where
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Band, Interval, Position, Window
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered
from steerclear.speech.table import KINDS, Kind
from steerclear.speech.versions import notice_at_desk
from steerclear.speech.walk import marked, structs
from steerclear.units import parse_time


def wrong(kind: str, body: msgspec.Struct, parameters: Parameters, path: str = "body") -> list[Refused]:
    """Every wrong value of one body, with its dotted path."""
    out = list(_common(body, parameters))
    row = KINDS.get(kind)
    if isinstance(body, Amend):
        out += _amend(body, parameters)
    elif row is not None and row.wrong is not None:
        out += row.wrong(body, parameters)
    return [_named(fault, path) for fault in out]


def not_over(row: Kind, body: msgspec.Struct, now_ms: int) -> Iterator[Refused]:
    """Times that the kind wants to be past (boundary.md: nothing is said of a present or future absence; AT42)."""
    for name in row.over:
        try:
            over = parse_time(getattr(body, name)) <= now_ms
        except Malformed:
            continue  # the bad time itself is refused by `wrong`
        if not over:
            rule = f"{row.name} is about an interval that ended before it is signed"
            yield no(
                "not-over-yet",
                f"body.{name}",
                rule,
                "wait until it is over, or end it earlier",
                "boundary.md",
            )


def _named(fault: Refused, path: str) -> Refused:
    """The fault with its whole path, and its rule as its code where another room said only `malformed`."""
    code = fault.rule if fault.code == "malformed" and " " not in fault.rule else fault.code
    return msgspec.structs.replace(fault, code=code, field=f"{path}.{fault.field}")


def _common(body: msgspec.Struct, parameters: Parameters) -> Iterator[Refused]:
    for field, text in marked(body, "time"):
        try:
            parse_time(text, field=field)
        except Malformed as error:
            yield refusal(error, error.rule)
    yield from _volumes(body, parameters)
    for field, window in structs(body, Window):
        yield from ordered(window.start, window.end, f"{field}.end")
    for field, interval in structs(body, Interval):
        if interval.low > interval.high:
            yield no("upper-below-lower", field, "an interval's high end is below its low end", "swap them")
    for field, band in structs(body, Band):
        if band.most is not None and band.most < band.least:
            yield no("upper-below-lower", f"{field}.most", "a band's most is below its least", "swap them")
    for field, position in structs(body, Position):
        yield from where.check(position, field=field)


def _volumes(body: msgspec.Struct, parameters: Parameters) -> Iterator[Refused]:
    found = list(structs(body, Volume4D))
    if len(found) > parameters.max_volumes:
        yield no(
            "too-many-volumes",
            "volumes",
            f"at most {parameters.max_volumes} volumes a notice; this has {len(found)}",
            "split the notice",
            "judgement.md, Bad input",
        )
        return
    inside = set()
    for field, volume in found:
        inside |= {id(limit) for end in (volume.lower, volume.upper) for limit in limits_of(end)}
        yield from where.check_volume(volume, parameters, field=field)
    for field, altitude in structs(body, Altitude):
        if id(altitude) not in inside:
            yield from check_altitude(altitude, field=field)


def _amend(body: Amend, parameters: Parameters) -> Iterator[Refused]:
    notice = notice_at_desk(body)
    if isinstance(notice, list):
        yield from notice
    else:
        yield from wrong(body.kind, notice, parameters, "notice")
