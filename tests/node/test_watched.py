"""The subjects that a tick looks at, against a walk over all of them."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from steerclear.node.watched import Folded

ids = st.sampled_from("abcdefg")
subjects = st.builds(
    lambda due, vital, alarms, kind: SimpleNamespace(
        next_due_ms=due, life_safety=vital, alarms=alarms, kind=kind
    ),
    st.none() | st.integers(1, 20),
    st.booleans(),
    st.sampled_from([(), ("alarm",)]),
    st.sampled_from(["stop", "encounter.report"]),
)
steps = st.lists(
    st.tuples(st.just("set"), ids, subjects)
    | st.tuples(st.just("pop"), ids)
    | st.tuples(st.just("due"), st.integers(0, 25))
    | st.tuples(st.just("next"), st.integers(0, 25), st.sets(ids, max_size=2))
    | st.tuples(st.just("clear")),
    max_size=60,
)


@given(steps)
def test_no_subject_is_overlooked_after_any_history(history):
    folded = Folded()
    plain = {}
    for what, *given_ in history:
        if what == "set":
            folded[given_[0]] = plain[given_[0]] = given_[1]
        elif what == "pop":
            assert folded.pop(given_[0], None) is plain.pop(given_[0], None)
        elif what == "clear":
            folded.clear()
            plain.clear()
        elif what == "due":
            wanted = {i for i, s in plain.items() if s.next_due_ms is not None and s.next_due_ms <= given_[0]}
            found = folded.due(given_[0])
            assert set(found) == wanted and len(found) == len(wanted)
        else:
            now, without = given_
            later = [
                s.next_due_ms for i, s in plain.items() if i not in without and (s.next_due_ms or 0) > now
            ]
            assert folded.next_due(now, without) == min(later, default=None)
        assert dict(folded) == plain
        assert set(folded.vital) == {i for i, s in plain.items() if s.life_safety}
        assert set(folded.alarming) == {i for i, s in plain.items() if s.alarms}
        assert set(folded.reports) == {i for i, s in plain.items() if s.kind == "encounter.report"}
