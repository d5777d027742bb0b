"""Life safety without a log: one note, one id, carried by the receiver and logged by the author later."""

from __future__ import annotations

import pytest
from line_world import Log, Party, found, reason

from steerclear.errors import Malformed
from steerclear.record import standalone
from steerclear.record.admit import Admitted
from steerclear.record.leaf import finish_leaf, leaf_text
from steerclear.record.standalone import carried_record, judge, parse_carried, parse_standalone

A, B = Party("alfa"), Party("bravo")
LINE = found(A, B)


def note_of(log: Log, kind: str = "stop", **fields) -> bytes:
    header = standalone.standalone_header(log.header(kind, life_safety=True, to=(B.id,), **fields))
    text = leaf_text(header)
    return finish_leaf(text, [log.watch.sign(text)])


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


def test_the_same_bytes_have_one_id_wherever_they_stand():
    author, receiver = Log(LINE, A).enrol(), Log(LINE, B).enrol()
    author.say()
    data = note_of(author)
    leaf = parse_standalone(data)
    assert standalone.is_standalone(leaf.header)
    assert (leaf.header.officer_seq, leaf.header.seen, leaf.header.log) == (0, {}, "")
    receiver.say("carried", B.key("node"), record=carried_record(data, "voice"))
    carried, carrier = parse_carried(receiver.outcomes[-1].leaf.header.record)
    outcome = author.add(data)
    assert isinstance(outcome, Admitted)
    assert carrier == "voice"
    assert carried.id == outcome.leaf.id == leaf.id
    assert carried == leaf


def test_it_counts_by_the_keys_of_its_author_s_log():
    author = Log(LINE, A).enrol()
    leaf = parse_standalone(note_of(author))
    assert reason(judge(leaf, author.state)) == ""
    assert reason(judge(leaf, Log(LINE, A).state)) == "unknown-key"
    assert reason(judge(leaf, Log(LINE, B).state)) == "other-author"
    altered = parse_standalone(note_of(author).replace(b'"kind":"stop"', b'"kind":"stup"'))
    assert reason(judge(altered, author.state)) == "bad-signature"


def test_only_life_safety_goes_without_a_log():
    author = Log(LINE, A).enrol()
    assert rule_of(standalone.standalone_header, author.header("stop")) == "bad-standalone"
    standalone.standalone_header(author.header("stop", life_safety=True))
    assert rule_of(parse_standalone, author.leaf("stop", life_safety=True)) == "not-standalone"
    assert rule_of(carried_record, author.leaf("stop", life_safety=True), "usb") == "not-standalone"


def test_it_must_fit_into_the_leaf_that_carries_it():
    author, receiver = Log(LINE, A).enrol(), Log(LINE, B).enrol()
    data = note_of(author, record={"x": '\\"' * 7000})
    assert len(data) <= standalone.MAX_STANDALONE
    receiver.say("carried", B.key("node"), record=carried_record(data, "usb"))
    large = note_of(author, record={"x": "y" * 33_000})
    assert rule_of(parse_standalone, large) == "standalone-too-large"


@pytest.mark.parametrize(
    "change", [{"note": "x"}, {"note": 5}, {"carrier": None}, {"more": 1}, {"note": "\ud800"}]
)
def test_records_that_carry_nothing(change):
    record = carried_record(note_of(Log(LINE, A).enrol()), "radio")
    parse_carried(record)
    with pytest.raises(Malformed):
        parse_carried({**record, **change})
