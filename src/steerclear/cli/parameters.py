"""A file of parameters for a genesis: names as in `speech.parameters`, durations and distances also with their unit."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any


def read_parameters(path: Path) -> dict[str, Any]:
    """`heartbeat_ms = "20 s"` or `20000`, in TOML or JSON. Raises `Stop`, and `Malformed` for what no parameter is."""
    from steerclear.cli.faults import Stop, stop
    from steerclear.speech.authoring import from_tables

    text = path.read_text(encoding="utf-8")
    try:
        parsed = (
            tomllib.loads(text, parse_float=Decimal)
            if path.suffix == ".toml"
            else json.loads(text, parse_float=Decimal)
        )
    except ValueError as error:
        raise stop("not-readable", str(path), str(error), "write TOML (.toml) or JSON") from None
    made = from_tables({"kind": "agreement", "body": {"parameters": parsed.get("parameters", parsed)}})
    if isinstance(made, list):
        raise Stop(made)
    found: dict[str, Any] = made.body["parameters"]
    return found
