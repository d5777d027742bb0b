"""The examples that ship with the package: one file a kind or more, what the docs and the tests use."""

from __future__ import annotations

from importlib.resources import files


def examples() -> dict[str, bytes]:
    """File name (`stop.toml`, `activity.flight.geojson` …) → its bytes, by name. Every example passes the
    desk.
    """
    folder = files("steerclear.speech") / "examples"
    return {
        entry.name: entry.read_bytes()
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith((".toml", ".json", ".geojson"))
    }
