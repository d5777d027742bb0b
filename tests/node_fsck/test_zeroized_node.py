"""Zeroize: on two officers' order, or one with the duress word; what opened payloads is gone, proofs stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from fsck_world import CHECK, START_MS, Side, pair, settle

from steerclear.errors import Malformed
from steerclear.node import home, payloads, queries, vault, zeroize
from steerclear.node.fsck import fsck
from steerclear.node.opening import open_node
from steerclear.record.card import sign_text
from steerclear.record.keys import generate
from steerclear.store.sqlite import SqliteStore

NONCE = "ab" * 16


@pytest.fixture
def sides(tmp_path: Path):
    blue, red, clock = pair(tmp_path)
    blue.say("line.check", CHECK | {"text": "MARKER-7731"})
    settle(blue, red, clock)
    yield blue, red
    blue.node.store.close()
    red.node.store.close()


def order(side: Side, *posts: str, at_ms: int = START_MS, party: str = "") -> bytes:
    text = zeroize.order_text(party or side.node.party, side.line, at_ms, NONCE)
    return sign_text(text, [side.officer(post) for post in posts])


def keys(side: Side):
    return [side.officer(post).verifier for post in ("watch", "releaser", "second")]


def codes(side: Side, note: bytes, now_ms: int = START_MS, **known: bool) -> list[str]:
    return [one.code for one in zeroize.check_order(note, side.node.party, keys(side), now_ms, **known)]


def test_two_officers_or_one_with_the_duress_word(sides):
    blue, _ = sides
    assert codes(blue, order(blue, "watch", "releaser")) == []
    assert codes(blue, order(blue, "watch")) == ["two-keys-needed"]
    assert codes(blue, order(blue, "watch", "watch")) == ["two-keys-needed"]
    assert codes(blue, order(blue, "watch"), duress_known=True) == []
    stranger = sign_text(
        zeroize.order_text(blue.node.party, blue.line, START_MS, NONCE),
        [generate(f"{blue.node.party}/watch"), blue.officer("watch")],
    )
    assert codes(blue, stranger) == ["two-keys-needed"]


def test_an_order_counts_for_this_party_and_five_minutes(sides):
    blue, red = sides
    both = ("watch", "releaser")
    assert codes(blue, order(blue, *both, party=red.node.party)) == ["other-party"]
    assert codes(blue, order(blue, *both), START_MS + 300_000) == []
    assert codes(blue, order(blue, *both), START_MS + 300_001) == ["act-time"]
    assert codes(blue, order(blue, *both).replace(b"zeroize/v1", b"zeroize/v2")) == ["bad-act"]
    assert codes(blue, b"nothing") != []


def test_a_running_node_forgets_and_its_proofs_stay(sides):
    blue, _ = sides
    line = blue.node.line(blue.line)
    before = {entry: payloads.opened(blue.node, line, entry) for entry in line.positions}
    assert any(one is not None and b"MARKER-7731" in one.payload for one in before.values())
    roots = {origin: log.tree.root() for origin, log in line.logs.items()}
    done = blue.node.run_inline(zeroize.zeroize)
    assert done.keys >= 3 and done.vault
    assert all(payloads.opened(blue.node, line, entry) is None for entry in line.positions)
    assert roots == {origin: log.tree.root() for origin, log in line.logs.items()}
    shown = queries.board(blue.node, blue.line)
    assert shown.locked and "MARKER-7731" not in str(shown)
    assert blue.node.store.key_ids() == set()
    report = fsck(blue.node.store, blue.node.party, blue.node.vault, zeroized=True)
    assert report.clean and report.states["zeroized"] == report.payloads
    with pytest.raises(Malformed, match="zeroized"):
        vault.unlock((blue.folder / "vault.json").read_bytes(), "blue")


def test_a_stopped_node_is_zeroized_from_its_folder(sides):
    blue, red = sides
    party, line = blue.node.party, blue.line
    refs = [blue.officer(post).verifier.ref for post in ("watch", "second")]
    found = zeroize.officers_in_store(blue.node.store, party, refs)
    assert sorted(one.ref for one in found) == sorted(refs)
    foreign = generate(f"{party}/watch").verifier.ref
    assert zeroize.officers_in_store(blue.node.store, party, [foreign]) == []
    assert zeroize.officers_in_store(blue.node.store, red.node.party, refs) == []
    assert not zeroize.is_zeroized(blue.folder)
    done = zeroize.zeroize_stopped(blue.folder, blue.node.store)
    assert done.keys and done.vault and zeroize.is_zeroized(blue.folder)
    assert zeroize.zeroize_stopped(blue.folder, blue.node.store).vault is False
    blue.node.store.close()
    store = SqliteStore(blue.folder / "store")
    try:
        again = open_node(home.read(blue.folder), store, blue.node.clock)
        assert queries.audit(again, line) is not None
        locked = fsck(store, party, again.vault, zeroized=True)
        assert locked.clean and locked.states["zeroized"]
    finally:
        store.close()
    left = b"".join(path.read_bytes() for path in (blue.folder / "store").rglob("*") if path.is_file())
    assert b"MARKER-7731" not in left


def test_without_knowing_of_the_zeroize_fsck_says_that_keys_are_lost(sides):
    blue, _ = sides
    zeroize.zeroize_stopped(blue.folder, blue.node.store)
    report = fsck(blue.node.store, blue.node.party, blue.node.vault)
    assert {one.sort for one in report.findings} == {"lost-key"}


def test_the_duress_word_is_kept_as_a_hash(tmp_path: Path):
    assert not zeroize.is_duress(tmp_path, "low tide")
    zeroize.set_duress(tmp_path, "Low  Tide")
    assert zeroize.is_duress(tmp_path, "low tide") and not zeroize.is_duress(tmp_path, "high tide")
    assert b"tide" not in (tmp_path / zeroize.DURESS_FILE).read_bytes().lower()
    with pytest.raises(Malformed, match="duress-word"):
        zeroize.set_duress(tmp_path, "low")
