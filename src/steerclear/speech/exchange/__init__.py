"""Sites and movements in the files that people keep: CSV, GeoJSON and KML, in and out; pure on bytes.

`read(data, suffix, kind)` gives one `Record` a site or movement, each with the line where it stands, and the faults of
what could not be read; `draft_of(record)` the form for the desk or every fault of that row by column; `record_of(kind,
body)` and `write(records, suffix, kind)` the way out. `template(suffix, kind)` is a file to fill in.
"""

from steerclear.speech.exchange.files import SUFFIXES, read, template, write
from steerclear.speech.exchange.record import Record, RowFault, draft_of, example_faults, moved, record_of

__all__ = [
    "SUFFIXES",
    "Record",
    "RowFault",
    "draft_of",
    "example_faults",
    "moved",
    "read",
    "record_of",
    "template",
    "write",
]
