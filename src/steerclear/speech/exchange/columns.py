"""The columns of the files, as data: what each holds, and where it stands in a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

POINT: Final = ("lat", "lon", "error", "source", "second", "second_error", "second_source")
"""Of every point: its position in decimal degrees, and the same place in a second, independent form."""
PASSED: Final = ("point", "at", "tolerance", "check_in")
"""Of a point of a movement besides."""
SITE: Final = (
    *("name", "function", "operator", "extent", "marking", "occupancy", "contact_24h"),
    *("verified_by", "verified_at", "review", "notifier", "notifier_known", "text"),
)
MOVEMENT: Final = (
    *("movement", "operator", "half_width", "number", "cargo", "escorts", "no_move_trigger", "lost_contact"),
    *("contacts", "vehicles", "emergency", "priority", "notifier", "notifier_known", "text"),
)
OF: Final[Mapping[str, tuple[str, ...]]] = {"site.notify": SITE, "movement.notify": MOVEMENT}
POINTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "site.notify": POINT,
    "movement.notify": (*PASSED, *POINT),
}
YES: Final = frozenset({"yes", "true", "1"})
NO: Final = frozenset({"no", "false", "0"})
VEHICLE: Final = ("type", "colour", "plate", "marking_day", "marking_night", "marking_infrared")
"""In `vehicles`, `|` between these and `;` between vehicles; in `contacts`, `means call` with `;` between them."""


def columns(kind: str) -> tuple[str, ...]:
    """Every column of a kind's CSV file, in order."""
    first, *rest = OF[kind]
    return (first, *POINTS_OF[kind], *rest)


EXAMPLE: Final = "(example"
"""Stands in the name of a template's own row, which is never sent: it protects a place that does not exist."""

TEMPLATES: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "site.notify": (
        {
            "name": f"Central hospital {EXAMPLE}: replace this row)",
            "lat": "41.3275",
            "lon": "19.8187",
            "error": "20 m",
            "source": "survey",
            "second": "41°19'39\"N 019°49'07\"E",
            "second_error": "30 m",
            "second_source": "map",
            "function": "hospital",
            "operator": "Ministry of health",
            "extent": "300 m",
            "marking": "red_crescent;lights_at_night",
            "occupancy": "200_to_1000",
            "contact_24h": "Duty telephone, held by the notifier",
            "verified_by": "Notification cell, visit",
            "verified_at": "2026-10-18T09:00:00Z",
            "review": "2027-01-16T00:00:00Z",
        },
    ),
    "movement.notify": (
        {
            "movement": f"Convoy 12 {EXAMPLE}: replace these rows)",
            "point": "Warehouse",
            "at": "2026-10-23T07:00:00Z",
            "tolerance": "15 min",
            "check_in": "no",
            "lat": "41.3275",
            "lon": "19.8187",
            "error": "20 m",
            "source": "survey",
            "second": "41°19'39\"N 019°49'07\"E",
            "second_error": "30 m",
            "second_source": "map",
            "operator": "Relief society",
            "half_width": "300 m",
            "number": "6-9",
            "cargo": "food",
            "escorts": "no_escort",
            "no_move_trigger": "no_contact_test;units_not_told",
            "lost_contact": "halt_and_wait",
            "contacts": "satellite_phone +88 165 000 0001;radio Relief 12",
            "vehicles": "car|white|R 1201|emblem on the roof|lit flag|strip on the roof",
        },
        {
            "movement": f"Convoy 12 {EXAMPLE}: replace these rows)",
            "point": "Distribution point",
            "at": "2026-10-23T09:30:00Z",
            "tolerance": "30 min",
            "check_in": "yes",
            "lat": "41.1000",
            "lon": "20.0500",
            "error": "20 m",
            "source": "survey",
            "second": "41°06'00\"N 020°03'00\"E",
            "second_error": "30 m",
            "second_source": "map",
        },
    ),
}
