"""A node whose settings name a witness: asked at each new head, kept by name, dating nothing, in proofs."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msgspec
import pytest
from api_world import START, World, run, world

from steerclear.app import build
from steerclear.app.witnessing import FIRST_PAUSE_MS
from steerclear.clock import SteppedClock
from steerclear.config import WitnessSection
from steerclear.errors import Malformed
from steerclear.node import home as homes
from steerclear.node import kit_access, relay
from steerclear.node.fsck import fsck
from steerclear.node.home import write_secret
from steerclear.record import kit
from steerclear.record.card import log_verifier
from steerclear.record.keys import COSIGN_ED25519, Signer, signer_from_seed
from steerclear.record.note import parse_note
from steerclear.record.verify import check

KEY = signer_from_seed("witness.example/w1", COSIGN_ED25519, sha256(b"witness").digest())
OTHER = signer_from_seed("other.example/w2", COSIGN_ED25519, sha256(b"other").digest())
POLICY = {"witnesses": (KEY.verifier.vkey,), "witness_quorum": 1}
PASSPHRASE = "a passphrase of the watch"


def mirror_like() -> Signer:
    """A good key under a name that only a member's mirror has."""
    return signer_from_seed(f"{'a' * 32}/mirror", COSIGN_ED25519, sha256(b"m").digest())


async def witnessed(folder: Path, *, policy: dict[str, Any] | None = None, key: Any = KEY) -> World:
    """red asks `watch`, a node that holds no line; blue asks nobody."""
    made = await world(folder, policy=POLICY if policy is None else policy)
    red = made.sides[0]
    home = folder / "watch"
    homes.create(home, passphrase=PASSPHRASE, urls=("http://watch.test",), clock="stepped")
    write_secret(home / "keys" / "witness.secret", key)
    log = red.app.node.line(red.line).own_log
    card = log.state.policy.cards[red.party]
    (home / "witness.logs").write_text(f"# red\n{log_verifier(card, log.origin).vkey}\n")
    watch = build(home, passphrase=PASSPHRASE, clock=made.clock, http=made.peers, inline=True)
    watch.start()
    made.between.apps["watch.test"] = httpx.ASGITransport(watch.asgi)
    made.watch = watch  # type: ignore[attr-defined]
    settings = (WitnessSection("http://watch.test", KEY.verifier.vkey),)
    red.app.config = msgspec.structs.replace(red.app.config, witness=settings)
    await made.settle()
    return made


async def ended(made: World) -> None:
    await made.watch.close()  # type: ignore[attr-defined]
    await made.close()


def rows(made: World, at: int) -> list[Any]:
    """The witness's lines on red's log as a side keeps them."""
    side = made.sides[at]
    origin = made.sides[0].app.node.line(side.line).own_log.origin
    return [row for row in side.app.node.store.cosignatures(origin) if row.mirror == KEY.verifier.name]


def head(made: World) -> Any:
    red = made.sides[0]
    return red.app.node.line(red.line).own_log.head


def test_each_new_head_is_shown_and_the_line_is_kept_by_its_name(tmp_path: Path) -> None:
    async def play() -> None:
        made = await witnessed(tmp_path)
        red = made.sides[0]
        assert [row.size for row in rows(made, 0)][-1] == head(made).size
        before = len(rows(made, 0))
        await made.settle()
        assert len(rows(made, 0)) == before, "no new head, nothing asked"
        await red.officers[0].say("stop", {}, life_safety=True)
        await made.settle()
        assert len(rows(made, 0)) > before and rows(made, 0)[-1].size == head(made).size
        await red.officers[0].say("stop", {}, life_safety=True)
        await made.settle()
        assert rows(made, 1), "the other member is given it with the log"
        await ended(made)

    run(play())


def test_a_witness_dates_nothing_and_delivers_nothing(tmp_path: Path) -> None:
    async def play() -> None:
        made = await witnessed(tmp_path)
        red, blue = made.sides
        made.cut(blue)
        entry = await red.officers[0].say("stop", {}, life_safety=True)
        await made.settle()
        assert rows(made, 0)[-1].size == head(made).size
        row = (await red.officers[0].get(f"/entries/{entry}")).json()["row"]
        assert row["before_ms"] is None and row["delivered"] == {}
        made.restart(red)
        log = red.app.node.line(red.line).own_log
        assert set(log.cosigned_to) == {blue.party}
        made.join(blue)
        await ended(made)

    run(play())


def test_it_is_asked_again_with_pauses_that_grow(tmp_path: Path) -> None:
    async def play() -> None:
        made = await witnessed(tmp_path)
        red = made.sides[0]
        made.between.cut.add("watch.test")
        await red.officers[0].say("stop", {}, life_safety=True)
        await made.settle()
        (asked,) = red.app.witnesses
        assert asked.failed >= 1 and "cut" in asked.reason and asked.retry_ms > made.clock.now_ms()
        failed, kept = asked.failed, len(rows(made, 0))
        await red.app.pump()
        assert red.app.witnesses[0].failed == failed, "not before its pause is over"
        made.clock.step_to(made.clock.true_ms() + FIRST_PAUSE_MS << failed)
        await red.app.pump()
        assert red.app.witnesses[0].failed == failed + 1
        made.between.cut.clear()
        made.clock.step_to(made.clock.true_ms() + FIRST_PAUSE_MS << (failed + 1))
        await red.app.pump()
        (asked,) = red.app.witnesses
        assert (asked.failed, asked.retry_ms, asked.reason) == (0, 0, "") and len(rows(made, 0)) == kept + 1
        await ended(made)

    run(play())


def test_a_wrong_key_is_not_believed(tmp_path: Path) -> None:
    async def play() -> None:
        made = await witnessed(tmp_path, key=OTHER)
        assert made.sides[0].app.witnesses[0].failed and not rows(made, 0)
        await ended(made)

    run(play())


def test_one_that_the_policy_does_not_name_is_kept_aside(tmp_path: Path) -> None:
    async def play() -> None:
        made = await witnessed(tmp_path, policy={})
        red = made.sides[0]
        assert not rows(made, 0) and red.app.witnesses[0].failed == 0
        assert red.app.node.store.side(f"witnessed/{red.line}")[KEY.verifier.ref]
        await ended(made)

    run(play())


def test_restart_fsck_and_kit_hold_it(tmp_path: Path) -> None:
    async def play() -> None:
        made = await witnessed(tmp_path)
        red = made.sides[0]
        entry = await red.officers[0].say("stop", {}, life_safety=True)
        await made.settle()
        node = red.app.node
        state = node.line(red.line)
        notes = relay.cosigned_notes(node, state.own_log.origin, state.own_log.size)
        assert any(KEY.verifier.name in {one.name for one in parse_note(note).signatures} for note in notes)
        files = kit.build(kit_access.access(node, state), entries=[entry])
        assert isinstance(files, dict), files
        verdict = check(files, [side.party for side in made.sides])
        assert verdict.status == "verified", verdict.faults
        report = fsck(node.store, node.party, node.vault)
        assert report.clean, report.findings
        before = len(rows(made, 0))
        made.restart(red)
        assert (
            red.app.node.line(red.line).own_log.known_cosignatures
            >= {(KEY.verifier.ref, row.size, row.time_s) for row in rows(made, 0)}
            and len(rows(made, 0)) == before
        )
        await ended(made)

    run(play())


def test_without_its_witness_a_line_that_asks_for_one_proves_nothing(tmp_path: Path) -> None:
    """The twin: the same policy, nobody asked."""

    async def play() -> None:
        made = await world(tmp_path, policy=POLICY)
        red = made.sides[0]
        entry = await red.officers[0].say("stop", {}, life_safety=True)
        await made.settle()
        node = red.app.node
        files = kit.build(kit_access.access(node, node.line(red.line)), entries=[entry])
        assert isinstance(files, dict), files
        verdict = check(files, [side.party for side in made.sides])
        assert verdict.status == "not-verified" and any("witness" in str(one) for one in verdict.faults)
        await made.close()

    run(play())


@pytest.mark.breaks_store("a witness's line is moved to another second, to see that it is found")
def test_fsck_finds_a_witness_line_that_was_altered(tmp_path: Path) -> None:
    async def play() -> None:
        made = await witnessed(tmp_path)
        node = made.sides[0].app.node
        assert fsck(node.store, node.party, node.vault).clean
        row = rows(made, 0)[-1]
        node.store.commit((msgspec.structs.replace(row, time_s=row.time_s + 1),))
        found = fsck(node.store, node.party, node.vault).findings
        assert {one.sort for one in found} == {"altered-cosignature"}
        assert KEY.verifier.name in found[0].where
        await ended(made)

    run(play())


@pytest.mark.parametrize(
    ("vkey", "rule"),
    [("no key", "bad-setting"), (mirror_like().verifier.vkey, "bad-setting"), (KEY.verifier.vkey, "")],
)
def test_a_setting_that_names_no_witness_is_refused_at_the_start(
    tmp_path: Path, vkey: str, rule: str
) -> None:
    home = tmp_path / "home"
    homes.create(home, passphrase=PASSPHRASE, urls=(), clock="stepped")
    text = f'\n[[witness]]\nurl = "https://witness.example"\nvkey = "{vkey}"\n'
    path = home / "steerclear.toml"
    path.write_text(path.read_text() + text)
    clock = SteppedClock(START)
    if not rule:
        app = build(home, passphrase=PASSPHRASE, clock=clock, inline=True)
        assert app.config.witness[0].vkey == vkey
        app.node.store.close()
        return
    with pytest.raises(Malformed) as refused:
        build(home, passphrase=PASSPHRASE, clock=clock, inline=True)
    assert (refused.value.rule, refused.value.field) == (rule, "witness[0].vkey")
