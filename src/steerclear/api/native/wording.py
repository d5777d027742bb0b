"""What a request's fields are told apart by, in words: nobody is answered with a pattern."""

from __future__ import annotations

import re
from typing import Final

from steerclear.api.native.problems import Denied
from steerclear.node.mover_state import IDENT

HEX64: Final = "^[0-9a-f]{64}$"
MAY_IDENT: Final = f"^({IDENT[1:-1]})?$"
HOME_ID: Final = "^home-[0-9a-f]{1,16}$"
ALERT_ID: Final = "^(home-[0-9a-f]{1,16}|[0-9a-f]{4,64})?$"

_MOVER: Final = (
    "a mover is named by what it broadcasts, in small letters",
    "write icao:43c6e1, mmsi:273344040 or rid:…; see steerclear fleet list",
)
SAYS: Final = {
    HEX64: ("an id has 64 digits of 0-9 and a-f", "give the whole id, as 4f0c…"),
    IDENT: _MOVER,
    MAY_IDENT: _MOVER,
    HOME_ID: (
        "only an alert that waits at home is released, by its id or the start of it",
        "give one as home-4f0c; see steerclear alert list",
    ),
    ALERT_ID: (
        "an alert is named by its id or the start of it, four characters or more",
        "give one as 27fa8c01 or home-4f0c; see steerclear alert list",
    ),
}
_SAID: Final = re.compile(r"Expected `str` matching regex (['\"])(.*)\1(?: - at `\$?\.?(.*)`)?", re.DOTALL)


def denied(error: Exception, code: str, field: str) -> Denied:
    """400 for what does not fit the endpoint's form: `code`, and the field as far as it is known."""
    told = _SAID.fullmatch(str(error))
    if told is None:
        return Denied(400, code, str(error), "see /api/openapi.json", field)
    pattern = told.group(2).replace("\\\\", "\\")
    rule, remedy = SAYS.get(pattern, ("it is not written as it has to be", "see /api/openapi.json"))
    return Denied(400, code, rule, remedy, told.group(3) or field)
