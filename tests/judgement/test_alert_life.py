"""The life of an alert: raised, confirmed, cleared, each by its cause and by nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.judgement.separation.fresh import freshness
from steerclear.judgement.separation.life import Change, LifeRules, Lives, Look, Seen, due_ms, rules_of, step
from steerclear.speech.parameters import Parameters

KEY = ("icao:3c6444", "icao:4ca2d1")
RULES = LifeRules(confirm_count=3, window_ms=5_000, apart_ms=10_000, lost_ms=120_000)
NOW = 1_790_000_000_000


def look(at_s: float, level: str | None = "none", near: int = 1000, *, blind: bool = False) -> Look[str]:
    """One second of the pair: a level, `widened` (between the minima and the widened ones), or nothing of it."""
    seen: tuple[Seen[str], ...] = ()
    if level in ("caution", "warning", "widened"):
        seen = (Seen(KEY, None if level == "widened" else level, near, f"{level} {at_s}"),)  # type: ignore[arg-type]
    return Look(NOW + int(at_s * 1000), seen, frozenset() if blind else frozenset(KEY))


def run(*looks: Look[str], rules: LifeRules = RULES) -> tuple[Lives[str], list[Change[str]]]:
    lives: Lives[str] = Lives()
    told: list[Change[str]] = []
    for one in looks:
        lives, changes = step(lives, one, rules)
        told += changes
    return lives, told


def steps(told: list[Change[str]]) -> list[str]:
    return [one.step if one.reason is None else f"{one.step} {one.reason}" for one in told]


def test_raised_confirmed_and_cleared() -> None:
    held = [look(s, "caution", 900 - s) for s in range(4)]
    lives, told = run(*held)
    assert steps(told) == ["raised", "confirmed"]
    assert [one.at_ms - NOW for one in told] == [0, 2_000], "at once, and by the third second"
    lives, told = run(*held, *(look(s) for s in range(4, 13)))
    assert steps(told)[2:] == [] and lives.live, "apart for nine seconds is not enough"
    lives, told = run(*held, *(look(s) for s in range(4, 14)))
    assert steps(told) == ["raised", "confirmed", "cleared apart"] and not lives.live
    assert told[-1].live.nearest.what == "caution 3", "of the end the nearest moment is told"


def test_one_second_in_five_confirms_nothing() -> None:
    lives, told = run(look(0, "caution"), look(5, "caution"), look(10, "caution"), look(15, "caution"))
    assert steps(told) == ["raised"] and lives.live
    _, told = run(look(0, "caution"), look(2, "caution"), look(4, "caution"))
    assert steps(told) == ["raised", "confirmed"], "three of five do"
    _, told = run(look(0, "caution"), look(0.2, "caution"), look(0.4, "caution"), look(0.6, "caution"))
    assert steps(told) == ["raised"], "seconds count, not looks"


def test_hysteresis_one_figure_to_begin_and_another_to_end() -> None:
    _, told = run(*(look(s, "widened") for s in range(60)))
    assert told == [], "between the two figures nothing begins"
    lives, told = run(look(0, "caution"), *(look(s, "widened") for s in range(1, 60)))
    assert steps(told) == ["raised"] and lives.live, "and nothing ends"
    flicker = [look(s, "caution" if s % 2 else "widened") for s in range(60)]
    _, told = run(*flicker)
    assert steps(told) == ["raised", "confirmed"], "so it does not flicker"


def test_a_caution_that_becomes_a_warning_ends_and_the_warning_begins_in_the_same_encounter() -> None:
    lives, told = run(look(0, "caution"), look(1, "caution"), look(2, "warning"))
    assert steps(told) == ["raised", "cleared worse", "raised"]
    assert told[2].live.level == "warning" and told[2].live.first_ms == NOW == told[0].live.first_ms
    assert told[2].live.raised_ms == NOW + 2_000
    later, told = run(look(0, "warning"), look(1, "caution"), look(2, "caution"), look(3, "caution"))
    assert steps(told) == ["raised"], "a warning is no caution again; seconds of caution do not confirm it"
    assert later.live[KEY].level == "warning" and lives.live[KEY].level == "warning"


def test_not_seen_is_not_apart() -> None:
    held = [look(s, "warning") for s in range(4)]
    lives, told = run(*held, *(look(s, blind=True) for s in range(4, 100)))
    assert steps(told) == ["raised", "confirmed"] and lives.live, "it stands as it was"
    assert due_ms(lives, RULES) == NOW + 3_000 + RULES.lost_ms
    lives, told = run(*held, *(look(s, blind=True) for s in range(4, 124)))
    assert steps(told)[-1] == "cleared not_seen" and not lives.live, (
        "and says at its end that nobody saw them part"
    )
    lives, told = run(
        *held, look(40, blind=True), look(41, "warning"), look(42, blind=True), look(150, blind=True)
    )
    assert lives.live, "a fresh report begins the wait again"


def test_what_is_not_fresh_raises_confirms_and_ends_nothing() -> None:
    stale = replace(look(0, "warning"), fresh=frozenset(KEY[:1]))
    assert run(stale)[1] == [], "one of the two is aged"
    assert steps(run(look(0, "warning"))[1]) == ["raised"]
    _, told = run(look(0, "warning"), *(replace(look(s, "warning"), fresh=frozenset()) for s in range(1, 9)))
    assert steps(told) == ["raised"]


def test_a_backlog_and_a_clock_set_back_change_nothing() -> None:
    after, told = run(look(100, "caution"))
    same, more = step(after, look(50, "warning"), RULES)
    assert same is after and more == () and steps(told) == ["raised"]


def test_a_key_of_one_mover_lasts_by_that_mover_alone() -> None:
    key = ("icao:3c6444", "", "not-transmitting")
    silent: Seen[str] = Seen(("", *key), "warning", 0, "")
    _, told = step(Lives(), Look(NOW, (silent,), frozenset()), RULES)
    assert steps(list(told)) == ["raised"], "what is known by nothing being heard needs no fresh report"
    _, told = step(Lives(), Look(NOW, (Seen(key, "warning", 0, ""),), frozenset()), RULES)
    assert told == ()


@pytest.mark.parametrize(
    ("at_s", "received_s", "now_s", "mover", "is_"),
    [
        (0, 1, 2, "fixed_wing", "fresh"),
        (0, 15, 16, "fixed_wing", "fresh"),
        (0, 16, 17, "fixed_wing", "late"),  # a backlog that is replayed comes late
        (0, 1, 31, "fixed_wing", "aged"),
        (0, 1, 31, "ship", "fresh"),
        (0, 1, 181, "ship", "aged"),
        (-3600, 0, 0, "fixed_wing", "late"),  # a clock one hour slow
        (3600, 0, 0, "fixed_wing", "ahead"),  # a clock one hour fast
        (3600, 0, 3600, "fixed_wing", "ahead"),  # which no waiting makes fresh
        (2, 0, 0, "fixed_wing", "fresh"),
        (3, 0, 0, "ship", "ahead"),
    ],
)
def test_which_reports_are_fresh(at_s: int, received_s: int, now_s: int, mover: str, is_: str) -> None:
    ms = [1000 * part + NOW for part in (at_s, received_s, now_s)]
    assert freshness(*ms, mover, Parameters()) == is_


def test_the_rules_are_the_agreements() -> None:
    assert rules_of(Parameters()) == RULES
    assert rules_of(Parameters(alert_confirm_count=9, alert_window_ms=4_000)).confirm_count == 4, (
        "no more than m"
    )


LOOKS = st.lists(
    st.tuples(
        st.integers(0, 40_000), st.sampled_from(["caution", "warning", "widened", "none"]), st.booleans()
    ),
    max_size=40,
)


@given(LOOKS)
def test_every_life_is_told_in_order_and_by_fresh_looks_alone(rows: list[tuple[int, str, bool]]) -> None:
    at = 0.0
    lives: Lives[str] = Lives()
    standing = ""
    for wait_ms, level, blind in rows:
        at += wait_ms / 1000
        one = look(at, level, blind=blind)
        again, changes = step(lives, one, RULES)
        assert (again, changes) == step(lives, one, RULES), "the same look gives the same answer"
        for change in changes:
            if change.step == "raised":
                assert standing == "" and level == change.live.level and not blind
            elif change.step == "confirmed":
                assert standing == "raised" and level in ("caution", "warning") and not blind
            else:
                assert standing and (change.reason == "not_seen") is blind
                assert (change.reason == "worse") is (level == "warning" and change.live.level == "caution")
            standing = "" if change.step == "cleared" else change.step
        assert bool(again.live) is bool(standing)
        lives = again
