"""One look at a picture: what is near an own mover is found among whatever flies elsewhere, and nothing is missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from steerclear.app import looking
from steerclear.app.build import entered
from steerclear.app.looking import looked, own_of
from steerclear.config import FILE_NAME, read_config
from steerclear.errors import Malformed
from steerclear.feeds.altitude import ENTERED, STANDARD
from steerclear.feeds.batch import batch_of
from steerclear.feeds.codes import MOVER, ORIGIN
from steerclear.feeds.tracks import Terms, Tracks
from steerclear.judgement.separation import life, meeting, watch
from steerclear.judgement.separation.clearing import level_of
from steerclear.judgement.separation.course import DeclaredLine
from steerclear.judgement.separation.life import Lives
from steerclear.node.mover_state import OwnMover
from steerclear.speech.parameters import Parameters

NOW = 1_772_427_600_000
PLAIN = Parameters()


def tracks(
    lat: list[float],
    lon: list[float],
    *,
    own: int = 1,
    east: float = 200.0,
    age_ms: int = 0,
    trust: Any = "shared",
    at_ms: int = NOW,
) -> Tracks:
    """Movers of which the first `own` are ours."""
    count = len(lat)
    made = Tracks({"adsb": trust}, Terms())
    columns = {
        "ident": [b"icao:%06x" % ((0xAA0000 if n < own else 0xBB0000) + n) for n in range(count)],
        "at_ms": at_ms - age_ms,
        "received_ms": at_ms,
        "lat_deg": lat,
        "lon_deg": lon,
        "error_m": 50.0,
        "alt_geom_m": 9_000.0,
        "alt_geom_error_m": 30.0,
        "ve_mps": east,
        "vn_mps": 0.0,
        "vu_mps": 0.0,
        "v_error_mps": 5.0,
        "mover": MOVER["fixed_wing"],
        "origin": ORIGIN["own"],
    }
    made.take("adsb", batch_of(count, columns), at_ms)
    return made


OURS = own_of(["icao:aa*"])


@pytest.mark.parametrize(("trust", "says"), [("shared", "adsb"), ("local", "own")])
def test_what_an_own_feed_alone_placed_is_no_broadcast_of_the_mover(trust: str, says: str) -> None:
    """MLAT or a radar plot may name the ICAO address; the place is not what the aircraft said of itself."""
    made = tracks([50.0, 50.02], [8.0, 8.05], trust=trust)
    (one,) = looked(made.picture(NOW), OURS, PLAIN).look.seen
    assert {(side.shared, side.source) for side in one.what.sides} == {(trust == "shared", says)}


def test_a_pair_is_found_and_the_rest_of_the_world_is_not_looked_at() -> None:
    lat, lon = [50.0, 50.02, *np.linspace(-60, 40, 500)], [8.0, 8.05, *np.linspace(-170, 170, 500)]
    shown = looked(tracks(lat, lon).picture(NOW), OURS, PLAIN)
    assert [one.key for one in shown.look.seen] == [("icao:aa0000", "icao:bb0001")]
    assert shown.look.seen[0].level == "warning"
    assert shown.counts == {"adsb": 502}
    near = looking.near_rows(shown.picture, shown.fresh, shown.own, PLAIN)
    assert 2 <= len(near) < 60


def test_figures_are_computed_when_somebody_asks_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every standing pair is met again at each look; a search for each of them would be most of what a look costs."""
    computed = []
    monkeypatch.setattr(
        meeting, "relative", lambda *given, real=meeting.relative: computed.append(1) or real(*given)
    )
    (seen,) = looked(tracks([36.0, 36.05], [38.0, 38.0]).picture(NOW), own_of(["icao:aa*"]), PLAIN).look.seen
    assert not computed
    assert seen.what.relative is seen.what.relative and computed == [1]


def test_two_of_ours_and_two_of_theirs_are_not_our_matter() -> None:
    assert not looked(tracks([50.0, 50.02], [8.0, 8.05], own=2).picture(NOW), OURS, PLAIN).look.seen
    both = looked(
        tracks([50.0, 50.02, 50.0], [8.0, 8.05, 30.0], own=1).picture(NOW), own_of(["icao:none"]), PLAIN
    )
    assert len(both.look.seen) == 1, "without own movers every pair is looked at"


@pytest.mark.parametrize("other_own", [[], ["icao:bb0002"]])
def test_a_pair_in_alert_is_judged_to_its_end_when_nobody_knows_whose_it_is_any_more(
    other_own: list[str],
) -> None:
    """The node is locked, or a mover is taken from the fleet: it stays in loss, and so the alert stands."""
    made = tracks([50.0, 50.02, -30.0], [8.0, 8.05, 100.0], east=0.0)
    fleet = {"icao:aa0000": OwnMover("icao:aa0000")}
    rules = life.rules_of(PLAIN)
    lives, told = life.step(Lives(), looked(made.picture(NOW), own_of(other_own), PLAIN, fleet).look, rules)
    assert [one.step for one in told] == ["raised"]
    for second in range(1, 20):
        shown = looked(made.picture(NOW + second * 1_000), own_of(other_own), PLAIN, standing=lives.live)
        lives, told = life.step(lives, shown.look, rules)
        assert not told or [one.step for one in told] == ["confirmed"]
    assert list(lives.live) == [("icao:aa0000", "icao:bb0001")]
    away = tracks([50.0, 53.02, -30.0], [8.0, 8.05, 100.0], east=0.0, at_ms=NOW + 20_000)
    for second in range(20, 40):
        shown = looked(away.picture(NOW + second * 1_000), own_of(other_own), PLAIN, standing=lives.live)
        lives, told = life.step(lives, shown.look, rules)
        if told:
            break
    assert [one.reason for one in told] == ["apart"], "and seen apart it ends"


def test_a_state_that_cannot_be_judged_is_not_the_way_apart() -> None:
    shown = looked(tracks([50.0, 50.02], [8.0, 8.05]).picture(NOW), OURS, PLAIN)
    lives, _ = life.step(Lives(), shown.look, life.rules_of(PLAIN))
    near = shown.judged(np.array([0, 1]))
    bad = replace(near.moving, ve_mps=np.array([200.0, np.nan]))
    names = [near.name(0), near.name(1)]
    for second in range(1, 20):
        look = watch.look(bad, names, near.own, near.side, NOW + second * 1_000, PLAIN)
        lives, told = life.step(lives, look, life.rules_of(PLAIN))
        assert told == () and "icao:bb0001" in look.unknown
    assert lives.live
    whole = watch.look(near.moving, names, near.own, near.side, NOW, PLAIN)
    assert not whole.unknown and whole.seen


def test_an_aged_state_is_known_and_never_alerted_on() -> None:
    made = tracks([50.0, 50.02], [8.0, 8.05])
    assert looked(made.picture(NOW + 29_000), OURS, PLAIN).look.seen
    old = looked(made.picture(NOW + 31_000), OURS, PLAIN)
    assert not old.look.seen and "icao:aa0000" not in old.look.fresh
    assert looked(made.picture(NOW), OURS, PLAIN).look.fresh.__contains__("icao:aa0000")


def test_own_movers_are_named_whole_or_by_their_beginning() -> None:
    idents = np.array([b"icao:43c6e1", b"icao:43c6e2", b"mmsi:273300001"], "S32")
    assert own_of(["icao:43c6e1", "mmsi:2733*"]).among(idents).tolist() == [True, False, True]
    assert own_of([]).among(idents).tolist() == [False, False, False]


def seen_twice(north_m: float, *, east: float = 200.0, alt_m: float | None = None) -> Tracks:
    """An own mover as it says itself, and what an own radar measures so far north of it."""
    made = tracks([50.0], [8.0])
    made.add_source("radar", "local")
    columns = {
        "ident": [b"radar:7"],
        "at_ms": NOW,
        "received_ms": NOW,
        "lat_deg": [50.0 + north_m / 111_320],
        "lon_deg": [8.0],
        "error_m": 200.0,
        "alt_geom_m": np.nan if alt_m is None else alt_m,
        "alt_geom_error_m": 50.0,
        "ve_mps": east,
        "vn_mps": 0.0,
        "v_error_mps": 5.0,
        "origin": ORIGIN["radar"],
    }
    made.take("radar", batch_of(1, columns), NOW)
    return made


def test_an_own_mover_is_not_warned_of_its_own_echo_and_is_of_anybody_beside_it() -> None:
    def pairs(made: Tracks) -> int:
        return len(looked(made.picture(NOW), OURS, PLAIN).look.seen)

    assert pairs(seen_twice(150)) == 0, "it cannot be told from it"
    assert "radar:7" not in looked(seen_twice(150).picture(NOW), OURS, PLAIN).look.fresh, (
        "nor seen to go away"
    )
    assert pairs(seen_twice(2_000)) == 1, "too far off"
    assert pairs(seen_twice(150, east=120.0)) == 1, "another course"
    assert pairs(seen_twice(150, alt_m=9_000.0)) == 0 and pairs(seen_twice(150, alt_m=9_250.0)) == 1


def test_well_clear_is_an_option_of_the_live_alert() -> None:
    """Minima that the two never break, and DMOD of 4,000 ft that they do; without the option nothing rings."""
    rows = (structs.replace(row, horizontal_mm=100_000, vertical_tmm=10_000) for row in PLAIN.separation)
    small = structs.replace(PLAIN, separation=tuple(rows))
    clear = structs.replace(small, well_clear="en_route")
    beside_it, aside = (tracks([50.0, 50.0 + m / 111_320], [8.0, 8.0]).picture(NOW) for m in (900, 1_500))
    assert [one.level for one in looked(beside_it, OURS, clear).look.seen] == ["warning"]
    for picture, numbers in ((beside_it, small), (aside, clear)):
        assert not [one for one in looked(picture, OURS, numbers).look.seen if one.level]
    two_of_ours = tracks([50.0, 50.0 + 900 / 111_320], [8.0, 8.0], own=2).picture(NOW)
    assert not looked(two_of_ours, OURS, clear).look.seen


def test_an_alert_by_well_clear_says_so_and_is_held_by_the_widened_table() -> None:
    """One figure to raise it and another to end it, as of the minima: it does not come and go at the bound."""
    rows = (structs.replace(row, horizontal_mm=100_000, vertical_tmm=10_000) for row in PLAIN.separation)
    clear = structs.replace(PLAIN, separation=tuple(rows), well_clear="en_route")
    assert clear.alert_widened_percent > 110

    def look(metres: float, at_ms: int) -> life.Look[Any]:
        made = tracks([50.0, 50.0 + metres / 111_320], [8.0, 8.0], east=0.0, at_ms=at_ms)
        return looked(made.picture(at_ms), OURS, clear).look

    rules = life.rules_of(clear)
    lives, (raised,) = life.step(Lives(), look(1_190, NOW), rules)
    assert (raised.step, raised.live.begun.what.rule) == ("raised", "do_365")
    outside = look(1_260, NOW + 1_000)
    assert [one.level for one in outside.seen] == [None], "inside the widened table alone"
    told: tuple[life.Change[Any], ...] = ()
    for second in range(1, 20):
        lives, told = life.step(lives, look(1_260, NOW + second * 1_000), rules)
        assert "cleared" not in [one.step for one in told]
    for second in range(20, 40):
        lives, told = life.step(lives, look(1_600, NOW + second * 1_000), rules)
        if told:
            break
    assert [(one.step, one.reason) for one in told] == [("cleared", "apart")]
    alone, _ = life.step(Lives(), outside, rules)
    assert not alone.live, "and raises nothing by itself"


def test_the_minima_are_named_before_well_clear_where_both_ask_for_the_level() -> None:
    numbers = structs.replace(PLAIN, well_clear="en_route")
    near = tracks([50.0, 50.0 + 900 / 111_320], [8.0, 8.0]).picture(NOW)
    assert [one.what.rule for one in looked(near, OURS, numbers).look.seen] == ["minima"]


def test_a_declared_corridor_is_followed_in_a_look() -> None:
    """The other goes the same way, 22 km to the north and 20 km behind: the corridor turns across its bows."""
    made = tracks([50.0, 50.198], [8.0, 7.721]).picture(NOW)
    corner = (500_000_000, 80_000_000 + 280_000)
    turning = DeclaredLine(
        ((500_000_000, 79_000_000), corner, (504_000_000, corner[1])), 5_000_000, NOW - 1, NOW + 1
    )
    straight = DeclaredLine(
        ((500_000_000, 79_000_000), (500_000_000, 90_000_000)), 5_000_000, NOW - 1, NOW + 1
    )
    assert not looked(made, OURS, PLAIN).look.seen
    for line, found in ((turning, 1), (straight, 0)):
        look = looked(made, OURS, PLAIN, lines={"icao:aa0000": (line,)}).look
        assert [one.what.rule for one in look.seen] == ["course"] * found
    assert not looked(made, OURS, PLAIN, lines={"icao:aa0001": (turning,)}).look.seen, "another's corridor"


def test_while_the_list_of_own_movers_cannot_be_read_nobody_is_told_of_as_anybody() -> None:
    made = tracks([50.0, 50.02], [8.0, 8.05]).picture(NOW)
    nobody = own_of([])
    assert looked(made, nobody, PLAIN).look.seen, "a node that lists none looks at all"
    assert not looked(made, nobody, PLAIN, others=False).look.seen
    assert looked(made, OURS, PLAIN, others=False).look.seen, "whom the settings name is known all the same"
    standing = looked(made, nobody, PLAIN, standing=[("icao:aa0000", "icao:bb0001")], others=False)
    assert standing.look.seen, "and an alert that stands is looked at to its end"


def test_the_times_of_a_level_include_their_bounds() -> None:
    row = PLAIN.separation[0]
    at = [
        level_of(ms, row)
        for ms in (0, row.warning_ms, row.warning_ms + 1, row.caution_ms, row.caution_ms + 1)
    ]
    assert at == ["warning", "warning", "caution", "caution", None] and level_of(None, row) is None
    assert level_of(row.caution_ms, row, row.warning_ms) == "warning" == level_of(None, row, 0)


def beside(made: Tracks, source: str, ident: bytes, north_m: float) -> Tracks:
    """One more that a sensor measures there, at the own mover's speed."""
    row = made.picture(NOW).state
    if source not in made.counts:
        made.add_source(source, "local")
    columns = {name: getattr(row, name)[:1] for name in ("lon_deg", "alt_geom_m", "ve_mps", "vn_mps")}
    columns |= {"ident": [ident], "at_ms": NOW, "received_ms": NOW, "lat_deg": [50.0 + north_m / 111_320]}
    columns |= {"error_m": 200.0, "alt_geom_error_m": 50.0, "v_error_mps": 5.0, "origin": ORIGIN["radar"]}
    made.take(source, batch_of(1, columns), NOW)
    return made


def test_of_one_sensor_only_the_nearest_is_taken_for_the_mover_itself() -> None:
    one = looked(beside(seen_twice(150), "radar", b"radar:8", 280).picture(NOW), OURS, PLAIN)
    assert [seen.key for seen in one.look.seen] == [("icao:aa0000", "radar:8")], "the second is somebody"
    assert one.echoes == {"adsb": 0, "radar": 1} and one.counts["radar"] == 2, "what is left out is counted"
    two = looked(beside(seen_twice(150), "other", b"other:8", 280).picture(NOW), OURS, PLAIN)
    assert not two.look.seen and two.echoes == {"adsb": 0, "radar": 1, "other": 1}, "two sensors, two echoes"


def test_whoever_an_alert_stands_about_is_never_taken_for_another() -> None:
    picture = seen_twice(150).picture(NOW)
    shown = looked(picture, OURS, PLAIN, standing=[("icao:aa0000", "radar:7")])
    assert len(shown.look.seen) == 1 and "radar:7" in shown.look.fresh and not sum(shown.echoes.values())
    assert not looked(picture, OURS, PLAIN, standing=[("icao:aa0000", "radar:9")]).look.seen


def test_an_echo_is_nearer_than_half_of_the_minimum() -> None:
    """However large the errors are: two at the minimum are judged, not taken for one."""
    near, far = (seen_twice(metres).picture(NOW) for metres in (150, 290))
    rows = (structs.replace(row, horizontal_mm=500_000) for row in PLAIN.separation)
    small = structs.replace(PLAIN, separation=tuple(rows))
    assert not looked(near, OURS, small).look.seen and not looked(far, OURS, PLAIN).look.seen
    assert len(looked(far, OURS, small).look.seen) == 1


def test_an_entered_setting_narrows_the_heights_where_it_holds(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('[[qnh]]\nhpa = "1009.5"\nat = [50.0, 8.0]\nradius_nm = 60\n')
    settings = entered(read_config(tmp_path))
    state = tracks([50.0, 50.02, 10.0], [8.0, 8.05, 8.0]).picture(NOW)
    state = replace(
        state, state=replace(state.state, alt_geom_m=np.full(3, np.nan), alt_baro_ft=np.full(3, 9_000.0))
    )
    every = np.arange(3)
    wide = looked(state, OURS, PLAIN).judged(every).heights
    near = looked(state, OURS, PLAIN, entered=settings).judged(every).heights
    assert (near.high_tmm - near.low_tmm)[0] < (wide.high_tmm - wide.low_tmm)[0]
    assert (near.how == [ENTERED, ENTERED, STANDARD]).all(), "60 NM away it does not hold"
    (tmp_path / FILE_NAME).write_text('[[qnh]]\nhpa = "29.92"\nat = [50.0, 8.0]\n')
    with pytest.raises(Malformed, match="qnh"):
        read_config(tmp_path)


PLACES = st.lists(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180, exclude_max=True)), min_size=2, max_size=40
)


@settings(max_examples=60, deadline=None)
@given(PLACES, st.integers(1, 3), st.floats(0, 300), st.floats(-2, 2), st.floats(-2, 2))
def test_leaving_out_what_is_far_misses_nothing(
    places: list[tuple[float, float]], own: int, east: float, up: float, aside: float
) -> None:
    """Against all rows at once: the same pairs. One is put near an own mover so that there is something to find."""
    lat, lon = [one for one, _ in places], [one for _, one in places]
    lat.append(max(-90.0, min(90.0, lat[0] + up)))
    lon.append((lon[0] + aside + 180) % 360 - 180)
    picture = tracks(lat, lon, own=min(own, len(places)), east=east).picture(NOW)
    shown = looked(picture, OURS, PLAIN)
    whole = shown.judged(np.flatnonzero(shown.fresh))
    names = [name.decode() for name in whole.picture.state.ident.tolist()]
    look = looking.watch.look(whole.moving, names, whole.own, whole.side, NOW, PLAIN)
    assert [(one.key, one.level) for one in shown.look.seen] == [(one.key, one.level) for one in look.seen]
