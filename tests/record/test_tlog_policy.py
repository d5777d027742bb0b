"""Policy files (C2SP tlog-policy): what the line asks of a checkpoint, written, read, and held against checkpoints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit_world import World
from line_world import Party

from steerclear.errors import Malformed
from steerclear.record import cosignature, keys, kit, verify
from steerclear.record.keys import signer_from_seed
from steerclear.record.note import Note
from steerclear.record.policy import Policy
from steerclear.record.proof import parse_proof
from steerclear.record.tlog_policy import parse_policy_file, policy_file, satisfied

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
LOG_A = f"{A.id}/1"
LOG = A.key("log").verifier.vkey
ONE, TWO, THREE = (
    signer_from_seed(f"w{n}.example", keys.COSIGN_ED25519, bytes([n]) * 32).verifier.vkey for n in (1, 2, 3)
)


def made() -> tuple[World, str, dict[str, bytes]]:
    one = World((A, B))
    entry = one.say(A, "activity.flight", b"{}", to=(B.id,))
    one.tick()
    files = kit.build(one.access(), entries=[entry])
    assert isinstance(files, dict)
    return one, entry, files


def checkpoint_of(files: dict[str, bytes]) -> Note:
    return parse_proof(
        next(data for path, data in files.items() if "proof-" in path and "entries" in path)
    ).note


def without(note: Note, name: str, algorithm: int) -> Note:
    """The note without the line of that key."""
    gone = B.key(name, algorithm).verifier.ref
    return Note(note.text, tuple(one for one in note.signatures if one.ref != gone))


def test_a_kit_says_who_must_have_cosigned_and_each_checkpoint_bears_it_out():
    _, _, files = made()
    policy = parse_policy_file(files[f"logs/{LOG_A}/policy"])
    note = checkpoint_of(files)
    origin = note.text.split(b"\n")[0].decode()
    assert [key.name for key in policy.logs] == [origin]
    assert satisfied(policy, note)
    for algorithm in (keys.COSIGN_ED25519, keys.COSIGN_MLDSA44):
        assert not satisfied(policy, without(note, "mirror", algorithm)), "both kinds are asked"
    assert not satisfied(policy, Note(note.text + b"x 1\n", note.signatures))
    own = tuple(one for one in note.signatures if one.name != origin)
    assert not satisfied(policy, Note(note.text, own)), "the log itself has to have signed"


def test_another_policy_in_a_kit_is_found():
    _, _, files = made()
    path = f"logs/{LOG_A}/policy"
    assert verify.check(files, [A.id, B.id]).status == "verified"
    bad = {**files, path: files[path].replace(b"quorum members", b"quorum none")}
    assert bad != files
    assert {fault.rule for fault in verify.check(bad, [A.id, B.id]).faults} == {"copy-differs"}
    stray = {**files, f"logs/{C.id}/1/policy": files[path]}
    assert {fault.rule for fault in verify.check(stray, [A.id, B.id]).faults} == {"copy-differs"}


@pytest.mark.parametrize(
    ("policy", "ends"),
    [
        (Policy((A.id, B.id), cosigners=0), "quorum none\n"),
        (Policy((A.id, B.id), ml_dsa=False), f"group members 1 {B.id}-ed25519\nquorum members\n"),
        (Policy((A.id, B.id), cosigners=0, witnesses=(ONE, TWO), witness_quorum=2),
         "group witnesses 2 witness-1 witness-2\nquorum witnesses\n"),
        (Policy((A.id, B.id), witnesses=(ONE,), witness_quorum=1),
         "group members-and-witnesses all members witnesses\nquorum members-and-witnesses\n"),
    ],
)  # fmt: skip
def test_every_policy_of_a_line_can_be_written(policy: Policy, ends: str):
    cards = {party.id: [party.card(ml_dsa=True).card] for party in (A, B)}
    data = policy_file(f"{'0' * 64}/{LOG_A}", policy, cards)
    assert data.decode().endswith(ends)
    parse_policy_file(data)


def test_of_a_renewed_key_either_will_do():
    new = B.key("mirror", keys.COSIGN_ED25519, 1)
    renewed = B.card(mirrors=(new.verifier.vkey,)).card
    cards = {A.id: [A.card().card], B.id: [B.card().card, renewed]}
    policy = parse_policy_file(policy_file(f"{'0' * 64}/{LOG_A}", Policy((A.id, B.id), ml_dsa=False), cards))
    one = made()[0]
    text = one.log(A).checkpoint()
    for key in (new, B.key("mirror", keys.COSIGN_ED25519)):
        assert cosignature.verify(text, cosignature.cosign(key, text, 7), key.verifier) == 7
        assert sum(one.vkey == key.verifier.vkey for one in policy.witnesses.values()) == 1
    assert policy.groups[f"{B.id}-ed25519"].least == 1


GOOD = f"""# a policy
log {LOG} https://log.example/

\twitness X1 {ONE}
witness  X2\t{TWO} https://x2.example
witness Y1 {THREE}
group X any X1 X2
group all-of-them all X Y1
quorum all-of-them
"""


def test_a_file_of_somebody_else():
    policy = parse_policy_file(GOOD.encode())
    assert list(policy.witnesses) == ["X1", "X2", "Y1"]
    assert policy.groups["X"].least == 1
    assert (policy.groups["all-of-them"].least, policy.quorum) == (2, "all-of-them")
    assert parse_policy_file(b"quorum none\n").quorum == "none"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum all-of-them\n", ""),
        ("quorum all-of-them\n", "quorum all-of-them\nquorum none\n"),
        ("quorum all-of-them\n", "quorum Z\n"),
        ("quorum all-of-them\n", "quorum all-of-them"),
        ("group X any X1 X2", "group X 3 X1 X2"),
        ("group X any X1 X2", "group X 0 X1 X2"),
        ("group X any X1 X2", "group X 01 X1 X2"),
        ("group X any X1 X2", "group X any"),
        ("group X any X1 X2", "group X any X1 X1"),
        ("group X any X1 X2", "group X any X1 none"),
        ("group X any X1 X2", "group X any X1 all-of-them"),
        ("group X any X1 X2", "group X1 any X1 X2"),
        ("group X any X1 X2", "group none any X1 X2"),
        ("all X Y1", "all X X1"),
        (TWO, ONE),
        (TWO, LOG),
        (LOG, ONE),
        ("log ", "logs "),
        ("\n\n", "\r\n\n"),
        ("# a", "# \x00"),
    ],
)
def test_refused(old: str, new: str):
    assert old in GOOD
    with pytest.raises(Malformed):
        parse_policy_file(GOOD.replace(old, new, 1).encode())


def test_a_number_is_at_least_so_many():
    policy = parse_policy_file(GOOD.replace("group X any", "group X 2").encode())
    assert policy.groups["X"].least == 2


@given(st.binary(max_size=300))
def test_any_bytes_are_malformed_or_a_policy(data: bytes):
    try:
        policy = parse_policy_file(data)
    except Malformed:
        return
    assert policy.quorum


def test_a_note_without_lines_of_the_log_is_not_satisfied_by_none():
    _, _, files = made()
    note = checkpoint_of(files)
    assert not satisfied(parse_policy_file(b"quorum none\n"), note)
    log = next(line for line in files[f"logs/{LOG_A}/policy"].split(b"\n") if line.startswith(b"log "))
    assert satisfied(parse_policy_file(log + b"\nquorum none\n"), note)
