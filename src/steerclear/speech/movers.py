"""Which class of mover a notice is of, for the minima between classes and for what an agreement covers."""

from __future__ import annotations

from typing import Any, Final

MOVERS: Final = {
    "activity.flight": "",  # its `aircraft_class` says
    "activity.voyage": "ship",
    "activity.ground": "ground",
    "activity.hazard": "hazard",
    "activity.exercise": "hazard",
    "activity.visit": "",
    "area.declare": "",  # its `area` says
    "site.notify": "protected_site",
    "movement.notify": "ground",
    "assist": "",  # people in need of help: the largest minima of any class
}
"""Every kind that is judged in space, with its class; empty where the body says it."""


def mover_of(kind: str, body: Any) -> str:
    """A class of `parameters.Mover`; empty where the notice does not say."""
    if kind == "area.declare":
        return getattr(body, "area", None) or ""
    return MOVERS.get(kind, "") or getattr(body, "aircraft_class", None) or ""
