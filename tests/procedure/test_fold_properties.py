"""What holds of every fold: order changes nothing, verdicts only narrow, `next_due` skips no change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from procedure_world import MIN, T0, A, B, C, D, H, S, World, t, volume, with_bounds

from steerclear.procedure.fold import fold, outward
from steerclear.procedure.said import Said, merge, ordered
from steerclear.procedure.subject import Subject
from steerclear.procedure.times import verdict
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.area_reply import AreaReply
from steerclear.speech.kinds.area_request import AreaRequest
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.dissemination import Dissemination
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.kinds.withdraw import Withdraw
from support.effort import examples

ROOTS: dict[str, Any] = {
    "stop": Stop(),
    "activity.flight": Flight(volumes=(volume(H, 2 * H),)),
    "area.declare": AreaDeclare(volumes=(volume(0, D),)),
    "area.request": AreaRequest(),
}
ANSWERS: dict[str, Any] = {
    "read": Receipt(level="read", post_class="operations"),
    "embassy": Receipt(level="read", post_class="embassy"),
    "understood": Receipt(level="understood", post_class="operations"),
    "noted": Reply(answer="NOTED"),
    "holding": Reply(answer="HOLDING", until=t(40 * MIN)),
    "not ours": Reply(answer="NOT_OURS"),
    "cannot": Reply(answer="CANNOT_HOLD"),
    "all": Dissemination(word="all", code="K7AX", counts_until=t(50 * MIN)),
    "none": Dissemination(word="none"),
    "withdraw": Withdraw(),
    "complete": Complete(),
    "amend": None,
    "declined": AreaReply(answer="declined", reason="x"),
}
KINDS = {
    Receipt: "receipt",
    Reply: "reply",
    Dissemination: "dissemination",
    Withdraw: "withdraw",
    Complete: "complete",
}


@st.composite
def stories(draw: st.DrawFn) -> list[Said]:
    """One subject with up to seven acts by any party at any time, on any depth."""
    world = World(members=(A, B, C))
    kind = draw(st.sampled_from(sorted(ROOTS)))
    reply_by = draw(st.sampled_from([0, T0 + 30 * MIN]))
    root = world.say(kind, A, ROOTS[kind], readback="K7AX", reply_by_ms=reply_by)
    for _ in range(draw(st.integers(0, 7))):
        name = draw(st.sampled_from(sorted(ANSWERS)))
        body = ANSWERS[name]
        if name == "amend":
            body, said_as = Amend(kind=kind, notice=msgspec.to_builtins(ROOTS[kind])), "amend"
        else:
            said_as = "area.reply" if name == "declined" else KINDS[type(body)]
        about = draw(st.sampled_from([said for said in world.entries if said.kind in (kind, "amend")]))
        world.say(
            said_as,
            draw(st.sampled_from([A, B, C])),
            body,
            draw(st.integers(0, 90)) * MIN,
            about=about,
            depth=draw(st.integers(1, 4)),
            bounds=draw(st.sampled_from([(0, 0), (-MIN, MIN), (None, S), (0, None), None])),
            signers=(f"{A}/one+00000001", f"{A}/two+00000002"),
        )
    assert root is world.entries[0]
    return world.entries


def context() -> Any:
    return World(members=(A, B, C)).context()


@given(stories(), st.data(), st.integers(0, 120 * MIN))
@settings(max_examples=examples(150), deadline=None)
def test_order_and_repetition_change_nothing(entries: list[Said], data: st.DataObject, now: int) -> None:
    shuffled = data.draw(st.permutations(entries))
    twice = [*shuffled, *data.draw(st.lists(st.sampled_from(entries), max_size=4))]
    assert fold(twice, context(), T0 + now) == fold(entries, context(), T0 + now)


def plain(subject: Subject) -> Subject:
    return msgspec.structs.replace(subject, next_due_ms=None)


@given(stories(), st.integers(0, 120 * MIN), st.integers(0, 10**9))
@settings(max_examples=examples(150), deadline=None)
def test_nothing_changes_before_next_due(entries: list[Said], now: int, pick: int) -> None:
    subject = fold(entries, context(), T0 + now)
    due = subject.next_due_ms
    end = due if due is not None else T0 + now + 400 * D
    assert end > T0 + now
    for between in (T0 + now + pick % (end - T0 - now), end - 1):
        assert plain(fold(entries, context(), between)) == plain(subject)


@given(stories(), st.integers(0, 120 * MIN))
@settings(max_examples=examples(100), deadline=None)
def test_a_subject_is_json_and_back_and_outward_is_stable(entries: list[Said], now: int) -> None:
    subject = fold(entries, context(), T0 + now)
    assert msgspec.json.decode(msgspec.json.encode(subject), type=Subject) == subject
    assert outward(outward(subject)) == outward(subject)


bound = st.one_of(st.none(), st.integers(-50, 50))


@given(bound, bound, bound, bound, st.integers(-50, 50))
def test_verdicts_only_narrow(
    after: int | None, before: int | None, more: int | None, less: int | None, due: int
) -> None:
    narrower = max((x for x in (after, more) if x is not None), default=None)
    sooner = min((x for x in (before, less) if x is not None), default=None)
    if narrower is not None and sooner is not None and narrower > sooner:
        return
    first = verdict(after, before, due)
    assert first == "disputed" or verdict(narrower, sooner, due) == first


def test_a_verdict_at_exactly_the_instant() -> None:
    assert verdict(0, 10, 10) == "in-time"
    assert verdict(11, 20, 10) == "late"
    assert verdict(10, 20, 10) == "disputed"
    assert verdict(None, None, 10) == "disputed"


def test_the_same_id_twice_is_one_entry_at_the_earlier_place_with_all_that_is_known() -> None:
    said = World().say("stop", A, Stop(), delivered=None)
    carried = with_bounds(replace(said, depth=0, body=None, held="missing", delivered={B: 9}), 1, 10)
    logged = with_bounds(replace(said, depth=7, delivered={B: 5, C: 6}, marks=("unlogged",)), 3, 20)
    both = merge(carried, logged)
    assert both == merge(logged, carried)
    assert (both.depth, both.held, both.body, both.delivered) == (0, "held", Stop(), {B: 5, C: 6})
    assert (both.after_ms, both.before_ms, both.marks) == (3, 10, ("unlogged",))
    assert ordered([logged, carried, logged]) == (both,)
