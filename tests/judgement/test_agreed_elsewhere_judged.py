"""The same numbers wherever else they are read: other rules, the kernels' tables, drafts, danger areas, the what-if."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from test_agreed_numbers_judged import NO, YES, ages, conduct, two
from test_conformance import T0 as DECLARED_FROM
from test_conformance import at, volume
from test_declared_course import NOW

from steerclear.feeds.ages import terms_of
from steerclear.judgement.conformance.danger import DangerArea, endangered
from steerclear.judgement.separation import telling
from steerclear.judgement.separation.encounter import report_of
from steerclear.judgement.separation.meeting import asked_of
from steerclear.judgement.separation.tables import minima_of
from steerclear.judgement.whatif import judge_file
from steerclear.speech.parameters import Parameters
from support.movers import FT, head_on

Outcome = Callable[[Parameters], Any]


def enters(numbers: Parameters) -> int:
    """An own mover 24 s before a danger area: how many it is told of."""
    side = at(0, east_nm=-12.4, kt=240)
    return len(endangered(side, (DangerArea("d7" * 32, (volume(),)),), DECLARED_FROM, numbers))


def draft_spans(numbers: Parameters) -> int:
    """How long a draft from a local feed says that the encounter lasted."""
    from steerclear.units import parse_time

    made = report_of(head_on(NOW, two={"shared": False}), NOW, NOW + 1_000, numbers)
    assert made is not None and made.begin is not None and made.end is not None
    return int(parse_time(made.end) - parse_time(made.begin))


def said_alone(numbers: Parameters) -> str:
    """In which form a node may itself tell of a warning that a local feed shows."""
    return telling.form(head_on(NOW, one={"notice": "ab" * 32}, two={"shared": False}), "warning", numbers)


CASES: dict[str, tuple[dict[str, Any], Outcome, Any, Any]] = {
    "near a danger area": ({"leaving_ms": 10_000}, enters, 1, 0),
    "span of a draft": ({"alert_cell_ms": 1_200_000}, draft_spans, 600_000, 1_200_000),
    "said alone": ({"alert_local_automatic": True}, said_alone, "home", "relative"),
    "tracks late, of no class": ({"report_late_ms": 5_000}, lambda n: terms_of(n).late_ms, 15_000, 5_000),
    "tracks fresh, of no class": ({"air_fresh_ms": 20_000}, lambda n: terms_of(n).fresh_ms, 30_000, 20_000),
    "tracks late at sea": ({"sea_fresh_ms": 60_000}, ages("late_by", "ship"), 180_000, 60_000),
    "close pass": ({"near_miss_mm": 400_000}, conduct("air.no-close-pass", 300), YES, NO),
    "close pass in height": (
        *({"near_miss_tmm": 300 * FT}, conduct("air.no-close-pass", 100, high_ft=200)),
        *(YES, NO),
    ),
    "uncertainty told": (
        *({"separation_z_percent": 300}, two(9.3, 0, "asked")),
        *(200, 300),
    ),
    "uncertainty of two": (
        *({"separation_z_percent": 300}, lambda n: asked_of("ship", "ship", n).z),
        *(2.0, 3.0),
    ),
    "uncertainty of all": ({"separation_z_percent": 300}, lambda n: minima_of(n).z, 2.0, 3.0),
}


@pytest.mark.parametrize("name", CASES)
def test_it_goes_by_the_agreed_number(name: str) -> None:
    values, outcome, plain, otherwise = CASES[name]
    found = [outcome(Parameters()), outcome(Parameters.from_dict(values))]
    assert [getattr(one, "z_percent", one) for one in found] == [plain, otherwise]


@pytest.mark.parametrize(
    ("cap", "value", "rule"),
    [
        ("max_volumes", 1, "too-many-volumes"),
        ("max_vertices", 3, "too-many-vertices"),
        ("max_outline_km2", 100, "area-too-large"),
        ("max_validity_ms", 60_000, "window-too-long"),
    ],
)
def test_the_what_if_takes_the_caps_of_its_document(cap: str, value: int, rule: str) -> None:
    ring = [[41.0, 19.0], [41.0, 20.0], [42.0, 20.0], [42.0, 19.0]]
    window = {"start": "2026-11-01T08:00:00Z", "end": "2026-11-01T09:00:00Z"}
    volumes = [{"polygon": ring, "lower": "FL100", "upper": f"FL{level}", **window} for level in (120, 140)]
    notice = {"id": "F1", "party": "blue", "volumes": volumes}

    def faults(**numbers: int) -> set[str]:
        report = judge_file({"parameters": numbers, "notices": [notice]})
        return {fault[part] for fault in report["faults"] for part in ("code", "rule") if part in fault}

    assert faults() == set()
    assert rule in faults(**{cap: value}), faults(**{cap: value})
