"""The coarse form of a notice: it covers all of what it stands for and says no more than was approved."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from speech_desk import draft

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude
from steerclear.space.overlap import Minima, overlap
from steerclear.space.prepare import prepare
from steerclear.space.volume import Circle, Corridor, Outline, Polygon, Volume4D, points_of
from steerclear.speech import coarse, form
from steerclear.speech.kinds.activity_flight import Flight, LostLink
from steerclear.speech.kinds.activity_ground import Ground
from steerclear.speech.kinds.activity_voyage import DeckWindow, Voyage
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.area_declare import AreaDeclare, Unsealed
from steerclear.speech.kinds.common import Body, Window

FORM = coarse.Form(kind="activity.flight", cell_km=10, minutes=30)
START, END = "2026-10-31T14:07:00Z", "2026-10-31T15:01:00Z"
NONE = Minima(0, 0, 0)


def volume(outline: Outline) -> Volume4D:
    return Volume4D(outline, "surface", "unlimited", START, END)


def made(outline: Outline, form: coarse.Form = FORM) -> Volume4D:
    found = coarse.coarsened(Flight(volumes=(volume(outline),)), form)
    assert isinstance(found, Flight), found
    return found.volumes[0]


outlines = st.builds(
    lambda lat, lon, high, wide, sort: (
        Polygon(((lat, lon), (lat, lon + wide), (lat + high, lon + wide), (lat + high, lon)))
        if sort == 0
        else Circle((lat, lon), high // 100)
        if sort == 1
        else Corridor(((lat, lon), (lat + high, lon + wide)), 1_000_000)
    ),
    st.integers(-700_000_000, 700_000_000),
    st.integers(-1_700_000_000, 1_650_000_000),
    st.integers(100_000, 20_000_000),
    st.integers(100_000, 40_000_000),
    st.integers(0, 2),
)


BORDER = 898_312 * 668
"""About 60°, the border of a row of cells of `FORM`. Between its ends, 4° apart, a geodesic bends 1.6 km off it."""
NEAR = (BORDER + 60_000, 19_500_000)
ABOVE = ((BORDER + 800_000, 39_000_000), (BORDER + 800_000, 123_456))


@given(outlines)
@example(Polygon((NEAR, *ABOVE)))
@example(Polygon(tuple((-lat, lon) for lat, lon in (NEAR, *ABOVE))))
def test_it_covers_what_it_stands_for_and_stays_as_it_is(outline: Outline) -> None:
    wide = made(outline)
    assert coarse.finer(Flight(volumes=(wide,)), FORM) == []
    assert coarse.coarsened(Flight(volumes=(wide,)), FORM) == Flight(volumes=(wide,))
    around = prepare(wide)
    for lat, lon in points_of(outline):
        assert overlap(prepare(volume(Circle((lat, lon), 1))), around, NONE) is not None
    assert (wide.start, wide.end) == ("2026-10-31T14:00:00Z", "2026-10-31T15:30:00Z")


def test_it_says_no_more_than_was_approved() -> None:
    (body,) = (form.filled(*_parts("activity.flight.toml"))[1],)
    assert isinstance(body, Flight)
    lean = msgspec.structs.replace(FORM, leave_out=("aircraft_class", "monitored"))
    found = coarse.coarsened(body, lean)
    assert isinstance(found, Flight)
    assert (found.text, found.aircraft_class, found.monitored) == (None, None, ())
    assert found.number == body.number and coarse.finer(found, lean) == []
    assert "aircraft_class" in coarse.finer(coarse.coarsened(body, FORM), lean)  # type: ignore[arg-type]
    assert set(coarse.finer(body, FORM)) >= {"volumes[0].outline", "volumes[0].lower", "volumes[0].upper"}


def test_a_new_version_has_the_form_of_its_notice() -> None:
    (body,) = (form.filled(*_parts("activity.flight.toml"))[1],)
    assert isinstance(body, Flight)
    amend = Amend(kind="activity.flight", notice=msgspec.to_builtins(body))
    assert coarse.approved("amend", amend, (FORM,)) == FORM
    assert coarse.approved("withdraw", None, (FORM,)) is None
    found = coarse.coarsened(amend, FORM)
    assert isinstance(found, Amend) and coarse.finer(found, FORM) == []
    assert "notice.volumes[0].outline" in coarse.finer(amend, FORM)


def test_a_new_version_without_a_place_is_none_of_the_watch_alone():
    """It would take the notice off the board, and nobody who releases has said so."""
    (body,) = (form.filled(*_parts("activity.flight.toml"))[1],)
    assert isinstance(body, Flight)
    for notice, placed in ((body, True), (msgspec.structs.replace(body, volumes=()), False)):
        amend = Amend(kind="activity.flight", notice=msgspec.to_builtins(notice))
        assert isinstance(coarse.coarsened(amend, FORM), Amend) == placed
        assert ("notice.volumes" in coarse.finer(amend, FORM)) != placed


TEXT = "three cars behind the mill, 33.5138 36.2765"
WINDOW = Window(start="2026-10-31T14:07:00Z", end="2026-10-31T14:20:00Z")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (
            Flight(lost_link=LostLink(action="return", altitude=Altitude(1_000, unit="m", ref="MSL"))),
            "lost_link",
        ),
        (Flight(lost_link=LostLink(action="return", text=TEXT)), "lost_link"),
        (Flight(text=TEXT), "text"),
        (Voyage(windows=(DeckWindow(doing="towing", when=WINDOW),)), "windows"),
        (Ground(recognition=(TEXT,)), "recognition"),
        (AreaDeclare(area="personnel", contact=TEXT), "contact"),
        (
            AreaDeclare(
                area="personnel", opening=Unsealed(batch="a" * 64, salt="b" * 64, sealed_that_month=3)
            ),
            "opening",
        ),
    ],
    ids=[
        "height",
        "words of a link",
        "text",
        "minutes of a window",
        "recognition",
        "contact",
        "salt of a seal",
    ],
)
def test_what_lies_inside_a_field_is_no_finer_either(body: Body, field: str) -> None:
    assert field in coarse.finer(body, FORM)
    found = coarse.coarsened(body, FORM)
    assert not isinstance(found, list) and coarse.finer(found, FORM) == []
    wire = str(msgspec.to_builtins(found))
    assert TEXT not in wire and "b" * 64 not in wire and "MSL" not in wire and "14:07" not in wire


def test_what_is_done_when_a_link_is_lost_and_when_a_ship_is_hampered_stays() -> None:
    flight = coarse.coarsened(Flight(lost_link=LostLink(action="return", text=TEXT)), FORM)
    assert isinstance(flight, Flight) and flight.lost_link == LostLink(action="return")
    voyage = coarse.coarsened(Voyage(windows=(DeckWindow(doing="towing", when=WINDOW),)), FORM)
    whole = Window(start="2026-10-31T14:00:00Z", end="2026-10-31T14:30:00Z")
    assert isinstance(voyage, Voyage) and voyage.windows == (DeckWindow(doing="towing", when=whole),)
    lean = msgspec.structs.replace(FORM, leave_out=("lost_link",))
    left = coarse.coarsened(Flight(lost_link=LostLink(action="return")), lean)
    assert isinstance(left, Flight) and left.lost_link is None


def test_a_new_version_of_a_protected_place_waits_for_two_persons() -> None:
    """It could lie elsewhere, and to free a place takes two persons each time."""
    area = coarse.Form(kind="area.declare", cell_km=20, minutes=60)
    declared = AreaDeclare(area="personnel")
    assert coarse.approved("area.declare", declared, (FORM, area)) == area
    amend = Amend(kind="area.declare", notice=msgspec.to_builtins(declared))
    assert coarse.approved("amend", amend, (FORM, area)) is None


@pytest.mark.parametrize(
    "outline",
    [
        Circle((895_000_000, 0), 1_000_000),
        Circle((100_000_000, 1_799_999_000), 5_000_000),
        Polygon(((0, 0), (0, 300_000_000), (10_000_000, 300_000_000))),
    ],
    ids=["near a pole", "over 180", "too wide"],
)
def test_where_no_cells_are_made_it_waits_for_a_releaser(outline: Outline) -> None:
    found = coarse.coarsened(Flight(volumes=(volume(outline),)), FORM)
    assert isinstance(found, list) and found[0].code == "no-coarse-form" and found[0].remedy


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "stop", "cell_km": 20, "minutes": 60},
        {"kind": "activity.flight", "cell_km": 1, "minutes": 60},
        {"kind": "activity.flight", "cell_km": 20, "minutes": 60, "leave_out": ["volumes"]},
        {"kind": "activity.flight", "cell_km": 20, "minutes": 60, "leave_out": ["mission"]},
    ],
    ids=["not time-critical", "too fine", "the place itself", "no such field"],
)
def test_what_cannot_be_approved(row: dict[str, object]) -> None:
    with pytest.raises(Malformed) as error:
        coarse.forms_from([row])
    assert error.value.rule == "bad-coarse-form" and error.value.remedy
    good = {"kind": "activity.flight", "cell_km": 20, "minutes": 60}
    assert coarse.forms_from([good])[0].cell_km == 20
    with pytest.raises(Malformed):
        coarse.forms_from([good, good])


def _parts(name: str) -> tuple[str, dict[str, object], dict[str, object]]:
    one = draft(name)
    return one.kind, one.inner, one.body
