"""`fsck` finds each fault that record.md names, and only faults: states of a healthy node are no finding."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fsck_world import CHECK, pair, settle

from steerclear.node import vault
from steerclear.node.fsck import Report, compare, fsck, stale, total
from steerclear.store.sqlite import SqliteStore

BREAKS = pytest.mark.breaks_store("what fsck must find")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, str]]:
    """A closed store of blue's node with some entries, and its ids by name."""
    folder = tmp_path_factory.mktemp("fsck")
    blue, red, clock = pair(folder)
    ids = {"ours": blue.say("line.check", CHECK)}
    settle(blue, red, clock)
    ids["theirs"] = red.say("line.check", CHECK)
    settle(blue, red, clock)
    ids["line"] = blue.line
    ids["blue"], ids["red"] = blue.node.party, red.node.party
    for side in (blue, red):
        side.node.store.close()
    return folder, blue.node.party, ids


@pytest.fixture
def store(made: tuple[Path, str, dict[str, str]], tmp_path: Path) -> Path:
    shutil.copytree(made[0] / "blue", tmp_path / "blue")
    return tmp_path / "blue"


def check(home: Path, party: str, *, unlocked: bool = True, zeroized: bool = False) -> Report:
    sealed = (home / "vault.json").read_bytes()
    opened = SqliteStore(home / "store", read_only=True)
    try:
        keys = vault.unlock(sealed, "blue") if unlocked else vault.locked(sealed)
        return fsck(opened, party, keys, zeroized=zeroized)
    finally:
        opened.close()


def sql(home: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    with sqlite3.connect(home / "store" / "store.db") as db:
        for statement, values in statements:
            assert db.execute(statement, values).rowcount != 0, statement
    db.close()


def log_of(home: Path, party: str) -> int:
    with closing(sqlite3.connect(home / "store" / "store.db")) as db:
        return int(db.execute("SELECT log FROM logs WHERE origin LIKE ?", (f"%/{party}/1",)).fetchone()[0])


def test_a_healthy_store_has_no_finding_locked_or_unlocked(made, store: Path):
    whole, locked = check(store, made[1]), check(store, made[1], unlocked=False)
    assert whole.clean, whole.findings
    assert locked.clean, locked.findings
    assert whole.leaves == locked.leaves >= 6 and whole.signatures > whole.leaves and whole.payloads >= 4
    assert locked.states["locked"] == whole.payloads and "locked" not in whole.states


def sorts(report: Report) -> set[str]:
    return {one.sort for one in report.findings}


@BREAKS
def test_missing_leaf(made, store: Path):
    for party in (made[2]["blue"], made[2]["red"]):
        log = log_of(store, party)
        (last,) = _one(store, "SELECT max(position) FROM leaves WHERE position >> 40 = ?", log)
        for gone in (last, (log << 40) + 1):
            copy = store.with_name(f"copy-{gone}")
            shutil.copytree(store, copy)
            sql(copy, ("DELETE FROM leaves WHERE position = ?", (gone,)))
            report = check(copy, made[1], unlocked=False)
            assert "missing-leaf" in sorts(report), (party, gone - (log << 40), report.findings)


@BREAKS
def test_altered_leaf(made, store: Path):
    for party in (made[2]["blue"], made[2]["red"]):
        copy = store.with_name(f"altered-{party}")
        shutil.copytree(store, copy)
        at = log_of(copy, party) << 40 | 1
        (leaf,) = _one(copy, "SELECT leaf FROM leaves WHERE position = ?", at)
        sql(
            copy,
            ("UPDATE leaves SET leaf = ? WHERE position = ?", (leaf.replace(b"EXERCISE", b"EXERCISF"), at)),
        )
        report = check(copy, made[1], unlocked=False)
        assert "altered-leaf" in sorts(report)
        assert any(one.where.endswith(" 1") for one in report.findings)


@BREAKS
def test_swapped_leaves_with_their_ids(made, store: Path):
    log = log_of(store, made[2]["red"]) << 40
    sql(
        store,
        ("UPDATE leaves SET position = ? WHERE position = ?", (log | 99, log | 1)),
        ("UPDATE leaves SET position = ? WHERE position = ?", (log | 1, log | 2)),
        ("UPDATE leaves SET position = ? WHERE position = ?", (log | 2, log | 99)),
    )
    report = check(store, made[1], unlocked=False)
    assert "altered-leaf" in sorts(report) and any("do not hash" in one.text for one in report.findings)


@BREAKS
def test_swapped_leaves_without_their_ids(made, store: Path):
    log = log_of(store, made[2]["red"]) << 40
    one, two = (_one(store, "SELECT leaf FROM leaves WHERE position = ?", log | n)[0] for n in (1, 2))
    sql(
        store,
        ("UPDATE leaves SET leaf = ? WHERE position = ?", (two, log | 1)),
        ("UPDATE leaves SET leaf = ? WHERE position = ?", (one, log | 2)),
    )
    assert {"swapped-leaf", "missing-leaf"} & sorts(check(store, made[1], unlocked=False))


@BREAKS
def test_extra_leaf(made, store: Path):
    for party in (made[2]["blue"], made[2]["red"]):
        copy = store.with_name(f"extra-{party}")
        shutil.copytree(store, copy)
        log = log_of(copy, party)
        last, leaf, id_ = _one(
            copy,
            "SELECT position, leaf, id FROM leaves WHERE position >> 40 = ? ORDER BY position DESC LIMIT 1",
            log,
        )
        sql(copy, ("INSERT INTO leaves (position, id, leaf) VALUES (?, ?, ?)", (last + 1, id_, leaf)))
        assert "extra-leaf" in sorts(check(copy, made[1], unlocked=False)), party


@BREAKS
def test_lost_payload_key_and_altered_payload(made, store: Path):
    entry = bytes.fromhex(made[2]["theirs"])
    for sort, statement in (
        ("lost-payload", ("DELETE FROM payloads WHERE id = ?", (entry,))),
        ("lost-key", ("DELETE FROM key_slots WHERE id = ?", (entry,))),
        (
            "altered-payload",
            (
                "UPDATE payloads SET sealed = CAST(substr(sealed, 1, 40) || x'00' AS BLOB) WHERE id = ?",
                (entry,),
            ),
        ),
    ):
        copy = store.with_name(sort)
        shutil.copytree(store, copy)
        sql(copy, statement)
        for unlocked in (False, True):
            report = check(copy, made[1], unlocked=unlocked)
            assert [(one.sort, one.where) for one in report.findings] == [(sort, made[2]["theirs"])]


@BREAKS
def test_a_payload_exchanged_for_another_is_found_unlocked(made, store: Path):
    """The ciphertext of one entry under the id of another: hashes alone are not fooled either."""
    ours, theirs = (bytes.fromhex(made[2][name]) for name in ("ours", "theirs"))
    (sealed,) = _one(store, "SELECT sealed FROM payloads WHERE id = ?", ours)
    sql(store, ("UPDATE payloads SET sealed = ? WHERE id = ?", (sealed, theirs)))
    assert sorts(check(store, made[1])) == {"altered-payload"}


@BREAKS
def test_altered_checkpoint_and_cosignature(made, store: Path):
    log = log_of(store, made[2]["blue"])
    (note,) = _one(store, "SELECT note FROM checkpoints WHERE log = ? ORDER BY size DESC LIMIT 1", log)
    origin, size, rest = note.split(b"\n", 2)
    bent = b"\n".join((origin, size, b"B" + rest[1:] if rest[:1] == b"A" else b"A" + rest[1:]))
    copy = store.with_name("checkpoint")
    shutil.copytree(store, copy)
    sql(copy, ("UPDATE checkpoints SET note = ? WHERE log = ? AND note = ?", (bent, log, note)))
    assert "altered-checkpoint" in sorts(check(copy, made[1], unlocked=False))
    sql(store, ("UPDATE cosignatures SET time_s = time_s + 1 WHERE log = ?", (log,)))
    assert "altered-cosignature" in sorts(check(store, made[1], unlocked=False))


@BREAKS
def test_altered_genesis(made, store: Path):
    (genesis,) = _one(store, "SELECT genesis FROM lines")
    sql(store, ("UPDATE lines SET genesis = ?", (genesis.replace(b"interim", b"interin"),)))
    assert sorts(check(store, made[1], unlocked=False)) == {"altered-genesis"}


@BREAKS
def test_stale_view(made, store: Path):
    line, entry = made[2]["line"], made[2]["theirs"]
    insert = ("INSERT INTO sides (ns, key, value) VALUES (?, ?, ?)", (f"missing/{line}", entry, b"x"))
    sql(store, insert)
    assert sorts(check(store, made[1], unlocked=False)) == {"stale-view"}


def test_a_node_that_shows_less_than_its_store_holds_is_stale(made, store: Path):
    opened = SqliteStore(store / "store", read_only=True)
    try:
        line = made[2]["line"]
        shown = {origin.partition("/")[2]: opened.size(origin) for origin in opened.origins(line)}
        assert list(stale(shown, opened, line)) == []
        behind = {name: size - 1 for name, size in shown.items()}
        assert len(list(stale(behind, opened, line))) == len(shown) and total(opened) == sum(shown.values())
    finally:
        opened.close()
    assert list(compare({"a": 1}, {"a": 1})) == []
    assert [one.where for one in compare({"a": 1, "b": 2}, {"a": 2, "c": 3})] == ["a", "b", "c"]


def test_missing_and_unsigned_are_states(tmp_path: Path):
    blue, red, clock = pair(tmp_path)
    try:
        entry = red.say("line.check", CHECK)
        line = red.node.line(red.line)
        red.node.vault = vault.locked((red.folder / "vault.json").read_bytes())
        line.opened.clear()
        settle(blue, red, clock)
        assert entry in blue.node.line(blue.line).missing
        report = fsck(blue.node.store, blue.node.party, blue.node.vault)
        assert report.clean, report.findings
        assert report.states["missing"] == 1
        blue.say("line.check", CHECK)
        blue.say("line.check", CHECK)
        report = fsck(blue.node.store, blue.node.party, blue.node.vault)
        assert report.clean and report.states["unsigned"] == 1, report
    finally:
        blue.node.store.close()
        red.node.store.close()


@BREAKS
def test_erased_is_a_state(made, store: Path, monkeypatch: pytest.MonkeyPatch):
    """An entry that an `erased` entry names may be without payload and key."""
    import steerclear.node.fsck_log as module

    entry = made[2]["theirs"]
    sql(store, ("DELETE FROM key_slots WHERE id = ?", (bytes.fromhex(entry),)))
    assert sorts(check(store, made[1])) == {"lost-key"}
    real = module._entry

    def told(found: module.LogCheck, outcome: object) -> None:
        real(found, outcome)  # type: ignore[arg-type]
        found.erased.add(entry)

    monkeypatch.setattr(module, "_entry", told)
    report = check(store, made[1])
    assert report.clean and report.states["erased"] == 1


def _one(home: Path, statement: str, *values: object) -> tuple:
    with closing(sqlite3.connect(home / "store" / "store.db")) as db:
        return db.execute(statement, values).fetchone()
