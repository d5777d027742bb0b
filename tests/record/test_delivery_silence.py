"""Delivered, and the no-reply certificate: record.md, Delivered; Silence is evidence."""

from __future__ import annotations

import msgspec
import pytest
from line_world import NOW, Log, Party, cosign, found

from steerclear.errors import Malformed
from steerclear.record import jcs, silence
from steerclear.record.checkpoint import SeenLine
from steerclear.record.delivery import Cover, Delivery, Inline, Statements, about, deliver, parse_about
from steerclear.record.delivery import statements_of as collect
from steerclear.record.note import Note, format_note, parse_note
from steerclear.record.silence import OwnCosignature, Reply, certificate, check_certificate, grade
from steerclear.record.times import Interval

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
LINE = found(A, B, C)
T = NOW // 1000
INDEX = 5
SEEN_IT = [Cover(2, 3), Cover(4, 6), Cover(9, 6)]
BY_COSIGNATURE = Delivery("delivered", "cosignature", T * 1000)


def delivered(**facts) -> Delivery:
    given = {"addressed": True, "cover": (7, T), "checkpoints": SEEN_IT, **facts}
    return deliver(INDEX, **given)


def test_delivered_by_cosignature_and_a_log_that_has_seen_it():
    assert delivered() == BY_COSIGNATURE
    assert delivered(addressed=False) == Delivery("not-addressed")
    assert delivered(cover=None) == Delivery("sent")
    assert delivered(checkpoints=SEEN_IT[:1]) == Delivery("unchecked")
    assert delivered(checkpoints=[Cover(2, INDEX)]) == Delivery("unchecked")
    assert delivered(checkpoints=[Cover(2, INDEX + 1)]) == BY_COSIGNATURE


def test_payload_missing_counts_only_before_the_checkpoint_that_saw_the_entry():
    assert delivered(statements=Statements(missing=3)) == Delivery("missing")
    assert delivered(statements=Statements(missing=4)) == BY_COSIGNATURE, "first stands after: void"
    assert delivered(statements=Statements(missing=3), payload=False) == BY_COSIGNATURE


def test_payload_held_is_delivery_when_it_comes():
    later = Statements(missing=3, held=6, held_ms=T * 1000 + 9_000)
    assert delivered(statements=later) == Delivery("delivered", "payload-held", T * 1000 + 9_000)
    void = Statements(missing=4, held=6, held_ms=T * 1000 + 9_000)
    assert delivered(statements=void) == BY_COSIGNATURE


def test_inline_parts_are_delivery_once_cosigned():
    lacking = Statements(missing=3)
    assert delivered(statements=lacking, inline=Inline(8)) == Delivery("missing")
    covered = {"inline": Inline(8), "inline_cover": (9, T + 5)}
    assert delivered(statements=lacking, **covered) == Delivery(
        "delivered", "payload.inline", T * 1000 + 5000
    )
    first = Statements(missing=3, held=6, held_ms=T * 1000 + 1000)
    assert delivered(statements=first, **covered).by == "payload-held"


def test_the_seed_decides_whether_parts_could_be_opened():
    denies = Statements(missing=3, unopenable=7)
    for proves, state in ((None, "unopenable"), (False, "unopenable"), (True, "delivered")):
        given = {"inline": Inline(8, proves), "inline_cover": (9, T)}
        assert delivered(statements=denies, **given).state == state
    held = msgspec.structs.replace(denies, held=9, held_ms=5)
    assert delivered(statements=held, inline=Inline(8), inline_cover=(9, T)).state == "delivered"


def test_statements_are_collected_from_the_peer_s_log():
    log = Log(LINE, B).enrol()
    node, entry = B.key("node"), "a" * 64
    record = about(f"{A.id}/1", INDEX, entry)
    wrong = ({**record, "index": 6}, {**record, "entry": "b" * 64}, {**record, "x": 1})
    for bad in wrong:
        log.say("payload-missing", node, record=bad)
    log.say("payload-missing", node, record=record)
    log.say("payload-missing", node, record=record)
    log.say("payload-held", node, record=record)
    headers = [(at, one.leaf.header) for at, one in enumerate(log.outcomes)]
    assert collect(headers, f"{A.id}/1", INDEX, entry) == Statements(missing=4, held=6)
    assert parse_about(record).index == INDEX
    with pytest.raises(Malformed):
        parse_about(wrong[2])
    with pytest.raises(Malformed):
        parse_about({**record, "index": -1})


# no reply

DUE = NOW + 60_000


def graded(**facts) -> str:
    given = {"delivered_ms": NOW, "own": [OwnCosignature(5, T + 61)], "held": 9, "replies": [], **facts}
    return grade(DUE, **given)


def test_proved_needs_a_dated_checkpoint_after_the_deadline_and_the_log_up_to_it():
    assert graded() == "proved"
    assert graded(own=[OwnCosignature(5, T + 60)]) == "unheard", "dated in the second of the deadline"
    assert graded(own=[]) == "unheard"
    assert graded(held=4) == "unheard"
    assert graded(delivered_ms=None) == "undelivered"
    assert graded(delivered_ms=DUE + 1) == "undelivered"
    assert graded(delivered_ms=DUE) == "proved"


def test_a_reply_after_the_dated_checkpoint_proves_silence_before():
    late = Reply(5, Interval(DUE + 5000, DUE + 9000), DUE + 9000)
    assert graded(replies=[late]) == "proved"
    assert graded(replies=[msgspec.structs.replace(late, index=4)]) == "answered late"
    assert graded(own=[], replies=[late]) == "answered late"


def test_a_reply_in_time():
    prompt = Reply(3, Interval(NOW, DUE), DUE)
    assert graded(replies=[prompt]) == "answered"
    assert graded(replies=[msgspec.structs.replace(prompt, received_ms=DUE + 1)]) == "answered, received late"
    assert graded(replies=[msgspec.structs.replace(prompt, received_ms=None)]) == "answered, received late"


def test_a_reply_logged_in_time_and_received_late_by_b_s_own_date():
    reply = Reply(3, Interval(NOW, DUE + 9000), DUE + 9000)
    assert graded(replies=[reply]) == "disputed"
    in_time = [OwnCosignature(4, T + 59), OwnCosignature(5, T + 61)]
    assert graded(replies=[reply], own=in_time) == "answered, received late"
    too_small = [OwnCosignature(3, T + 59), OwnCosignature(5, T + 61)]
    assert graded(replies=[reply], own=too_small) == "disputed"


def dated(log: Log, cosigner: Party, time_s: int, seen=()) -> bytes:
    text = log.checkpoint(seen=tuple(seen))
    note = parse_note(log.signed(text))
    return format_note(Note(text, (*note.signatures, cosign(cosigner, text, time_s))))


class Case:
    """A asks B, who is told in time; then whatever the test makes of it."""

    def __init__(self) -> None:
        self.ours, self.theirs = Log(LINE, A).enrol(), Log(LINE, B).enrol()
        self.notice = self.ours.say("area.request", to=(B.id,), reply_by_ms=DUE)
        self.told = dated(self.ours, B, T)
        self.said = list(self.ours.leaves)

    def saw(self, size: int = 2) -> SeenLine:
        return SeenLine(self.ours.origin, size, self.ours.tree.root(size))

    def certify(self, when: int = T + 61, seen=None, **changes) -> silence.Proved:
        facts = {
            "log": f"{A.id}/1",
            "index": 1,
            "told": self.told,
            "said": self.said,
            "silent": f"{B.id}/1",
            "dated": dated(self.theirs, B, when, (self.saw(),) if seen is None else seen),
            "leaves": self.theirs.leaves,
            **changes,
        }
        return check_certificate(certificate(LINE, **facts), LINE)


def rule_of(call, *args, **kwargs) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args, **kwargs)
    return caught.value.rule


def test_a_certificate_proves_silence_to_a_stranger():
    case = Case()
    case.theirs.say("receipt", refs=(case.notice,))
    case.theirs.add(b"no leaf at all")
    proved = case.certify()
    assert set(proved.cards) == {A.id, B.id}
    bare = msgspec.structs.replace(proved, cards={})
    assert bare == silence.Proved(B.id, case.notice, DUE, T, T + 61, 3, 1)


def test_an_answer_in_the_log_is_no_silence():
    case = Case()
    case.theirs.say("area.reply", refs=("0" * 64,))
    case.certify()
    case.theirs.say("area.reply", refs=(case.notice,))
    assert rule_of(case.certify) == "answered"


def test_an_answer_that_does_not_count_is_none():
    case = Case()
    leaf = case.theirs.leaf("area.reply", B.key("clerk"), refs=(case.notice,))
    case.theirs.add(leaf)
    assert case.certify().invalid == 1


def test_dates_and_deliveries_of_a_certificate():
    case = Case()
    assert rule_of(case.certify, T + 60) == "too-early"
    assert rule_of(case.certify, told=dated(case.ours, B, T + 61)) == "too-early"
    case.certify(told=dated(case.ours, B, T + 60))
    assert rule_of(case.certify, seen=()) == "not-delivered"
    assert rule_of(case.certify, seen=(case.saw(1),)) == "not-delivered"
    node, record = B.key("node"), about(f"{A.id}/1", 1, case.notice)
    case.theirs.say("payload-missing", node, record=record)
    assert rule_of(case.certify) == "not-delivered"
    case.theirs.say("payload-held", node, record=record)
    case.certify()


def test_every_part_of_a_certificate_is_checked():
    case = Case()
    case.certify()
    for changes in (
        {"index": 0},
        {"index": 7},
        {"said": case.said[:1]},
        {"leaves": []},
        {"leaves": [*case.theirs.leaves, case.theirs.leaf()]},
        {"told": dated(case.ours, C, T)},
        {"told": dated(case.theirs, B, T)},
        {"dated": dated(case.theirs, C, T + 61, (case.saw(),))},
        {"silent": f"{C.id}/1"},
        {"silent": f"{A.id}/1"},
        {"silent": "x"},
    ):
        with pytest.raises(Malformed):
            case.certify(**changes)
    nobody = Case()
    nobody.ours.say("area.request", to=(C.id,), reply_by_ms=DUE)
    facts = {"told": dated(nobody.ours, B, T), "said": nobody.ours.leaves, "index": 2}
    assert rule_of(nobody.certify, seen=(nobody.saw(3),), **facts) == "not-delivered"


def test_a_notice_that_does_not_count_proves_nothing():
    case = Case()
    case.ours.add(case.ours.leaf("area.request", A.key("clerk"), to=(B.id,), reply_by_ms=DUE))
    facts = {"told": dated(case.ours, B, T), "said": case.ours.leaves, "index": 2}
    assert rule_of(case.certify, seen=(case.saw(3),), **facts) == "bad-certificate"


def test_the_warning_cannot_be_taken_off():
    case = Case()
    theirs = dated(case.theirs, B, T + 61, (case.saw(),))
    data = certificate(
        LINE,
        log=f"{A.id}/1",
        index=1,
        told=case.told,
        said=case.said,
        silent=f"{B.id}/1",
        dated=theirs,
        leaves=case.theirs.leaves,
    )
    value = jcs.loads(data)
    check_certificate(jcs.dumps(value), LINE)
    assert rule_of(check_certificate, jcs.dumps({**value, "warning": "x"}), LINE) == "bad-certificate"
    assert rule_of(check_certificate, b"{}", LINE) == "bad-certificate"
