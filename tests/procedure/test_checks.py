"""The line.check that a person owes: daily, on each carrier listed for life safety, at each change of watch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from procedure_world import LINE, T0, D, H

from steerclear.procedure.checks import Checked, check_tasks, next_check
from steerclear.speech.parameters import Parameters

NUMBERS = Parameters()
JOINED = Checked(joined_ms=T0)


def asked(checked: Checked, at: int, numbers: Parameters = NUMBERS) -> list[str]:
    return [task.id.rpartition("check:")[2] for task in check_tasks(LINE, checked, numbers, T0 + at)]


@pytest.mark.parametrize(("at", "found"), [(0, []), (D - 1, []), (D, ["node"]), (9 * D, ["node"])])
def test_daily_from_joining_on(at: int, found: list[str]) -> None:
    assert asked(JOINED, at) == found
    assert next_check(JOINED, NUMBERS, T0 + at) == (T0 + D if at < D else None)


def test_a_check_ends_the_task_for_a_day() -> None:
    checked = replace(JOINED, carriers={"node": T0 + 30 * H})
    assert asked(checked, 30 * H) == asked(checked, 54 * H - 1) == []
    assert asked(checked, 54 * H) == ["node"]
    assert next_check(checked, NUMBERS, T0 + 30 * H) == T0 + 54 * H


def test_each_carrier_listed_for_life_safety_has_its_own_day() -> None:
    numbers = Parameters(life_safety_carriers=("node", "satellite_phone", "radio"))
    checked = replace(JOINED, carriers={"node": T0 + D, "radio": T0 + 2 * H, "email": T0 + D})
    assert asked(checked, D, numbers) == ["satellite_phone"]
    assert next_check(checked, numbers, T0 + D) == T0 + D + 2 * H
    assert asked(checked, 2 * D, numbers) == ["satellite_phone", "radio", "node"]
    assert asked(checked, D, Parameters(life_safety_carriers=())) == [], (
        "the line itself, where none is listed"
    )
    assert asked(checked, 2 * D, Parameters(life_safety_carriers=())) == ["node"]


def test_the_period_is_the_agreements() -> None:
    assert asked(JOINED, H, Parameters(check_person_ms=H)) == ["node"]
    assert asked(JOINED, H - 1, Parameters(check_person_ms=H)) == []


def test_a_change_of_watch_asks_until_the_new_officer_has_checked() -> None:
    first = replace(JOINED, officer="one", since_ms=T0, carriers={"node": T0 + H}, officers={"one": T0 + H})
    assert asked(first, 2 * H) == [], "who acts first relieves nobody"
    second = replace(first, officer="two", since_ms=T0 + 8 * H, changed=True)
    (task,) = check_tasks(LINE, second, NUMBERS, T0 + 8 * H)
    assert (task.id, task.since_ms, task.subject) == (f"{LINE}/task/check:change-of-watch", T0 + 8 * H, LINE)
    assert task.for_role == "watch_officer" and "Change of watch" in task.text
    done = replace(second, officers={"one": T0 + H, "two": T0 + 8 * H + 1})
    assert asked(done, 9 * H) == []


@pytest.mark.parametrize(("before", "found"), [(12 * H, []), (12 * H + 1, ["change-of-watch"])])
def test_who_checked_in_the_last_twelve_hours_is_still_on_watch(before: int, found: list[str]) -> None:
    """Two who share a watch do not ask each other at every entry; who returns the next day is asked."""
    back = replace(
        JOINED, officer="one", since_ms=T0 + D, changed=True, officers={"one": T0 + D - before},
        carriers={"node": T0 + D - H},
    )  # fmt: skip
    assert asked(back, D) == found


def test_the_words_are_neutral() -> None:
    for task in check_tasks(LINE, JOINED, Parameters(life_safety_carriers=("satellite_phone",)), T0 + D):
        assert task.text == (
            "Daily check of the line in person, satellite telephone (line.check, by person), in neutral words."
        )
