"""Shipped scenarios for the tests of this folder, and a small story to change."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import steerclear

FOLDER = Path(steerclear.__file__).parent / "scenarios"
FILES = sorted(FOLDER.glob("*.toml"))

STORY = """
[scenario]
id = "S1"
title = "A story"
start = "2016-06-16T04:00:00Z"

[[party]]
name = "north"

[[party]]
name = "south"
units = ["first", "second"]

[[step]]
at = "+00:05:00"
party = "north"
say = "stop"
as = "cease"
[step.body]
place = "Ferry"
since = "@+00:04:00"
positions = [{ lat = 33.5, lon = 38.6 }, { form = "dms", text = "~dms 33.5 38.6" }]

[[step]]
at = "+00:06:00"
party = "south"
post = "watch"
say = "receipt"
as = "heard"
refs = ["$cease"]
body = { level = "read" }

[[criterion]]
text = "it was heard"
at = "+00:07:00"
party = "north"
get = "/subjects/$cease"
where = "stop.heard_by"
contains = "$south"
needs = ["cease", "heard"]
"""


def tables(path: Path) -> dict[str, Any]:
    """A file's TOML tables as the player reads them."""
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
