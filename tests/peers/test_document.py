"""docs/reference/between-nodes.md says what the code does: paths, statuses, numbers, examples."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import msgspec
import pytest
from conversations import GOLDEN, SCENES
from peer_world import World

from steerclear.node import compare, relay, write
from steerclear.peers import client, request, server, sync, wire, witness
from steerclear.record import leaf, tiles
from steerclear.speech.parameters import Parameters

PAGE = (Path(__file__).parents[2] / "docs/reference/between-nodes.md").read_text()


def test_every_path_stands_there_and_no_other(tmp_path: Path) -> None:
    watch = witness.Watch(World(tmp_path).sites["red"].party.keys.mirrors[0], {})
    host = World(tmp_path / "again").sites["red"].host
    routes = [*server.routes(host), *witness.routes(host, watch)]
    there = {(next(iter((route.methods or set()) - {"HEAD"})), shape(route.path)) for route in routes}
    said = set()
    for method, path in re.findall(r"^\| `(GET|POST) ([^`]+)` \|", PAGE, re.MULTILINE):
        said.add((method, shape(path.replace("<log>", "/lines/<line>/logs/<party>/<epoch>"))))
    assert said == there


def shape(path: str) -> str:
    """Parameters without names; all below `tile/` is one."""
    path = path.partition("?")[0]
    path = re.sub(r"tile/.*", "tile/*", path)
    return re.sub(r"<[^>]+>|\{[^}]+\}", "*", path)


def test_statuses() -> None:
    said = set(re.findall(r"^\| (\d{3}|5xx) \|", PAGE, re.MULTILINE))
    assert said == {"400", "404", "408", "413", "5xx"}
    source = Path(server.__file__).read_text()
    assert set(re.findall(r"status_code=(\d{3})", source)) | {"404"} == {"400", "404", "408", "413"}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (request.WINDOW_MS, "within {} ms"),
        (2 * request.WINDOW_MS, "at least {} ms"),
        (request.MAX_HEADER, "`steerclear-request` | {} characters"),
        (wire.BEAT_SIZE, "20 s, {} bytes"),
        (wire.MAX_BODY, "body of a request | {} bytes"),
        (wire.MAX_NOTES, "notes in one page or post | {}"),
        (relay.COSIGNED_AT_ONCE, "at most {}; ask again"),
        (wire.MAX_HOLDS, "named in `holds` | {}"),
        (client.MAX_COSIGNED, "heads and cosignatures | {} bytes"),
        (client.MAX_ENTRIES, "entry bundle | {} bytes"),
        (client.MAX_SMALL, "any other answer | {} bytes"),
        (compare.MOST, "at most {} conflicts and 24 subjects"),
        (compare.MOST, "in one `compare` | {} each"),
        (compare.MOST_WHOLE, "at most {} at a time"),
        (compare.MOST_WHOLE, "{} with their answers"),
        (compare.MAX_ANSWER, "an answer in `compare` | {} bytes"),
        (compare.MAX_TEXT, "texts of {} characters"),
        (int(client.TIMEOUT_S), "a whole answer | {} s"),
        (sync.ROUND_LEAVES, "More than {} leaves behind"),
        (sync.MOST_LEAVES, "{} leaves or 256 MiB"),
        (sync.AT_ONCE, "addressed to you, {} at a time"),
        (write.CHECKPOINT_MS, "one each {} ms"),
        (Parameters().heartbeat_ms // 1000, "heartbeat | {} s"),
        (Parameters().checkpoint_refresh_ms // 60_000, "refreshed when idle | {} min"),
        (tiles.WIDTH, "holds up to {} hashes"),
    ],
)
def test_numbers(number: int, words: str) -> None:
    assert words.format(number) in " ".join(PAGE.split()), words


def test_numbers_written_out() -> None:
    assert sync.MOST_BYTES == 256 << 20 and leaf.MAX_LEAF == tiles.MAX_LEAF == 65_535
    assert "at most 65,535 bytes" in " ".join(PAGE.split())
    assert "200 ms, doubled" in PAGE
    from steerclear.app.links import RETRY_MS

    assert RETRY_MS == 200
    assert (Parameters().degraded_after_ms, Parameters().silent_after_ms) == (60_000, 300_000)


def test_the_example_of_a_request_is_one_of_the_golden_ones() -> None:
    found = re.search(r"```request\n(.*?)```", PAGE, re.DOTALL)
    assert found
    header = re.search(r"steerclear-request: (\S+)", (GOLDEN / "refused.txt").read_text())
    assert header
    assert base64.b64decode(header[1]).decode().startswith(found[1] + "\n\u2014 ")


def test_the_fields_of_each_body() -> None:
    kinds = (wire.Beat, wire.BeatAnswer, wire.Cosigned, wire.Delivered, wire.Carried, wire.Hint)
    told = (wire.Compare, wire.Comparison, compare.Pair, compare.PairTold, compare.State)
    for kind in (*kinds, *told):
        for field in msgspec.structs.fields(kind):
            assert f'"{field.name}"' in PAGE, (kind, field.name)


def test_the_conversations_are_named() -> None:
    last = " ".join(PAGE.partition("## Conversations")[2].split())
    assert ", ".join(SCENES) in last
    assert ".venv/bin/python tests/peers/conversations.py" in last
