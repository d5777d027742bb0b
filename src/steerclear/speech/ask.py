"""What a body leaves out: the parts that the kinds share."""

from __future__ import annotations

from typing import Any

import msgspec

from steerclear.space.volume import Volume4D, limits_of


def absent(body: msgspec.Struct, *names: str) -> list[str]:
    return [name for name in names if getattr(body, name) in (None, ())]


def absent_limits(volumes: tuple[Volume4D, ...]) -> list[str]:
    if not volumes:
        return ["volumes"]
    return [
        f"volumes[{i}].{end}"
        for i, volume in enumerate(volumes)
        for end in ("lower", "upper")
        if "unknown" in limits_of(getattr(volume, end))
    ]


def absent_two_forms(positions: tuple[Any, ...]) -> list[str]:
    if not positions:
        return ["positions"]
    return ["positions[1]"] if len({position.form for position in positions}) < 2 else []
