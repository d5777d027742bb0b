"""`admit`: each rule of record.md, Admission and Keys, with what it lets pass and what it refuses."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_world import NOW, Log, Party, found, new_key, reason

from steerclear.record import card as cards
from steerclear.record import jcs, keys
from steerclear.record.admit import NODE_KINDS, Admitted, Invalid, LogState, admit
from steerclear.record.leaf import DOMAIN, MAX_LEAF, finish_leaf, leaf_text, parse_leaf
from steerclear.record.note import Note, format_note

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
LINE = found(A, B)
OTHER_LINE = found(A, C)


@pytest.fixture
def log() -> Log:
    return Log(LINE, A).enrol()


def changed(writer: Log, /, **fields) -> bytes:
    return writer.sign(msgspec.structs.replace(writer.header(), **fields))


def test_an_officer_s_entry_counts(log):
    outcome = log.judge(log.leaf())
    assert isinstance(outcome, Admitted)
    assert outcome.marks == ()
    assert outcome.change is None
    assert outcome.leaf.id == parse_leaf(log.leaf()).id


def test_it_belongs_to_this_line_author_and_log(log):
    assert reason(log.judge(changed(log, line=OTHER_LINE.id))) == "other-line"
    assert reason(log.judge(changed(log, log=f"{A.id}/2"))) == "other-log"
    other = Log(LINE, B).enrol()
    assert reason(other.judge(log.leaf())) == "other-author"
    assert reason(other.judge(other.leaf())) == ""


def test_bytes_that_are_no_leaf_are_invalid_and_advance_the_log(log):
    for data in (b"", b"x", b"\xff" * 40, log.leaf()[:-1], b"a" * (MAX_LEAF + 1)):
        outcome = log.judge(data)
        assert isinstance(outcome, Invalid)
        assert outcome.id == ""
    before = log.state.size
    log.add(b"nothing")
    assert log.state.size == before + 1
    assert reason(log.add(log.leaf())) == ""


@given(st.binary(max_size=200))
def test_any_bytes_have_a_verdict(data):
    assert isinstance(admit(data, 0, LogState(LINE, A.id)), Invalid)


def test_the_caller_must_ask_at_the_next_index(log):
    with pytest.raises(ValueError, match="is at 1, not 2"):
        admit(log.leaf(), 2, log.state)
    outcome = log.judge(log.leaf())
    log.state.advance(outcome)
    with pytest.raises(ValueError, match="is at 2, not 1"):
        log.state.advance(outcome)


def test_unknown_and_foreign_keys_do_not_count(log):
    stranger = A.key("clerk")
    assert reason(log.judge(log.leaf("activity.flight", stranger))) == "unknown-key"
    assert reason(log.judge(log.leaf("activity.flight", log.watch, stranger))) == "unknown-key"
    assert reason(log.judge(log.leaf("activity.flight", B.key("watch")))) == "unknown-key"
    assert reason(log.judge(log.leaf("activity.flight", log.watch, log.release))) == ""


def test_every_signature_must_verify(log):
    header = log.header("activity.flight", log.watch, log.release)
    text = leaf_text(header)
    good = [log.watch.sign(text), log.release.sign(text)]
    assert reason(log.judge(finish_leaf(text, good))) == ""
    bad = [good[0], msgspec.structs.replace(good[1], signature=good[0].signature)]
    forged = finish_leaf(text, bad)
    assert reason(log.judge(forged)) == "bad-signature"
    assert isinstance(admit(forged, log.state.size, log.state, verify_signatures=False), Admitted)


def test_signature_lines_are_those_of_signers_in_order(log):
    header = log.header("activity.flight", log.watch, log.release)
    text = leaf_text(header)
    one, two = log.watch.sign(text), log.release.sign(text)
    for lines in ((two, one), (one,), (one, two, two), (one, one)):
        assert reason(log.judge(format_note(Note(text, lines)))) == "wrong-signature-lines"


def test_the_node_key_signs_its_kinds_alone(log):
    node = A.key("node")
    for kind in sorted(NODE_KINDS):
        assert reason(log.judge(log.leaf(kind, node, officer_seq=0))) == "", kind
    for kind in ("receipt", "reply", "stop", "activity.flight", "unheard.of"):
        assert reason(log.judge(log.leaf(kind, node))) == "node-key-kind", kind
        assert reason(log.judge(log.leaf(kind, log.watch, node))) == "node-key-kind", kind
        assert reason(log.judge(log.leaf(kind))) == "", kind
    for kind in ("policy", "key", "log.restart"):
        assert reason(log.judge(log.leaf(kind, node))) != "", kind


def test_the_mirror_and_the_log_key_sign_no_entries(log):
    assert reason(log.judge(log.leaf("line.check", A.key("log")))) == "unknown-key"


def test_roots_sign_their_kinds_alone(log):
    assert reason(log.judge(log.leaf("activity.flight", *A.roots()))) == "root-key-kind"
    assert reason(log.judge(log.leaf("activity.flight", log.watch, A.roots()[0]))) == "root-key-kind"


def test_one_root_is_no_quorum(log):
    new = [new_key(A.key("clerk"), "liaison")]
    assert reason(log.judge(log.key_entry("add", *A.roots(count=1), keys=new))) == "not-authorised"
    assert reason(log.judge(log.key_entry("add", log.watch, keys=new))) == "not-authorised"
    assert reason(log.judge(log.key_entry("add", A.key("node"), keys=new))) == "node-key-kind"
    assert reason(log.judge(log.key_entry("add", keys=new))) == ""


def test_the_ring_remembers_where_each_key_counted(log):
    at, ref = log.state.size, log.watch.verifier.ref
    log.add(log.key_entry("revoke", keys=[ref], **{"from": at + 3}))
    ring = log.state.ring
    counted = [index for index in range(at + 6) if ring.find(ref, index) is not None]
    assert counted == list(range(at, at + 3))
    assert ring.find(A.key("node").verifier.ref, 0).sort == "node"
    assert {one.post for one in ring.officers(at)} == {"watch", "release"}
    assert {one.post for one in ring.officers(at + 3)} == {"release"}


def test_a_key_counts_from_the_next_index(log):
    empty = Log(LINE, A)
    assert reason(empty.judge(empty.leaf())) == "unknown-key"
    assert reason(log.judge(log.leaf())) == ""


def test_two_registrars_add_officers_and_no_registrars(log):
    first, second = A.key("reg-1"), A.key("reg-2")
    new = [new_key(A.key("clerk"), "liaison")]
    assert reason(log.judge(log.key_entry("add", log.watch, log.release, keys=new))) == "not-authorised"
    named = log.key_entry("registrars", keys=[new_key(first), new_key(second)])
    assert reason(log.add(named)) == ""
    assert reason(log.judge(log.key_entry("add", first, keys=new))) == "not-authorised"
    assert reason(log.judge(log.key_entry("add", first, second, keys=new))) == ""
    more = [new_key(A.key("clerk"), "registrar")]
    assert reason(log.judge(log.key_entry("add", first, second, keys=more))) == "registrar-by-root"
    assert reason(log.judge(log.key_entry("add", keys=more))) == ""
    taken = log.key_entry("registrars", first, second, keys=[])
    assert reason(log.judge(taken)) == "not-authorised"
    assert reason(log.add(log.key_entry("registrars", keys=[new_key(first)]))) == ""
    assert reason(log.judge(log.key_entry("add", first, second, keys=new))) == "not-authorised"


def test_revocation_holds_from_its_position(log):
    at = log.state.size + 2
    ref = log.watch.verifier.ref
    assert (
        reason(log.judge(log.key_entry("revoke", keys=[ref], **{"from": log.state.size - 1}))) == "backdated"
    )
    assert reason(log.add(log.key_entry("revoke", keys=[ref], **{"from": at}))) == ""
    assert log.state.size == at - 1
    assert reason(log.add(log.leaf())) == ""
    assert reason(log.judge(log.leaf())) == "revoked-key"
    assert reason(log.judge(log.leaf("activity.flight", log.release))) == ""
    again = [new_key(log.watch, "watch_officer")]
    assert reason(log.judge(log.key_entry("add", keys=again))) == "key-known"


def test_a_revocation_may_come_earlier_but_not_later(log):
    ref, size = log.watch.verifier.ref, log.state.size
    assert reason(log.add(log.key_entry("revoke", keys=[ref], **{"from": size + 10}))) == ""
    assert reason(log.judge(log.key_entry("revoke", keys=[ref], **{"from": size + 11}))) == "already-revoked"
    assert reason(log.add(log.key_entry("revoke", keys=[ref], **{"from": size + 1}))) == ""
    assert reason(log.judge(log.leaf())) == "revoked-key"
    unknown = log.key_entry("revoke", keys=[A.key("node").verifier.ref], **{"from": size + 9})
    assert reason(log.judge(unknown)) == "unknown-key"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"act": "grant"}, "bad-key-entry"),
        ({}, "bad-key-entry"),
        ({"act": "add"}, "bad-key-entry"),
        ({"act": "add", "keys": []}, "bad-key-entry"),
        ({"act": "add", "keys": [{"vkey": "x", "post": "y", "roles": ["liaison"]}]}, "bad-vkey"),
        ({"act": "add", "keys": [new_key(A.key("clerk"))]}, "bad-role"),
        ({"act": "add", "keys": [new_key(A.key("clerk"), "administrator")]}, "bad-role"),
        ({"act": "add", "keys": [new_key(A.key("clerk"), "witness")]}, "bad-role"),
        ({"act": "add", "keys": [new_key(A.key("node", device=7), "liaison")]}, "bad-post"),
        ({"act": "add", "keys": [new_key(A.key("root-1", device=7), "liaison")]}, "bad-post"),
        ({"act": "add", "keys": [new_key(B.key("clerk"), "liaison")]}, "bad-post"),
        ({"act": "add", "keys": [{**new_key(A.key("clerk"), "liaison"), "post": "chief"}]}, "bad-post"),
        ({"act": "add", "keys": [new_key(A.key("clerk", keys.COSIGN_ED25519), "liaison")]}, "bad-post"),
        ({"act": "revoke", "keys": [], "from": 9}, "bad-key-entry"),
        ({"act": "revoke", "keys": ["x"], "from": True}, "bad-key-entry"),
        ({"act": "revoke", "keys": ["x"], "from": 9}, "unknown-key"),
        ({"act": "roots"}, "bad-key-entry"),
        ({"act": "card", "card": 5}, "bad-key-entry"),
    ],
)
def test_key_entries_that_mean_nothing_change_nothing(log, record, code):
    before = log.state.ring
    assert reason(log.add(log.leaf("key", *A.roots(), record=record))) == code
    assert log.state.ring is before


def test_roots_rotate_to_the_committed_set_by_its_own_quorum(log):
    roots, after = A.root_set(1), cards.root_set_hash(A.root_set(2))
    record = {"roots": msgspec.to_builtins(roots), "next": after}
    assert reason(log.judge(log.key_entry("roots", *A.roots(0), **record))) == "not-authorised"
    wrong = {**record, "roots": msgspec.to_builtins(A.root_set(2))}
    assert reason(log.judge(log.key_entry("roots", *A.roots(2), **wrong))) == "wrong-root-set"
    assert reason(log.add(log.key_entry("roots", *A.roots(1), **record))) == ""
    new = [new_key(A.key("clerk"), "liaison")]
    assert reason(log.judge(log.key_entry("add", *A.roots(0), keys=new))) == "revoked-key"
    assert reason(log.judge(log.key_entry("add", *A.roots(1), keys=new))) == ""
    again = {"roots": msgspec.to_builtins(A.root_set(2)), "next": "0" * 64}
    assert reason(log.add(log.key_entry("roots", *A.roots(2), **again))) == ""


def test_a_new_card_brings_a_new_node_key(log):
    node, old = A.key("node", device=1), A.key("node")
    card = A.card(node=node.verifier.vkey)
    assert reason(log.judge(log.leaf("line.check", node))) == "unknown-key"
    assert reason(log.judge(log.key_entry("card", card=B.card().note.decode()))) == "not-authorised"
    assert reason(log.add(log.key_entry("card", card=card.note.decode()))) == ""
    assert reason(log.judge(log.leaf("line.check", node))) == ""
    assert reason(log.judge(log.leaf("line.check", old))) == "revoked-key"


def test_a_card_cannot_change_what_the_roots_committed_to(log):
    card = A.card(next="0" * 64)
    assert reason(log.judge(log.key_entry("card", card=card.note.decode()))) == "foreign-card"
    rotated = A.card(1).note.decode()
    assert reason(log.judge(log.key_entry("card", *A.roots(0), card=rotated))) == "not-authorised"
    assert reason(log.add(log.key_entry("card", *A.roots(1), card=rotated))) == ""


def test_officers_chains_are_marked_and_admitted(log):
    assert log.judge(log.leaf()).marks == ()
    assert log.judge(changed(log, officer_seq=7)).marks == ("officer-gap",)
    assert log.judge(changed(log, officer_prev="0" * 64)).marks == ("officer-fork",)
    log.say()
    first = log.leaves[-1]
    assert log.judge(first).marks == ("repeated",)
    assert log.judge(changed(log, officer_seq=1, officer_prev="", reply_by_ms=NOW)).marks == ("officer-fork",)
    assert log.judge(log.leaf()).marks == ()
    assert log.judge(log.leaf("receipt", log.release)).marks == ()
    assert reason(log.judge(changed(log, officer_seq=0, officer_prev=""))) == "no-sequence"


def test_a_repeated_sequence_takes_nothing_from_the_chain(log):
    first = log.leaf()
    for _ in range(3):
        log.say()
    chain = log.state.next_of(log.watch.verifier.ref)
    assert chain[0] == 4
    other = changed(log, officer_seq=1, officer_prev="", reply_by_ms=NOW)
    assert log.add(other).marks == log.add(first).marks == ("officer-fork",)
    assert log.state.next_of(log.watch.verifier.ref) == chain


def test_a_stand_alone_note_counts_only_for_life_safety(log):
    bare = {"log": "", "officer_seq": 0, "officer_prev": ""}
    leaf = log.leaf("stop", life_safety=True, **bare)
    assert reason(log.judge(leaf)) == ""
    assert log.judge(leaf).marks == ()
    data = log.leaf("stop").replace(f'"log":"{log.state.log}",'.encode(), b"")
    assert reason(log.judge(data)) == "bad-standalone"
    with_seq = log.leaf("stop", life_safety=True).replace(f'"log":"{log.state.log}",'.encode(), b"")
    assert reason(log.judge(with_seq)) == "bad-standalone"
    again = Log(LINE, A).enrol()
    assert again.add(leaf).leaf.id == log.add(leaf).leaf.id


def later_version(log: Log, signer, **extra) -> bytes:
    value = msgspec.to_builtins(log.header("activity.flight", signer))
    value.update({"v": 2, **extra})
    text = DOMAIN + jcs.dumps(value) + b"\n"
    return format_note(Note(text, (signer.sign(text),)))


def test_unknown_kinds_and_versions_are_admitted(log):
    assert reason(log.judge(log.leaf("weather.report"))) == ""
    outcome = log.judge(later_version(log, log.watch, novelty=[1]))
    assert outcome.marks == ("unknown-version",)
    assert outcome.leaf.header.v == 2
    assert reason(log.judge(later_version(log, A.key("clerk"), novelty=[1]))) == "unknown-key"
    assert reason(log.judge(later_version(log, log.watch, mode=5))) == "bad-header"
    key = later_version(log, A.roots()[0], kind="key")
    assert log.judge(key).change is None
    unsigned = log.leaf().replace(b'"v":1', b'"v":3')
    assert reason(log.judge(unsigned)) == "bad-signature"


def test_an_unknown_field_of_version_1_is_refused(log):
    value = msgspec.to_builtins(log.header())
    for extra in ({"novelty": 1}, {"pad": ""}, {"v": 1.0}, {"reply_by_ms": 2**53}):
        text = DOMAIN + jcs_lax({**value, **extra}) + b"\n"
        leaf = format_note(Note(text, (log.watch.sign(text),)))
        assert isinstance(log.judge(leaf), Invalid), extra
    assert reason(log.judge(log.leaf(reply_by_ms=2**53 - 1))) == ""


def jcs_lax(value) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def test_newcomers_begin_with_the_policy_that_admits_them(log):
    from steerclear.record import policy as policies

    members = tuple(sorted((A.id, B.id, C.id)))
    version = policies.next_version(LINE.policy, policies.Policy(members), [C.card()])
    text = policies.policy_text(version)
    note = cards.sign_text(text, [*A.roots(), *B.roots()]).decode()
    new = Log(LINE, C)
    assert reason(new.judge(new.leaf())) == "unknown-key"
    entry = new.leaf("policy", *C.roots(), record={"policy": note})
    half = cards.sign_text(text, [*A.roots(), *B.roots(count=1)]).decode()
    short = new.leaf("policy", *C.roots(), record={"policy": half})
    assert reason(new.judge(short)) == "no-quorum"
    assert (
        reason(new.judge(new.leaf("policy", *C.roots(count=1), record={"policy": note}))) == "no-root-quorum"
    )
    assert reason(new.add(entry)) == ""
    assert reason(new.judge(entry)) == "wrong-version"
    new.enrol()
    assert reason(new.judge(new.leaf())) == ""
    assert reason(log.judge(log.leaf("policy", *A.roots(), record={"policy": note}))) == ""


def test_a_policy_without_a_new_card_keeps_the_card_that_the_log_holds(log):
    from steerclear.record import policy as policies

    node = A.key("node", device=1)
    assert reason(log.add(log.key_entry("card", card=A.card(node=node.verifier.vkey).note.decode()))) == ""
    version = policies.next_version(LINE.policy, LINE.policy.policy)
    signed = cards.sign_text(policies.policy_text(version), [*A.roots(), *B.roots()]).decode()
    assert reason(log.add(log.leaf("policy", *A.roots(), record={"policy": signed}))) == ""
    assert reason(log.judge(log.leaf("line.check", node))) == ""


def test_one_who_left_keeps_life_safety():
    from steerclear.record import policy as policies

    line = found(A, B, C)
    log = Log(line, C).enrol()
    members = tuple(sorted((A.id, B.id)))
    version = policies.next_version(line.policy, policies.Policy(members))
    signed = cards.sign_text(policies.policy_text(version), [*A.roots(), *B.roots(), *C.roots()])
    assert reason(log.judge(log.leaf())) == ""
    assert reason(log.add(log.leaf("policy", *C.roots(), record={"policy": signed.decode()}))) == ""
    assert reason(log.judge(log.leaf())) == "not-a-member"
    assert reason(log.judge(log.leaf("stop", life_safety=True))) == ""
    assert reason(log.judge(log.leaf("payload-held", C.key("node")))) == ""


def restart_record(**changes):
    return {"old": f"{A.id}/1", "epoch": 2, "members": {B.id: {"size": 3, "root": "0" * 64}}, **changes}


def test_a_new_epoch_begins_with_its_restart():
    log = Log(LINE, A, epoch=2)
    assert (
        reason(log.judge(log.key_entry("add", keys=[new_key(A.key("watch"), "releaser")])))
        == "restart-missing"
    )
    for wrong in ({"epoch": 3}, {"old": f"{B.id}/1"}, {"old": f"{A.id}/2"}, {"members": 5}):
        leaf = log.leaf("log.restart", *A.roots(), record=restart_record(**wrong))
        assert reason(log.judge(leaf)) == "bad-restart", wrong
    short = log.leaf("log.restart", *A.roots(count=1), record=restart_record())
    assert reason(log.judge(short)) == "no-root-quorum"
    assert reason(log.add(log.leaf("log.restart", *A.roots(), record=restart_record()))) == ""
    assert (
        reason(log.judge(log.leaf("log.restart", *A.roots(), record=restart_record()))) == "restart-misplaced"
    )
    assert reason(log.enrol().judge(log.leaf())) == ""


def test_a_countersignature_needs_the_member_s_roots():
    log = Log(LINE, B).enrol()
    record = {"act": "countersign", "log": f"{A.id}/2", "entry": "0" * 64}
    assert reason(log.judge(log.leaf("log.restart", *B.roots(), record=record))) == ""
    assert reason(log.judge(log.leaf("log.restart", record=record))) == "no-root-quorum"
    assert (
        reason(log.judge(log.leaf("log.restart", *B.roots(), record={**record, "entry": "x"})))
        == "bad-restart"
    )
    plain = restart_record(old=f"{B.id}/1", epoch=1)
    assert reason(log.judge(log.leaf("log.restart", *B.roots(), record=plain))) == "restart-misplaced"


def test_every_byte_of_a_leaf_matters(log):
    """Exhaustive: any one byte changed, dropped or doubled is never admitted (record.md, Tests)."""
    leaf = log.leaf(released_ms=NOW + 1)
    size, state = log.state.size, log.state
    assert isinstance(admit(leaf, size, state), Admitted)
    for at in range(len(leaf)):
        flips = (leaf[at] ^ 1, leaf[at] ^ 0x20, leaf[at] ^ 0x80)
        for data in (
            *(leaf[:at] + bytes((flip,)) + leaf[at + 1 :] for flip in flips),
            leaf[:at] + leaf[at + 1 :],
            leaf[:at] + leaf[at : at + 1] + leaf[at:],
        ):
            assert data == leaf or isinstance(admit(data, size, state), Invalid), (at, data)


def test_a_copy_of_the_state_goes_its_own_way(log):
    other = log.state.copy()
    other.advance(admit(log.leaf(), other.size, other))
    assert other.size == log.state.size + 1
    assert other.next_of(log.watch.verifier.ref)[0] == log.state.next_of(log.watch.verifier.ref)[0] + 1
