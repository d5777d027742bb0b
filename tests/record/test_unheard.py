"""The certificate of grade `unheard` says only that, and a kit that holds more refutes it (record.md, Silence)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kit_world import START_S, World
from line_world import Party

from steerclear.errors import Refused
from steerclear.record import jcs, kit, texts, verify

A, B = Party("alfa"), Party("bravo")
ROOTS = [A.id, B.id]
DUE = (START_S + 100) * 1000


def asked(**fields) -> tuple[World, str]:
    """A asked B, who was told at once and has dated nothing since."""
    one = World((A, B))
    entry = one.say(A, "area.request", b"{}", to=(B.id,), **{"reply_by_ms": DUE, **fields})
    one.tick()
    return one, entry


def made(one: World, entry: str, now_ms: int = DUE + 1) -> dict[str, bytes] | Refused:
    return kit.build(replace(one.access(), now_ms=now_ms), no_reply_by=[(entry, B.id)])


def files_of(one: World, entry: str) -> dict[str, bytes]:
    files = made(one, entry)
    assert isinstance(files, dict), files
    return files


def test_it_says_only_that_nothing_dated_later_was_heard():
    one, entry = asked()
    files = files_of(one, entry)
    assert f"no-reply/{entry}-{B.id}.unheard.json" in files
    verdict = verify.check(files, ROOTS)
    assert (verdict.faults, verdict.exit_code, verdict.no_replies) == ((), 0, ())
    (found,) = verdict.unheard
    assert (found.entry, found.party, found.reply_by_ms, found.looked_ms) == (entry, B.id, DUE, DUE + 1)
    assert (found.told_ms, found.dated_ms) == ((START_S + 10) * 1000, (START_S + 10) * 1000)
    assert found.size == one.log(B).tree.size
    lines = "\n".join(verdict.lines)
    assert f"UNHEARD: {B.id} about entry {entry}" in lines and texts.UNHEARD in lines
    assert "no answer was given" in lines and "no reply by" not in lines


def test_a_log_dated_after_the_deadline_is_of_grade_proved():
    one, entry = asked()
    one.tick(200)
    files = files_of(one, entry)
    assert f"no-reply/{entry}-{B.id}.json" in files and f"no-reply/{entry}-{B.id}.unheard.json" not in files
    verdict = verify.check(files, ROOTS)
    assert verdict.faults == () and len(verdict.no_replies) == 1 and verdict.unheard == ()


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("early", "not over"),
        ("answered", "answers it"),
        ("late", "before the deadline"),
        ("none", "none was set"),
    ],
)
def test_none_is_made(case: str, words: str):
    one, entry = asked(**({"reply_by_ms": (START_S + 5) * 1000} if case == "late" else {}))
    if case == "none":
        one, entry = asked(reply_by_ms=0)
    if case == "answered":
        one.say(B, "area.reply", refs=(entry,), to=(A.id,))
    refused = made(one, entry, DUE if case == "early" else DUE + 1)
    assert isinstance(refused, Refused)
    assert refused.code == "no-certificate" and words in refused.remedy
    assert refused.rule != "no-certificate" and len(refused.rule.split()) > 5, "a rule in words"


def altered(files: dict[str, bytes], **fields) -> dict[str, bytes]:
    path = next(name for name in files if name.endswith(".unheard.json"))
    return {**files, path: jcs.dumps({**jcs.loads(files[path]), **fields})}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"index": 0}, "wrong-name"),
        ({"log": f"{B.id}/1"}, "wrong-name"),
        ({"looked_ms": DUE}, "too-early"),
        ({"only_that": "B does not exist"}, "bad-certificate"),
        ({"grade": "proved"}, "bad-certificate"),
        ({"told": "", "newest": ""}, ""),
    ],
)
def test_what_is_altered_is_refused(fields: dict, rule: str):
    one, entry = asked()
    files = files_of(one, entry)
    assert verify.check(altered(files), ROOTS).faults == ()
    verdict = verify.check(altered(files, **fields), ROOTS)
    assert verdict.exit_code == 1 and verdict.unheard == ()
    assert not rule or rule in [fault.rule for fault in verdict.faults]


def test_a_kit_that_holds_a_later_head_refutes_it():
    """Left out by whoever made the certificate, shown by whoever adds the head."""
    one, entry = asked()
    files = files_of(one, entry)
    one.tick(200)
    later = one.notes[f"{B.id}/1"][one.log(B).tree.size, one.clock_s]
    path = f"logs/{B.id}/1/checkpoints/{one.log(B).tree.size}-0.note"
    verdict = verify.check({**files, path: later}, ROOTS)
    assert [fault.rule for fault in verdict.faults] == ["dated-after"]
    earlier, _ = asked()
    early = earlier.notes[f"{B.id}/1"][earlier.log(B).tree.size, earlier.clock_s]
    assert verify.check({**files, path: early}, ROOTS).faults == ()
