"""Kits: what `build` puts together `check` verifies, and what it cannot put together it refuses by name."""

from __future__ import annotations

import contextlib
import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit_world import START_S, World
from line_world import Log, Party, new_key

from steerclear.errors import Malformed, Refused
from steerclear.record import card as cards
from steerclear.record import keys, kit, kitfiles, payload, policy, texts, verify
from steerclear.record.admit import Admitted
from steerclear.record.kit import Span
from steerclear.record.merkle import Tree, leaf_hash
from steerclear.record.peaks import append, fits, peaks_of, root
from support.effort import examples

pytestmark = pytest.mark.slow

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
LOG_A, LOG_B = f"{A.id}/1", f"{B.id}/1"
ROOTS = [A.id, B.id]


def world() -> World:
    return World((A, B))


def build(one: World, **what) -> dict[str, bytes]:
    files = kit.build(one.access(), **what)
    assert isinstance(files, dict), files
    return files


def verified(files: dict[str, bytes], roots=ROOTS) -> verify.Verdict:
    verdict = verify.check(files, roots)
    assert verdict.faults == ()
    assert (verdict.status, verdict.exit_code) == ("verified", 0)
    return verdict


def test_one_entry_with_its_words():
    one = world()
    entry = one.say(A, "activity.flight", b'{"class":"rotary"}', to=(B.id,))
    one.tick()
    files = build(one, entries=[entry])
    verdict = verified(files)
    (found,) = verdict.entries
    assert (found.id, found.log, found.index, found.kind, found.author) == (
        entry,
        LOG_A,
        1,
        "activity.flight",
        A.id,
    )
    assert found.payload == "opened"
    assert files[f"entries/{entry}/payload"] == b'{"class":"rotary"}'
    assert found.cosigned == {B.id: (START_S + 10) * 1000}
    assert (found.after_ms, found.before_ms) == (None, (START_S + 10) * 1000 + 999)
    assert found.marks == ()
    assert not found.whole_history
    assert verdict.parties == tuple(sorted(ROOTS))
    without = build(one, entries=[entry], payloads=False)
    assert verified(without).entries[0].payload == "left-out"
    assert not any(path.endswith(("salt", "payload")) for path in without)


def test_the_earliest_cosignature_is_taken_of_each_party():
    one = World((A, B, C))
    entry = one.say(A, "activity.flight", to=(B.id, C.id))
    one.tick(cosigners=(C,))
    one.say(A, "activity.flight")
    one.tick(cosigners=(B, C))
    one.tick(cosigners=(B,))
    (found,) = verified(build(one, entries=[entry]), [A.id, B.id, C.id]).entries
    assert found.cosigned == {B.id: (START_S + 20) * 1000, C.id: (START_S + 10) * 1000}
    assert found.before_ms == (START_S + 10) * 1000 + 999


def test_what_nobody_else_holds_is_no_evidence():
    one = world()
    entry = one.say(A, "activity.flight", to=(B.id,))
    one.tick(cosigners=())
    refused = kit.build(one.access(), entries=[entry])
    assert isinstance(refused, Refused)
    assert (refused.code, refused.field) == ("not-cosigned-yet", entry)
    one.tick()
    verified(build(one, entries=[entry]))


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"entries": ["0" * 64]}, "unknown-entry"),
        ({"spans": [Span(f"{C.id}/1", 0, 1)]}, "unknown-log"),
        ({"spans": [Span(LOG_A, 0, 9)]}, "no-checkpoint"),
        ({"spans": [Span(LOG_A, 2, 1)]}, "no-checkpoint"),
        ({"spans": [Span(LOG_A, 1, 2)]}, "no-checkpoint"),
        ({"delivered_to": [("0" * 64, B.id)]}, "unknown-entry"),
    ],
)
def test_refused(what, code):
    one = world()
    one.say(A, "activity.flight")
    one.tick()
    refused = kit.build(one.access(), **what)
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert isinstance(kit.build(one.access(), spans=[Span(LOG_A, 0, 2)]), dict)


def test_at09_twelve_notices_and_nine_acknowledgements_are_counted_from_files_alone():
    one = world()
    notices = []
    for number in range(12):
        notices.append(one.say(A, "activity.flight", b'{"n":%d}' % number, to=(B.id,)))
        one.tick()
        if number % 4 != 3:
            one.say(B, "receipt", to=(A.id,), refs=(notices[-1],))
            one.tick()
    files = build(one, entries=notices, spans=[Span(LOG_A, 0, 13), Span(LOG_B, 0, 10)])
    verdict = verified(files)
    spans = {span.log: span for span in verdict.spans}
    assert spans[LOG_A].kinds == {"activity.flight": 12, "key": 1}
    assert spans[LOG_B].kinds == {"key": 1, "receipt": 9}
    assert "  12 × activity.flight" in verdict.lines
    assert "  9 × receipt" in verdict.lines
    answered = {ref for entry in spans[LOG_B].entries for ref in entry.refs}
    assert [notice for notice in notices if notice not in answered] == notices[3::4]
    assert all(found.whole_history for found in verdict.entries)


def test_at10_presence_and_absence_within_a_period():
    one = world()
    for _ in range(3):
        one.say(A, "activity.flight", to=(B.id,))
        one.tick(60)
    began = one.clock_s
    one.tick(3600)
    quiet = verified(build(one, spans=[Span(LOG_A, 4, 4)])).spans[0]
    assert quiet.entries == ()
    assert (quiet.began_ms[B.id], quiet.ended_ms[B.id]) == (began * 1000, (began + 3600) * 1000)
    present = one.say(A, "area.declare", to=(B.id,))
    one.tick(60)
    verdict = verified(build(one, spans=[Span(LOG_A, 4, 5)]))
    (span,) = verdict.spans
    assert [entry.id for entry in span.entries] == [present]
    assert span.kinds == {"area.declare": 1}
    assert span.began_ms == {A.id: began * 1000, B.id: began * 1000}
    assert span.ended_ms == {A.id: one.clock_s * 1000, B.id: one.clock_s * 1000}


def test_a_span_in_the_middle_needs_the_keys_before_it():
    one = world()
    for _ in range(300):
        one.log(A).say("line.check", A.key("node"))
    one.tick()
    start = one.log(A).tree.size
    one.say(A, "activity.flight")
    for _ in range(270):
        one.log(A).add(b"not a leaf at all")
    one.tick()
    files = build(one, spans=[Span(LOG_A, start, start + 271)])
    assert f"logs/{LOG_A}/changes/0.leaf" in files
    assert sum(path.endswith(".bundle") for path in files) == 2
    (span,) = verified(files).spans
    assert span.kinds == {"activity.flight": 1}
    assert {entry.invalid for entry in span.entries} == {"", "note-without-signatures"}
    assert span.entries[0].invalid == ""


def test_the_time_is_bounded_from_below_by_what_the_entry_carries():
    from steerclear.record.checkpoint import parse_head
    from steerclear.record.header import Seen
    from steerclear.record.note import parse_note
    from steerclear.record.times import embed

    one = world()
    one.say(A, "activity.flight")
    one.tick()
    note = parse_note(next(iter(one.notes[LOG_A].values())))
    line = next(x for x in note.signatures if x.name == f"{B.id}/mirror" and len(x.signature) == 72)
    seen = Seen(size=1, root=one.log(B).tree.root().hex())
    assert parse_head(note.text)[1] == 2
    entry = one.say(A, "activity.flight", seen={LOG_B: embed(seen, note.text, line)})
    one.tick()
    files = build(one, entries=[entry])
    path = f"logs/{LOG_A}/checkpoints/2-0.note"
    (found,) = verified(files).entries
    assert (found.after_ms, found.before_ms) == ((START_S + 10) * 1000, (START_S + 20) * 1000 + 999)
    (found,) = verified({name: data for name, data in files.items() if name != path}).entries
    assert found.after_ms is None


def test_delivery_is_shown_by_the_addressee_s_own_log():
    one = world()
    entry = one.say(A, "activity.flight", b"{}", to=(B.id, A.id))
    one.tick()
    assert verified(build(one, entries=[entry])).entries[0].delivered[B.id].state == "unchecked"
    files = build(one, delivered_to=[(entry, B.id)])
    (found,) = verified(files).entries
    assert list(found.delivered) == [B.id]
    assert (found.delivered[B.id].state, found.delivered[B.id].at_ms) == ("delivered", (START_S + 10) * 1000)


def test_a_payload_missing_is_not_delivered():
    one = world()
    entry = one.say(A, "activity.flight", b"{}", to=(B.id,))
    node = B.key("node")
    about = {"log": LOG_A, "index": 1, "entry": entry}
    one.say(B, "payload-missing", record=about) if False else one.log(B).say(
        "payload-missing", node, record=about
    )
    one.tick()
    (found,) = verified(build(one, delivered_to=[(entry, B.id)])).entries
    assert found.delivered[B.id].state == "missing"


def test_a_span_that_begins_too_late_shows_no_delivery():
    """B said that the payload was missing; a kit that leaves that leaf out must not read as delivered."""
    from steerclear.record.header import Seen

    one = world()
    hidden = one.say(A, "activity.flight", b"{}", to=(B.id,))
    one.log(B).say("payload-missing", B.key("node"), record={"log": LOG_A, "index": 1, "entry": hidden})
    one.tick()
    held = one.log(B)
    later = one.say(
        A, "activity.flight", b"{}", to=(B.id,), seen={LOG_B: Seen(size=2, root=held.tree.root().hex())}
    )
    one.say(B, "line.status")
    one.tick()
    files = build(one, entries=[hidden, later], spans=[Span(LOG_B, 2, 3)])
    states = {entry.id: entry.delivered[B.id].state for entry in verified(files).entries}
    assert states == {hidden: "unchecked", later: "delivered"}
    assert build(one, delivered_to=[(later, B.id)]).keys() >= {f"logs/{LOG_B}/span/2-3/to.note"}


def test_a_payload_inside_the_log_is_delivered_and_the_seed_shows_it():
    one = world()
    entry = one.say(A, "activity.flight", b'{"long":"%s"}' % (b"x" * 40_000), to=(B.id,))
    one.log(B).say("payload-missing", B.key("node"), record={"log": LOG_A, "index": 1, "entry": entry})
    one.tick()
    seed = payload.box_seed(bytes(32), entry, B.box.public)
    parts = payload.split_inline(payload.box(one.openings[entry], B.box.public, entry, seed), entry, B.id)
    assert len(parts) == 2
    records = [payload.inline_record(part) for part in parts]
    ids = [one.log(A).say("payload.inline", A.key("node"), record=record) for record in records]
    one.tick()
    states = []
    for inlined in ({}, {(entry, B.id): (ids, seed)}):
        one.inlined = inlined
        files = build(one, delivered_to=[(entry, B.id)])
        states.append(next(x for x in verified(files).entries if x.id == entry).delivered[B.id])
    assert [x.state for x in states] == ["missing", "delivered"]
    assert (states[1].by, states[1].at_ms) == ("payload.inline", (START_S + 20) * 1000)
    wrong = {**files, f"entries/{entry}/inline-{B.id}.seed": bytes(32)}
    assert {fault.rule for fault in verify.check(wrong, ROOTS).faults} == {"seed-proves-nothing"}
    other = {**files, f"entries/{ids[0]}/inline-{B.id}.seed": seed}
    assert {fault.rule for fault in verify.check(other, ROOTS).faults} == {"seed-proves-nothing"}


def test_a_safety_account_is_left_out_and_said_so():
    one = world()
    report = one.say(A, "encounter.report", b'{"form":"safety_account"}', to=(B.id,))
    flight = one.say(A, "activity.flight", b"{}", to=(B.id,))
    one.tick()
    files = build(one, entries=[report, flight], withheld=[report])
    assert files[f"entries/{report}/left-out"] == kitfiles.SAFETY_ACCOUNT
    assert not any(
        path.startswith(f"entries/{report}/") and path.endswith(("salt", "payload")) for path in files
    )
    assert b"safety_account" not in b"".join(
        data
        for path, data in files.items()
        if path.startswith(f"entries/{report}/") and "left-out" not in path
    )
    verdict = verified(files)
    found = {entry.id: entry for entry in verdict.entries}
    assert (found[report].payload, found[report].filed) == ("left-out", True)
    assert (found[flight].payload, found[flight].filed) == ("opened", False)
    assert [line for line in verdict.lines if "safety account" in line] == [f"  {texts.FILED}"]
    assert "left-out" in files["VERIFY.md"].decode()
    whole = build(one, entries=[report, flight])
    assert {entry.payload for entry in verified(whole).entries} == {"opened"}
    assert not any("safety account" in line for line in verified(whole).lines)


def test_what_is_left_out_is_not_there_as_well():
    one = world()
    report = one.say(A, "encounter.report", b"{}", to=(B.id,))
    bare = one.say(A, "line.status", to=(B.id,))
    one.tick()
    files = build(one, entries=[report, bare])
    left_out = f"entries/{report}/left-out"
    without = {path: data for path, data in files.items() if not path.endswith(("salt", "payload"))}
    assert verified({**without, left_out: kitfiles.SAFETY_ACCOUNT})
    for bad in (
        {**files, left_out: kitfiles.SAFETY_ACCOUNT},
        {**without, left_out: b"secret\n"},
        {**without, f"entries/{bare}/left-out": kitfiles.SAFETY_ACCOUNT},
    ):
        assert {fault.rule for fault in verify.check(bad, ROOTS).faults} == {"bad-left-out"}


def test_the_seed_of_a_safety_account_stays_at_home_too():
    one = world()
    report = one.say(A, "encounter.report", b"{}", to=(B.id,))
    one.log(B).say("payload-missing", B.key("node"), record={"log": LOG_A, "index": 1, "entry": report})
    one.tick()
    seed = payload.box_seed(bytes(32), report, B.box.public)
    parts = payload.split_inline(payload.box(one.openings[report], B.box.public, report, seed), report, B.id)
    ids = [
        one.log(A).say("payload.inline", A.key("node"), record=payload.inline_record(part)) for part in parts
    ]
    one.inlined = {(report, B.id): (ids, seed)}
    one.tick()
    path = f"entries/{report}/inline-{B.id}.seed"
    assert path in build(one, delivered_to=[(report, B.id)])
    assert path not in build(one, delivered_to=[(report, B.id)], withheld=[report])


def test_a_box_sealed_to_the_key_that_was_asked_for():
    """`payload-missing` may name a key for this payload alone (ADR 0010): the kit shows delivery all the same."""
    one = world()
    entry = one.say(A, "activity.flight", b"{}", to=(B.id,))
    own = keys.box_generate().public
    record = {"log": LOG_A, "index": 1, "entry": entry, "box": own.hex}
    one.log(B).say("payload-missing", B.key("node"), record=record)
    one.tick()
    seed = payload.box_seed(bytes(32), entry, own)
    parts = payload.split_inline(payload.box(one.openings[entry], own, entry, seed), entry, B.id)
    ids = [
        one.log(A).say("payload.inline", A.key("node"), record=payload.inline_record(part)) for part in parts
    ]
    one.inlined = {(entry, B.id): (ids, seed)}
    one.tick()
    found = next(x for x in verified(build(one, delivered_to=[(entry, B.id)])).entries if x.id == entry)
    assert (found.delivered[B.id].state, found.delivered[B.id].by) == ("delivered", "payload.inline")


def test_delivery_needs_a_checkpoint_that_has_seen_the_entry():
    one = world()
    one.tick()
    entry = one.say(A, "activity.flight", b"{}", to=(B.id,))
    refused = kit.build(one.access(), delivered_to=[(entry, B.id)])
    assert isinstance(refused, Refused)
    assert refused.code == "not-seen-yet"


def test_no_reply_certificate():
    one = world()
    by = (START_S + 100) * 1000
    entry = one.say(A, "area.request", b"{}", to=(B.id,), reply_by_ms=by)
    one.tick()
    refused = kit.build(one.access(), no_reply_by=[(entry, B.id)])
    assert isinstance(refused, Refused)
    assert refused.code == "no-certificate"
    one.tick(200)
    verdict = verified(build(one, no_reply_by=[(entry, B.id)]))
    (found,) = verdict.no_replies
    assert (found.entry, found.party, found.reply_by_ms) == (entry, B.id, by)
    assert found.told_ms == (START_S + 10) * 1000
    assert found.dated_ms == (START_S + 210) * 1000
    assert any("nor of consent" in line for line in verdict.lines)


class Renewed(Party):
    """A party whose mirror has the second of its keys."""

    def key(self, post, algorithm=keys.ED25519, device=0):
        return super().key(post, algorithm, 1 if post == "mirror" else device)


def renew_mirror(one: World, party: Party) -> Party:
    """The party logs a card with new mirror keys and signs with them from now on."""
    mirrors = [party.key("mirror", algorithm, 1) for algorithm in (keys.COSIGN_ED25519, keys.COSIGN_MLDSA44)]
    card = party.card(ml_dsa=True, mirrors=tuple(key.verifier.vkey for key in mirrors))
    one.log(party).add(one.log(party).key_entry("card", card=card.note.decode()))
    after = Renewed(party.nick)
    one.parties = tuple(after if other is party else other for other in one.parties)
    one.log(party).party = after
    return after


@pytest.mark.parametrize("when", ["before", "between", "never"])
def test_a_certificate_about_a_party_that_renewed_its_card(when):
    one = world()
    if when == "before":
        renew_mirror(one, B)
    entry = one.say(A, "area.request", b"{}", to=(B.id,), reply_by_ms=(START_S + 100) * 1000)
    one.tick()
    if when == "between":
        renew_mirror(one, B)
    one.tick(200)
    files = build(one, no_reply_by=[(entry, B.id)])
    (found,) = verified(files).no_replies
    assert (found.party, found.dated_ms) == (B.id, (START_S + 210) * 1000)


def test_a_certificate_about_a_member_that_acceded():
    one = world()
    line = one.line
    version = policy.next_version(
        one.log(A).state.policy,
        policy.Policy(tuple(sorted((A.id, B.id, C.id)))),
        [C.card(ml_dsa=True)],
    )
    signed = cards.sign_text(policy.policy_text(version), [*A.roots(), *B.roots()]).decode()
    for party in (A, B, C):
        log = one.logs.setdefault(f"{party.id}/1", Log(line, party))
        assert isinstance(log.add(log.leaf("policy", *party.roots(), record={"policy": signed})), Admitted)
    one.parties = (A, B, C)
    one.log(C).enrol()
    entry = one.say(A, "area.request", b"{}", to=(C.id,), reply_by_ms=(START_S + 100) * 1000)
    one.tick()
    one.tick(200)
    verdict = verified(build(one, no_reply_by=[(entry, C.id)]), [A.id, B.id, C.id])
    (found,) = verdict.no_replies
    assert (found.party, found.told_ms) == (C.id, (START_S + 10) * 1000)


def test_an_answer_leaves_no_certificate():
    one = world()
    entry = one.say(A, "area.request", b"{}", to=(B.id,), reply_by_ms=(START_S + 100) * 1000)
    one.tick()
    one.say(B, "area.reply", refs=(entry,), to=(A.id,))
    one.tick(200)
    refused = kit.build(one.access(), no_reply_by=[(entry, B.id)])
    assert isinstance(refused, Refused)
    assert refused.code == "no-certificate"
    assert "answer" in refused.remedy


def test_a_fork_proof_travels_along():
    from steerclear.record import checkpoint
    from steerclear.record.fork import find_fork

    one = world()
    entry = one.say(A, "activity.flight")
    one.tick()
    log = one.log(A)
    other = Tree([leaf_hash(b"another"), leaf_hash(b"story")])
    told = log.signed(checkpoint.format(checkpoint.make(log.origin, 2, other.root())))
    proof = find_fork(log.signed(log.checkpoint()), told)
    assert proof is not None
    verdict = verified(build(one, entries=[entry], forks=[proof]))
    assert [(fork.log, fork.older, fork.newer) for fork in verdict.forks] == [(LOG_A, 2, 2)]
    assert any(line.startswith("FORK") for line in verdict.lines)


def test_keys_that_came_and_went():
    one = world()
    device = A.key("deputy")
    one.log(A).add(one.log(A).key_entry("add", keys=[new_key(device, "watch_officer")]))
    before = one.log(A).say("activity.flight", device)
    revoke = one.log(A).key_entry("revoke", keys=[device.verifier.ref], **{"from": one.log(A).tree.size})
    one.log(A).add(revoke)
    after = one.say(A, "activity.flight")
    one.tick()
    files = build(one, entries=[before, after])
    assert len(verified(files).entries) == 2
    assert f"logs/{LOG_A}/changes/3.leaf" in files


def test_a_renewed_mirror_key_is_found_in_the_other_party_s_log():
    """B rotates its mirror key by a `key` entry in its own log; the kit about A's entry brings that entry."""
    one = world()
    new_mirrors = [B.key("mirror", keys.COSIGN_ED25519, 1), B.key("mirror", keys.COSIGN_MLDSA44, 1)]
    renewed = B.card(ml_dsa=True, mirrors=tuple(key.verifier.vkey for key in new_mirrors))
    one.log(B).add(one.log(B).key_entry("card", card=renewed.note.decode()))
    old = B.key

    class Renewed(Party):
        def key(self, post, algorithm=keys.ED25519, device=0):
            return old(post, algorithm, 1 if post == "mirror" else device)

    entry = one.say(A, "activity.flight")
    one.parties = (A, Renewed("bravo"))
    one.tick()
    files = build(one, entries=[entry])
    assert f"logs/{LOG_B}/changes/1.leaf" in files
    assert B.id in verified(files).entries[0].cosigned
    fewer = {path: data for path, data in files.items() if not path.startswith(f"logs/{LOG_B}")}
    assert {fault.rule for fault in verify.check(fewer, ROOTS).faults} == {"copy-differs", "not-cosigned"}


@given(st.integers(0, 70), st.integers(0, 70))
def test_peaks_grow_like_the_tree(a, b):
    old, new = sorted((a, b))
    hashes = [leaf_hash(b"%d" % i) for i in range(new)]
    tree = Tree(hashes)
    edge = peaks_of(tree, old)
    assert fits(old, edge)
    assert root(edge) == tree.root(old)
    for at in range(old, new):
        edge = append(at, edge, hashes[at])
    assert edge == peaks_of(tree, new)
    assert root(edge) == tree.root(new)
    assert not fits(old, (*peaks_of(tree, old), bytes(32)))


NAMES = st.lists(
    st.text("abc-.0", min_size=1, max_size=9).filter(lambda n: n.strip(".")), min_size=1, max_size=3
)


@given(st.dictionaries(NAMES.map("/".join), st.binary(max_size=50), max_size=4))
def test_a_tar_comes_back_and_is_always_the_same(files):
    data = kitfiles.pack(files)
    assert kitfiles.pack(dict(reversed(files.items()))) == data
    assert kitfiles.unpack(data) == files


@given(st.binary(max_size=2000))
@settings(max_examples=examples(50))
def test_any_bytes_are_malformed_or_a_tar(data):
    with contextlib.suppress(Malformed):
        assert isinstance(kitfiles.unpack(data), dict)


def test_a_kit_goes_through_a_tar():
    one = world()
    entry = one.say(A, "activity.flight", b"{}")
    one.tick()
    files = build(one, entries=[entry])
    tar = kitfiles.pack(files)
    verified(kitfiles.unpack(tar))
    with pytest.raises(Malformed):
        kitfiles.unpack(tar[: len(tar) // 2 + 100])


def test_links_and_doubled_names_of_a_tar_are_refused():
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            info = tarfile.TarInfo("verify.sh")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
        with pytest.raises(Malformed):
            kitfiles.unpack(out.getvalue())
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for _ in range(2):
            tar.addfile(tarfile.TarInfo("verify.sh"))
    with pytest.raises(Malformed):
        kitfiles.unpack(out.getvalue())


def test_an_entry_of_a_new_epoch():
    one = world()
    one.tick()
    log = Log(one.line, A, epoch=2)
    held = {B.id: {"size": 1, "root": one.log(A).tree.root().hex()}}
    log.say("log.restart", *A.roots(), record={"old": LOG_A, "epoch": 2, "members": held})
    one.logs[f"{A.id}/2"] = log.enrol()
    entry = log.say("activity.flight")
    one.tick()
    files = build(one, entries=[entry])
    assert {f"logs/{A.id}/2/changes/0.leaf", f"logs/{A.id}/2/changes/1.leaf"} <= files.keys()
    assert verified(files).entries[0].log == f"{A.id}/2"
    fewer = {path: data for path, data in files.items() if "changes/0" not in path}
    rules = {fault.remedy for fault in verify.check(fewer, ROOTS).faults}
    assert any("restart-missing" in remedy for remedy in rules)


def test_a_newcomer_s_entry_and_cosignature():
    """C joins by a policy version that A and B signed; then C's words and C's cosignature count."""
    one = world()
    members = tuple(sorted((A.id, B.id, C.id)))
    version = policy.next_version(one.line.policy, policy.Policy(members), [C.card(ml_dsa=True)])
    note = cards.sign_text(policy.policy_text(version), [*A.roots(), *B.roots()]).decode()
    log = Log(one.line, C)
    log.say("policy", *C.roots(), record={"policy": note})
    one.logs[f"{C.id}/1"] = log.enrol()
    entry = log.say("activity.flight", to=(A.id,))
    one.tick()
    (found,) = verified(build(one, entries=[entry]), [*ROOTS, C.id]).entries
    assert set(found.cosigned) == {A.id, B.id}
    one.parties = (A, B, C)
    early = one.say(A, "activity.flight")
    one.tick(cosigners=(C,))
    refused = verify.check(build(one, entries=[early]), [*ROOTS, C.id])
    assert {fault.rule for fault in refused.faults} == {"not-cosigned"}
    one.log(A).say("policy", *A.roots(), record={"policy": note})
    late = one.say(A, "activity.flight")
    one.tick(cosigners=(C,))
    (found,) = verified(build(one, entries=[late]), [A.id, C.id]).entries
    assert set(found.cosigned) == {C.id}
