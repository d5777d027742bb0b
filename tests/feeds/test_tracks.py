"""`Tracks`: the newest state of each mover and source; what is late, repeated or from the future is never
fresh.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from steerclear.feeds.batch import Batch, batch_of
from steerclear.feeds.codes import ORIGIN
from steerclear.feeds.tracks import RING, Terms, Tracks

NOW = 1_700_000_000_000


def reports(*rows: tuple[str, int], lat: float = 10.0, origin: str = "own") -> Batch:
    """One report an (ident, at_ms), a hundredth of a degree apart."""
    return batch_of(
        len(rows),
        {
            "ident": [name for name, _ in rows],
            "at_ms": [at for _, at in rows],
            "received_ms": NOW,
            "lat_deg": [lat + 0.01 * i for i in range(len(rows))],
            "lon_deg": 20.0,
            "origin": ORIGIN[origin],
        },
    )


def test_the_newest_state_of_each_mover_is_shown_with_its_age() -> None:
    tracks = Tracks({"roof": "shared"})
    assert (
        tracks.take("roof", reports(("icao:a", NOW - 900), ("icao:b", NOW - 400), ("icao:a", NOW - 100)), NOW)
        == {}
    )
    picture = tracks.picture(NOW)
    assert picture.state.ident.tolist() == [b"icao:a", b"icao:b"]
    assert picture.age_ms.tolist() == [100, 400]
    assert picture.fresh.all() and picture.shared.all()
    assert tracks.counts["roof"].fresh == 3


def test_of_two_states_of_one_instant_that_of_the_first_source_is_shown() -> None:
    """What a radar saw and lost leaves its rows to others: nothing that is shown follows from that."""
    for named in (("roof", "hill"), ("hill", "roof")):
        tracks = Tracks({"roof": "shared", "hill": "shared", "radar": "local"})
        tracks.take("radar", reports(("radar:1", NOW), ("radar:2", NOW)), NOW)
        assert tracks.forget(NOW + tracks.terms.keep_ms + 30_001) == 2
        for name in named:
            lat = 10.0 if name == "roof" else 11.0
            tracks.take(name, reports(("icao:a", NOW), lat=lat), NOW)
        assert tracks.picture(NOW).state.lat_deg.tolist() == [10.0]


def test_a_backlog_is_recorded_and_never_fresh() -> None:
    tracks = Tracks({"roof": "shared"})
    old = NOW - tracks.terms.late_ms - 1
    assert tracks.take("roof", reports(("icao:a", old)), NOW) == {"late": 1}
    picture = tracks.picture(NOW)
    assert picture.age_ms.tolist() == [NOW - old] and not picture.fresh.any()
    assert tracks.trail("roof", "icao:a").at_ms.tolist() == [old]
    assert tracks.take("roof", reports(("icao:a", old + 1), lat=11.0), NOW) == {}, (
        "exactly at the limit is in time"
    )
    assert tracks.picture(NOW).fresh.all()


def test_a_clock_an_hour_slow_is_late_and_an_hour_fast_is_no_state() -> None:
    tracks = Tracks({"roof": "shared"})
    assert tracks.take("roof", reports(("icao:a", NOW - 3_600_000)), NOW) == {"late": 1}
    assert tracks.take("roof", reports(("icao:a", NOW + 3_600_000)), NOW) == {"in-future": 1}
    assert tracks.picture(NOW).age_ms.tolist() == [3_600_000], "the future one shadows nothing"
    assert tracks.take("roof", reports(("icao:a", NOW + 2_000)), NOW) == {}
    assert tracks.picture(NOW).age_ms.tolist() == [0]


def test_repeated_and_out_of_order_reports_change_nothing_and_are_counted() -> None:
    tracks = Tracks({"roof": "shared"})
    tracks.take("roof", reports(("icao:a", NOW - 100)), NOW)
    drops = tracks.take("roof", reports(("icao:a", NOW - 100), ("icao:a", NOW - 5_000), lat=50.0), NOW)
    assert drops == {"repeated": 1, "out-of-order": 1}
    picture = tracks.picture(NOW)
    assert picture.state.lat_deg.tolist() == [10.0] and picture.age_ms.tolist() == [100]
    assert tracks.trail("roof", "icao:a").at_ms.tolist() == [NOW - 5_000, NOW - 100]
    assert tracks.counts["roof"].drops == drops


def test_one_position_told_again_with_its_time_rounded_otherwise_is_repeated() -> None:
    tracks = Tracks({"roof": "shared"})
    tracks.take("roof", reports(("icao:a", NOW - 1_000)), NOW)
    assert tracks.take("roof", reports(("icao:a", NOW - 900)), NOW) == {"repeated": 1}
    assert tracks.take("roof", reports(("icao:a", NOW - 1_100)), NOW) == {"repeated": 1}
    assert tracks.take("roof", reports(("icao:a", NOW - 900), lat=10.001), NOW) == {}, "another place is news"
    assert tracks.take("roof", reports(("icao:a", NOW - 650), lat=10.001), NOW) == {}, "so is standing still"


def test_a_mover_of_two_sources_is_one_row_and_the_shared_fresh_one_is_taken() -> None:
    tracks = Tracks({"roof": "shared", "radar": "local"})
    tracks.take("radar", reports(("icao:a", NOW), lat=30.0), NOW)
    tracks.take("roof", reports(("icao:a", NOW - 5_000)), NOW)
    picture = tracks.picture(NOW)
    assert len(picture) == 1 and picture.shared.all() and picture.state.lat_deg.tolist() == [10.0]
    assert picture.heard == (1, 1), "each source has it, whichever is taken"
    later = tracks.picture(NOW + tracks.terms.fresh_ms - 4_000)
    assert later.sources[later.source[0]] == "radar", "once the shared one is aged the fresh local one stands"
    assert not later.shared.any() and later.mover_no.tolist() == picture.mover_no.tolist()
    assert later.heard == (0, 1)


def test_what_a_shared_source_measured_itself_is_local() -> None:
    tracks = Tracks({"roof": "shared"})
    tracks.take("roof", reports(("icao:a", NOW), origin="multilaterated"), NOW)
    assert not tracks.picture(NOW).shared.any()
    tracks.take("roof", reports(("icao:a", NOW + 1), lat=11.0), NOW)
    assert tracks.picture(NOW).shared.all() and tracks.picture(NOW).heard == (1,), "and counts once"


def test_what_was_not_heard_for_long_is_forgotten_and_its_row_used_again() -> None:
    tracks = Tracks({"roof": "shared"})
    tracks.take("roof", reports(("icao:a", NOW)), NOW)
    assert tracks.forget(NOW + tracks.terms.keep_ms) == 0
    assert tracks.forget(NOW + tracks.terms.keep_ms + 1) == 1
    assert len(tracks) == 0 and len(tracks.picture(NOW)) == 0
    tracks.take("roof", reports(("icao:b", NOW)), NOW)
    assert tracks.picture(NOW).state.ident.tolist() == [b"icao:b"]
    assert tracks.trail("roof", "icao:b").at_ms.tolist() == [NOW], "nothing of the mover before"


def test_a_full_store_says_so_and_keeps_what_it_has() -> None:
    tracks = Tracks({"roof": "shared"}, Terms(most=2))
    drops = tracks.take("roof", reports(("icao:a", NOW), ("icao:b", NOW), ("icao:c", NOW)), NOW)
    assert drops == {"full": 1}
    assert tracks.picture(NOW).state.ident.tolist() == [b"icao:a", b"icao:b"]
    assert tracks.take("roof", reports(("icao:a", NOW + 1), lat=11.0), NOW) == {}


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-20_000, 4_000)), max_size=25),
        min_size=1,
        max_size=6,
    )
)
def test_every_report_is_fresh_or_counted_and_the_state_is_the_newest(
    batches: list[list[tuple[str, int]]],
) -> None:
    tracks = Tracks({"roof": "shared"})
    newest: dict[bytes, int] = {}
    for number, rows in enumerate(batches):
        tracks.note("roof", len(rows), {})
        tracks.take("roof", reports(*((name, NOW + at) for name, at in rows), lat=float(number)), NOW)
        for name, at in rows:
            if at <= tracks.terms.future_ms:
                newest[name.encode()] = max(at, newest.get(name.encode(), at))
    counts = tracks.counts["roof"]
    assert counts.seen == counts.fresh + sum(counts.drops.values())
    state = tracks.picture(NOW).state
    assert dict(zip(state.ident.tolist(), (state.at_ms - NOW).tolist(), strict=True)) == newest
    for name in newest:
        trail = tracks.trail("roof", name.decode()).at_ms
        assert len(trail) <= RING and (np.diff(trail) >= 0).all()
