"""Areas in the files of others, in and out: GeoJSON, KML and KMZ, OpenAIR, NOTAM, ED-269, ED-318; pure on
bytes.

`read(data, format, start=, end=) -> (zones, faults)`: each `Zone` holds its volumes as the desk takes
them, what else the file said of it (`kept`, as given) and what the reader did that a person must know
(`flags`). A zone that cannot be read has a fault with its line, field, rule and remedy, and the others
stay. `write(zones, format) -> (bytes, faults)` is the way back; its faults name all that does not come
through. `draft_of(zone, …)` is the form of an `area.declare`. Nothing is guessed: an altitude without a reference, a
window without an end are faults.
Whether a volume is legal as a notice is the desk's to say.
"""

from steerclear.speech.zones.files import FORMATS, format_of, read, write
from steerclear.speech.zones.lost import words
from steerclear.speech.zones.zone import FLAGS, TWO, Zone, chosen, draft_of

__all__ = [
    "FLAGS",
    "FORMATS",
    "TWO",
    "Zone",
    "chosen",
    "draft_of",
    "format_of",
    "read",
    "words",
    "write",
]
