"""The features of a GeoJSON document, for every reader of one."""

from __future__ import annotations

from typing import Any

from steerclear.speech.exchange.record import RowFault
from steerclear.speech.unreadable import fault

WRITE = "write a GeoJSON FeatureCollection"


def features_of(document: Any) -> list[Any] | RowFault:
    """Those of a collection, or the one that stands alone; else what is wrong with the file."""
    if isinstance(document, dict) and document.get("type") == "Feature":
        return [document]
    features = document.get("features") if isinstance(document, dict) else None
    return (
        features
        if isinstance(features, list)
        else RowFault(0, "features", "not-geojson", "no features", WRITE)
    )


def not_readable(error: Exception, data: bytes, remedy: str = WRITE) -> RowFault:
    """The file is none of its format at all: at which line, and what is wrong there."""
    line, rule = fault(error, data)
    return RowFault(line, "file", "not-readable", rule, remedy)
