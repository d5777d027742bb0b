"""Who can hear whom (AT05, AT22): chosen by the agreement's order, flagged where it fails, cleared by a new version."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from procedure_world import A, B, C, H

from steerclear.procedure import frequencies
from steerclear.procedure.context import Context
from steerclear.procedure.frequencies import Asset, Near, choose, order_of, received, together
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.activity_voyage import Voyage
from steerclear.speech.kinds.common import Channel
from steerclear.speech.parameters import NumberedChannel, Parameters

G1, G2, CH16, ATS = 121_500_000, 243_000_000, 156_800_000, 127_700_000
PLAIN = Parameters()
CONTEXT = Context(own=A, members=(A, B, C))


def asset(
    notice: str, party: str, monitors: tuple[int, ...] = (), able: tuple[int, ...] = (), **more: object
) -> Asset:
    known = {"told": (A, B, C), "units": ()} | more
    return Asset(
        notice * 64,
        notice * 64,
        party,
        "activity.flight",
        0,
        H,
        0,
        tuple(sorted({*monitors, *able})),
        tuple(sorted(monitors)),
        **known,  # type: ignore[arg-type]
    )


def plan(*assets: Asset, parameters: Parameters = PLAIN) -> tuple[frequencies.Together, ...]:
    held = {one.notice: one for one in assets}
    ids = sorted(held)
    near = [Near(a, b, H, 2 * H) for i, a in enumerate(ids) for b in ids[i + 1 :]]
    return together(held, near, parameters)


def rules(groups: tuple[frequencies.Together, ...], now: int = 0) -> list[str]:
    return [one.rule for one in frequencies.alarms(groups, CONTEXT, now)]


def test_received_are_all_channels_of_a_notice_with_channel_16() -> None:
    own = Parameters(channels=(NumberedChannel(number=3, hz=130_300_000),))
    flight = Flight(
        monitored=(Channel(use="guard", hz=G1), Channel(use="agreed", number=3)),
        can_receive=(Channel(use="ats", hz=ATS, published_in="AIP"), Channel(use="agreed", number=9)),
    )
    assert received(flight, own) == ((G1, ATS, 130_300_000), (G1, 130_300_000))
    assert received(Voyage(channel_16="watched"), own) == ((CH16,), (CH16,))
    assert received(Voyage(channel_16="not_watched"), own) == ((), ())


def test_the_order_is_the_agreements() -> None:
    both = (asset("1", A, (G1, G2)), asset("2", B, (G1, G2)))
    assert choose(both, PLAIN) == ("common", G1)
    assert choose(both, Parameters(frequency_order=(G2, G1))) == ("common", G2)
    assert order_of(Parameters(channels=(NumberedChannel(number=1, hz=ATS),)))[:2] == (ATS, G1)


@pytest.mark.parametrize(
    ("one", "two", "state", "hz", "alarm"),
    [
        (((G1,), ()), ((G1, ATS), ()), "common", G1, []),
        (((ATS,), (G1,)), ((CH16,), (G1,)), "split", G1, ["split-frequency"]),
        (((G2,), ()), ((G1,), ()), "none", None, ["no-common-frequency"]),
        (((G2,), ()), ((), ()), "undeclared", None, []),
    ],
)
def test_a_pair_has_one_frequency_or_says_how_it_fails(
    one: tuple[tuple[int, ...], tuple[int, ...]],
    two: tuple[tuple[int, ...], tuple[int, ...]],
    state: str,
    hz: int | None,
    alarm: list[str],
) -> None:
    groups = plan(asset("1", A, *one), asset("2", B, *two))
    (pair,) = groups[0].pairs
    assert (pair.state, pair.hz, groups[0].state) == (state, hz, state)
    assert rules(groups) == alarm
    assert bool(frequencies.tasks(groups, CONTEXT, 0)) == (state != "common")
    assert rules(groups, 2 * H) == [] and frequencies.tasks(groups, CONTEXT, 2 * H) == ()


def test_a_task_is_due_before_they_meet() -> None:
    (task,) = frequencies.tasks(plan(asset("1", A, (G1,)), asset("2", B, (G2,))), CONTEXT, 0)
    assert task.due_ms == H


def test_three_that_share_two_by_two_have_none_together() -> None:
    groups = plan(asset("1", A, (G1, G2)), asset("2", B, (G2, CH16)), asset("3", C, (CH16, G1)))
    assert [pair.state for pair in groups[0].pairs] == ["common"] * 3
    assert (groups[0].state, groups[0].hz) == ("none", None)


def test_who_was_not_told_is_missing() -> None:
    told = plan(asset("1", A, (G1,)), asset("2", B, (G1,)))
    assert told[0].missing == () and rules(told) == []
    left = plan(asset("1", A, (G1,), told=(A, C)), asset("2", B, (G1,)))
    assert [(row.notice, row.party, row.near) for row in left[0].missing] == [("1" * 64, B, "2" * 64)]
    assert rules(left) == ["missing-participant"]


def test_an_own_unit_off_the_list_is_missing_where_there_is_a_list() -> None:
    own = asset("1", A, (G1,), units=("escort",), own=True)
    listed = asset("2", B, (G1,), units=("dutyflight",))
    (row,) = plan(own, listed)[0].missing
    assert (row.notice, row.near, row.unit) == (listed.notice, own.notice, "escort")
    told = msgspec.structs.replace(listed, units=("dutyflight", "escort"))
    assert plan(own, told)[0].missing == ()
    unlisted = msgspec.structs.replace(listed, units=())
    assert plan(own, unlisted)[0].missing == ()


sets = st.sets(st.sampled_from([G1, G2, CH16, ATS]), max_size=4).map(lambda some: tuple(sorted(some)))


@given(sets, sets, sets, sets)
def test_a_chosen_frequency_is_received_by_both_and_the_answer_has_no_sides(
    m1: tuple[int, ...], r1: tuple[int, ...], m2: tuple[int, ...], r2: tuple[int, ...]
) -> None:
    one, two = asset("1", A, m1, r1), asset("2", B, m2, r2)
    state, hz = choose((one, two), PLAIN)
    assert (state, hz) == choose((two, one), PLAIN)
    if hz is not None:
        assert hz in one.receives and hz in two.receives
        assert (state == "common") == (hz in one.monitors and hz in two.monitors)
    else:
        assert state == "undeclared" or not set(one.receives) & set(two.receives)
