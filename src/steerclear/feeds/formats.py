"""The formats that feeds come in: one row each, and the way to a reader. A reader's module is imported
when opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any, Final, Literal

from steerclear.errors import Malformed
from steerclear.feeds.reader import Reader

Framing = Literal["lines", "stream", "document"]


@dataclass(frozen=True, slots=True)
class Format:
    """`framing`: `lines` and `stream` may be cut anywhere (a datagram is a chunk that ends in a line end);
    of `document` every chunk handed to the reader is one whole document. `trust` is the class that a
    source of this format has where its settings say nothing, and the highest that it may be given; rows
    that the mover did not transmit (codes.ORIGINS) are `local` in any case. `extra` is what to install for
    it.
    """

    name: str
    framing: Framing
    trust: Literal["shared", "local"]
    says: str
    extra: str = ""


FORMATS: Final = {
    row.name: row
    for row in (
        Format("readsb", "document", "shared", "ADS-B: aircraft.json of readsb, dump1090-fa or tar1090"),
        Format("sbs", "lines", "shared", "ADS-B: SBS (BaseStation) lines, port 30003"),
        Format("opensky", "document", "shared", "ADS-B: state vectors of OpenSky's interface"),
        Format("ais", "lines", "shared", "AIS: NMEA 0183 sentences, with or without tag blocks"),
        Format("cot", "stream", "local", "Cursor on Target events in XML"),
        Format("asterix", "stream", "shared", "ASTERIX categories 021, 048 and 062", "asterix"),
        Format("beast", "stream", "shared", "raw Mode S: Beast binary", "modes"),
        Format("avr", "lines", "shared", "raw Mode S: AVR lines (*8D…;)", "modes"),
        Format("remoteid", "document", "shared", "remote ID: flights of an F3411 service in JSON"),
        Format(
            "odid", "lines", "shared", "remote ID: broadcast messages of drones, `TRANSMITTER HEX` a line"
        ),
        Format("simulated", "lines", "shared", "one JSON object a line, as `steerclear simulate` writes it"),
    )
}


def open_reader(name: str, **options: Any) -> Reader:
    """A new reader of one source. Raises `Malformed`: `unknown-format`, `unknown-option`, `bad-option`,
    `not-installed`."""
    if name not in FORMATS:
        raise Malformed("unknown-format", field="format", remedy="one of " + ", ".join(FORMATS))
    module = import_module(f"steerclear.feeds.{name}")
    known = list(signature(module.Reader).parameters)
    if strange := [one for one in options if one not in known]:
        remedy = f"{name} takes {', '.join(known)}" if known else f"{name} takes no options"
        raise Malformed("unknown-option", field=f"options.{strange[0]}", remedy=remedy)
    reader: Reader = module.Reader(**options)
    return reader
