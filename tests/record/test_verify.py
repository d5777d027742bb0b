"""A stranger's check: every way in which a kit can be wrong, beside the kit that is right."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit_world import World, found
from line_world import Party

from steerclear.record import card as cards
from steerclear.record import keys, kit, kitfiles, texts, verify
from steerclear.record.card import root_set_hash
from steerclear.record.note import Note, format_note, parse_note
from steerclear.record.proof import Proof, format_proof, parse_proof

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
LOG_A, LOG_B = f"{A.id}/1", f"{B.id}/1"
ROOTS = [A.id, B.id]


@pytest.fixture(scope="module")
def made() -> tuple[str, dict[str, bytes]]:
    """(entry id, files) of a kit with one entry and its payload, and a span of the other party's log."""
    world = World((A, B))
    entry = world.say(A, "activity.flight", b"{}", to=(B.id,))
    world.tick()
    world.say(B, "receipt", refs=(entry,), to=(A.id,))
    world.say(A, "line.status")
    world.tick()
    files = kit.build(world.access(), entries=[entry], spans=[kit.Span(LOG_B, 1, 2)])
    assert isinstance(files, dict)
    return entry, files


def rules(files: dict[str, bytes], roots=ROOTS) -> set[str]:
    verdict = verify.check(files, roots)
    assert (verdict.status == "verified") is (not verdict.faults)
    return {fault.rule for fault in verdict.faults}


def without(files: dict[str, bytes], *starts: str) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if not path.startswith(starts)}


def resign(proof: bytes, change) -> bytes:
    """A proof whose checkpoint's signature lines were changed."""
    one = parse_proof(proof)
    lines = tuple(change(list(one.note.signatures)))
    return format_proof(Proof(one.index, one.hashes, Note(one.note.text, lines)))


def test_the_status_and_its_exit_code(made):
    _, files = made
    verdict = verify.check(files, ROOTS)
    assert (verdict.status, verdict.exit_code, verdict.lines[0]) == ("verified", 0, "VERIFIED")
    verdict = verify.check(files)
    assert (verdict.status, verdict.exit_code) == ("roots-unchecked", 3)
    assert verdict.lines[0] == "SELF-CONSISTENT, ROOTS NOT CHECKED"
    verdict = verify.check(without(files, f"logs/{LOG_A}/changes"), ROOTS)
    assert (verdict.status, verdict.exit_code, verdict.lines[0]) == ("not-verified", 1, "NOT VERIFIED")


def test_roots_are_compared_party_by_party(made):
    _, files = made
    assert rules(files, [*ROOTS, C.id]) == set()
    assert rules(files, [root_set_hash(A.root_set(0)), B.id]) == set()
    assert rules(files, [A.id]) == {"root-not-given"}
    assert rules(files, [A.id, C.id]) == {"root-not-given"}
    assert rules(files, [A.id, B.id.upper()]) == {"bad-root", "root-not-given"}
    assert rules(files, [A.id, "x"]) == {"bad-root", "root-not-given"}


def test_what_every_verdict_says(made):
    _, files = made
    lines = verify.check(files, ROOTS).lines
    for sentence in (texts.AGREEMENT, texts.NOTIFICATION, texts.PROVES, texts.NOT_PROVED, texts.SPAN):
        assert sentence in lines
    page, script = files["VERIFY.md"].decode(), files["verify.sh"].decode().replace('"\necho "', " ")
    for sentence in (texts.AGREEMENT, texts.NOTIFICATION):
        assert sentence in " ".join(page.split())
        assert sentence in script
    assert texts.CERTIFICATE.removeprefix("A ") in " ".join(page.split())
    assert texts.PLAY not in lines


def test_the_sentences_are_the_vocabulary_s():
    from steerclear.speech.kinds.agreement import NO_RECOGNITION

    assert texts.AGREEMENT == NO_RECOGNITION


@pytest.mark.parametrize(("mode", "exercise"), [("EXERCISE", False), ("TEST", False), ("EXERCISE", True)])
def test_what_is_not_real_says_so(mode, exercise):
    world = World((A, B), found(A, B, exercise=exercise))
    entry = world.say(A, "activity.flight", mode=mode)
    world.tick()
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    assert texts.PLAY in verify.check(files, ROOTS).lines


def test_what_is_missing(made):
    entry, files = made
    assert rules(files) == set()
    assert rules({}) == {"no-genesis"}
    assert rules(without(files, "line/genesis.note")) == {"no-genesis"}
    assert rules(without(files, "line/cards")) == set()
    assert rules(without(files, "entries", "logs")) == {"nothing-to-check"}
    assert rules(without(files, f"entries/{entry}/leaf")) >= {"wrong-name"}
    assert rules(without(files, f"entries/{entry}/proof")) == {"no-proof"}
    assert rules(without(files, f"entries/{entry}/salt")) == {"payload-alone"}
    assert rules(without(files, f"entries/{entry}/payload")) == {"payload-alone"}
    assert rules(without(files, f"logs/{LOG_A}/changes")) == {"does-not-count"}
    assert rules(without(files, f"logs/{LOG_A}/changes/0.leaf")) == {"proof-without-leaf", "does-not-count"}
    assert rules(without(files, f"logs/{LOG_A}/changes/0.tlog-proof")) == {"no-proof"}
    for part in ("from.note", "peaks", "to.note", "leaves-1.bundle"):
        assert rules(without(files, f"logs/{LOG_B}/span/1-2/{part}")), part


def test_files_that_belong_to_no_kit(made):
    _, files = made
    for path in (
        "more",
        "entries/x/leaf",
        "line/../genesis.note",
        "logs/x/1/span/0-1/to.note",
        "a" * 400,
        "",
    ):
        assert rules({**files, path: b""}) == {"unknown-file"}
    verdict = verify.check({**files, "VERIFY.md": b"trust me\n"}, ROOTS)
    assert verdict.status == "verified"
    assert any(note.startswith("VERIFY.md is not the one") for note in verdict.notes)
    assert verify.check(files, ROOTS).notes == ()


def test_another_entry_under_the_name_of_this_one(made):
    entry, files = made
    change = files[f"logs/{LOG_A}/changes/0.leaf"]
    assert "wrong-name" in rules({**files, f"entries/{entry}/leaf": change})
    renamed = {path.replace(entry, "0" * 64): data for path, data in files.items()}
    assert rules(renamed) == {"wrong-name"}


def test_words_that_were_not_said(made):
    entry, files = made
    assert rules({**files, f"entries/{entry}/payload": b"{ }"}) == {"not-the-payload"}
    assert rules({**files, f"entries/{entry}/salt": bytes(32)}) == {"not-the-payload"}
    assert rules({**files, f"entries/{entry}/salt": b""}) == {"not-the-payload"}


def test_cosignatures_must_be_there_and_good(made):
    entry, files = made
    path = f"entries/{entry}/proof-2.tlog-proof"
    mirror = f"{B.id}/mirror"

    def lines(keep):
        return {**files, path: resign(files[path], lambda all_lines: [one for one in all_lines if keep(one)])}

    assert rules(lines(lambda one: True)) == set()
    assert rules(lines(lambda one: one.name != mirror)) == {"not-cosigned"}
    assert rules(lines(lambda one: one.name != mirror or len(one.signature) > 100)) == {"not-cosigned"}
    assert rules(lines(lambda one: one.name != mirror or len(one.signature) < 100)) == {"not-cosigned"}
    assert rules(lines(lambda one: one.name != f"{A.id}/mirror")) == set()
    assert rules(lines(lambda one: "/1" not in one.name)) == {"not-signed-by-the-log"}

    def spoil(all_lines, which):
        for at, one in enumerate(all_lines):
            if which(one):
                all_lines[at] = msgspec.structs.replace(
                    one, signature=bytes([one.signature[0]]) + one.signature[:0:-1]
                )
        return all_lines

    def spoiled(which):
        return {**files, path: resign(files[path], lambda all_lines: spoil(all_lines, which))}

    assert rules(spoiled(lambda one: one.name == mirror and len(one.signature) < 100)) == {"bad-cosignature"}
    assert rules(spoiled(lambda one: one.name == mirror and len(one.signature) > 100)) == {"bad-cosignature"}
    assert rules(spoiled(lambda one: one.name == f"{A.id}/mirror")) == {"bad-cosignature"}
    assert rules(spoiled(lambda one: "/1" in one.name)) == {"not-signed-by-the-log"}


def test_a_policy_that_asks_for_no_ml_dsa_does_without():
    world = World((A, B), found(A, B, ml_dsa=False))
    entry = world.say(A, "activity.flight")
    world.tick()
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    path = f"entries/{entry}/proof-2.tlog-proof"
    for name in (path, f"logs/{LOG_A}/changes/0.tlog-proof"):
        files[name] = resign(files[name], lambda lines: [one for one in lines if len(one.signature) < 100])
    assert rules(files) == set()


def test_witnesses_that_the_policy_asks_for():
    witness = keys.generate("witness.example/w1", keys.COSIGN_ED25519)
    line = found(A, B, witnesses=(witness.verifier.vkey,), witness_quorum=1)
    world = World((A, B), line)
    entry = world.say(A, "activity.flight")
    world.tick()
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    assert rules(files) == {"not-cosigned", "no-proof"} or rules(files) == {"not-cosigned"}
    from steerclear.record.cosignature import cosign

    for name in (f"entries/{entry}/proof-2.tlog-proof", f"logs/{LOG_A}/changes/0.tlog-proof"):
        text = parse_proof(files[name]).note.text
        files[name] = resign(files[name], lambda lines, text=text: [*lines, cosign(witness, text, 5)])
    assert rules(files) == set()


def test_an_invented_party_is_seen_by_its_root(made):
    """Everything of a made-up A and B agrees with itself; only the fingerprints tell."""
    eve, fay = Party("eve"), Party("fay")
    world = World((eve, fay))
    entry = world.say(eve, "activity.flight")
    world.tick()
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    assert verify.check(files).exit_code == 3
    assert rules(files) == {"root-not-given"}
    assert rules(files, [eve.id, fay.id]) == set()


def test_parts_of_another_line_do_not_mix(made):
    _, files = made
    other = World((A, B), found(A, B, parameters={"other": 1}))
    said = other.say(A, "activity.flight", b"{}", to=(B.id,))
    other.tick()
    mixed = kit.build(other.access(), entries=[said])
    assert isinstance(mixed, dict)
    assert rules(mixed) == set()
    both = {**files, **{path: data for path, data in mixed.items() if path.startswith("entries")}}
    assert "other-line" in rules(both)
    assert rules({**mixed, "line/genesis.note": files["line/genesis.note"]}) >= {"other-line"}
    copy = files[f"line/cards/{A.id}.note"]
    assert rules({**files, f"line/cards/{B.id}.note": copy}) == {"copy-differs"}


def test_a_span_is_all_or_nothing(made):
    _, files = made
    folder = f"logs/{LOG_B}/span/1-2"
    change = files[f"logs/{LOG_B}/changes/0.leaf"]
    bundle = len(change).to_bytes(2, "big") + change
    assert rules({**files, f"{folder}/leaves-1.bundle": bundle}) >= {"not-the-tree"}
    assert rules({**files, f"{folder}/leaves-1.bundle": files[f"{folder}/leaves-1.bundle"] * 2}) >= {
        "gap-in-span"
    }
    assert rules({**files, f"{folder}/leaves-1.bundle": b""}) == {"gap-in-span"}
    assert rules({**files, f"{folder}/to.note": files[f"{folder}/from.note"]}) == {"wrong-name"}
    assert rules({**files, f"{folder}/from.note": files[f"{folder}/to.note"]}) == {"wrong-name"}
    assert rules({**files, f"{folder}/peaks": b"AAAA\n"}) == {"bad-proof"}
    assert rules({**files, f"{folder}/peaks": files[f"{folder}/peaks"] * 2}) == {"not-the-tree"}
    assert rules({**files, f"{folder}/peaks": files[f"{folder}/peaks"][:-1]}) == {"not-the-tree"}


def test_claims_are_checked(made):
    entry, files = made
    assert rules({**files, "forks/0.json": b"{}"}) == {"bad-fork"}
    note = parse_note(files[f"logs/{LOG_B}/span/1-2/to.note"])
    same = {"older": format_note(note).decode(), "newer": format_note(note).decode()}
    from steerclear.record import jcs

    assert rules({**files, "forks/0.json": jcs.dumps(same)}) == {"no-fork"}
    assert rules({**files, f"no-reply/{entry}-{B.id}.json": b"{}"}) == {"bad-certificate"}


@pytest.mark.slow
@given(
    st.dictionaries(
        st.sampled_from(["line/genesis.note", "VERIFY.md", "entries/" + "0" * 64 + "/leaf"]), st.binary()
    )
)
def test_any_files_have_a_verdict(files):
    assert verify.check(files, ROOTS).exit_code == 1


@pytest.mark.slow
@given(st.data())
def test_any_bytes_in_a_kit_have_a_verdict(made, data):
    _, files = made
    path = data.draw(st.sampled_from(sorted(files)))
    verify.check({**files, path: data.draw(st.binary(max_size=200))}, ROOTS)


def test_a_forger_with_all_of_one_party_s_keys_cannot_make_the_other_say_it(made):
    """A's own log key signs a tree that B never held: no cosignature, no kit."""
    entry, files = made
    path = f"entries/{entry}/proof-2.tlog-proof"
    one = parse_proof(files[path])
    own = keys.signer_from_seed(f"{A.id}/mirror", keys.COSIGN_ED25519, A.key("log").seed)
    text = one.note.text.replace(b"\n2\n", b"\n3\n")
    log = keys.signer_from_seed(one.note.signatures[0].name, keys.ED25519, A.key("log").seed)
    forged = Note(text, (log.sign(text), *one.note.signatures[1:]))
    moved = without(files, path)
    moved[f"entries/{entry}/proof-3.tlog-proof"] = format_proof(Proof(1, one.hashes, forged))
    assert rules(moved) & {"bad-cosignature", "not-in-tree"}
    assert own.verifier.public == log.verifier.public


PROGRAM = """
import os, socket, sys
def no(*a, **k): raise SystemExit("network")
socket.socket.connect = no; socket.getaddrinfo = no; socket.create_connection = no
assert os.listdir(".") == []
from steerclear.record import kitfiles, verify, verify_md
verify_md.page(), verify_md.script()
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
verdict = verify.check(kitfiles.unpack(sys.stdin.buffer.read()), sys.argv[1:])
print("\\n".join(verdict.lines))
sys.exit(verdict.exit_code)
"""


@pytest.mark.slow
def test_offline_in_an_empty_folder_as_another_user_with_another_zone_and_locale(made):
    """The same words and code whoever checks, wherever: no network, no home, any zone and locale."""
    _, files = made
    paths = os.pathsep.join(filter(None, sys.path))
    seen = set()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for zone, locale in (("UTC", "C"), ("Asia/Kathmandu", "tr_TR.UTF-8"), ("America/St_Johns", "POSIX")):
            done = subprocess.run(
                [sys.executable, "-B", "-c", PROGRAM, *ROOTS],
                cwd=folder,
                input=kitfiles.pack(files),
                env={"TZ": zone, "LC_ALL": locale, "PYTHONUTF8": "1", "PYTHONPATH": paths},
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            seen.add(done.stdout)
    assert len(seen) == 1
    assert b"2015-10-20T14:00:10Z" in seen.pop()


def test_nothing_of_the_check_can_reach_a_network_or_a_clock():
    """The files of the check import no module that could."""
    room = Path(verify.__file__).parent
    for file in room.glob("verify*.py"):
        source = file.read_text()
        for module in ("socket", "http", "urllib", "datetime", "time", "locale", "random", "subprocess"):
            assert f"import {module}\n" not in source, (file.name, module)


def test_cards_with_a_new_root_set_are_still_the_same_party():
    """B founds the line with renewed roots; the fingerprint is that of its first ones."""

    class Renewed(Party):
        def card(self, generation=1, ml_dsa=False, **changes):
            return Party.card(self, generation, ml_dsa, **changes)

        def roots(self, generation=1, count=2):
            return Party.roots(self, generation, count)

    renewed = Renewed("bravo")
    world = World((A, renewed))
    entry = world.say(renewed, "activity.flight")
    world.tick()
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    assert cards.parse_card(files[f"line/cards/{B.id}.note"]).card.previous
    assert rules(files) == set()
    assert rules(files, [A.id, root_set_hash(B.root_set(0))]) == set()
    assert rules(files, [A.id, root_set_hash(B.root_set(1))]) == {"root-not-given"}


def test_a_mistyped_root_does_not_read_like_a_forgery(made):
    _, files = made
    typo = B.id[:-1] + ("0" if B.id[-1] != "0" else "1")
    verdict = verify.check(files, [A.id, typo])
    assert verdict.status == "not-verified" and verdict.exit_code == 1
    (fault,) = verdict.faults
    assert fault.rule == "root-not-given" and typo in fault.remedy and "mistyped" in fault.remedy
    assert A.id in fault.remedy and B.id in fault.remedy, "and which roots are in the kit"
    assert any("agrees with itself" in line for line in verdict.lines)
    forged = {**files, next(path for path in files if path.endswith("/payload")): b"[]"}
    both = verify.check(forged, [A.id, typo])
    assert not any("agrees with itself" in line for line in both.lines), "a forgery is called none the less"
    more = verify.check(files, [*ROOTS, C.id])
    assert more.status == "verified" and any(C.id in note for note in more.notes), "one too many is said"
    assert verify.check(files, ROOTS).notes == ()
