"""A bundle as a directory of tiles: it comes back whole, log readers read it, what is altered is none."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_bundle_form import DATA

from steerclear.errors import Malformed
from steerclear.record import bundle, tiledir
from steerclear.record.bundle import Bundle, LogPart
from steerclear.record.checkpoint import parse_head
from steerclear.record.note import parse_note
from steerclear.record.tiles import read_log, tree_of


def whole() -> Bundle:
    return bundle.read(DATA)


def test_it_comes_back_whole() -> None:
    made = whole()
    files = dict(tiledir.files_of(made))
    assert tiledir.bundle_of(files) == made and len(made.boxes) == 2
    assert bundle.read(bundle.write(tiledir.bundle_of(files))) == made


def test_each_log_is_one_by_its_checkpoint_and_tiles_alone() -> None:
    made = whole()
    files = dict(tiledir.files_of(made))
    for log in made.logs:
        folder = f"logs/{log.origin.partition('/')[2]}"
        origin, size, root = parse_head(parse_note(files[f"{folder}/checkpoint"]).text)
        leaves = list(read_log(lambda path, at=folder: files.get(f"{at}/{path}"), size))
        assert (origin, tree_of(leaves).root()) == (log.origin, root)
        bare = {path: data for path, data in files.items() if "/checkpoints/" not in path}
        assert tiledir.bundle_of(bare).logs[0].checkpoints == (files[f"{_first(made)}/checkpoint"],)


def _first(made: Bundle) -> str:
    return f"logs/{made.logs[0].origin.partition('/')[2]}"


def test_what_is_no_whole_log_is_refused() -> None:
    made = whole()
    files = dict(tiledir.files_of(made))
    del files["genesis.note"]
    assert _rule(tiledir.bundle_of, files) == "not-a-log"
    files = dict(tiledir.files_of(made))
    gone = next(path for path in files if "/tile/entries/" in path)
    part = Bundle(made.genesis, (LogPart(made.logs[0].origin, 1, made.logs[0].leaves[1:], ()),), {})
    assert _rule(lambda: list(tiledir.files_of(part))) == "part-of-a-log"
    assert _rule(tiledir.bundle_of, {**files, gone: files[gone][:-1]}) == "bad-entries"
    assert _rule(tiledir.bundle_of, {**files, f"{_first(made)}/tile/entries/x": b""}) == "bad-tile-path"


@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=60), max_size=5))
def test_any_files_are_malformed_or_a_bundle(more: dict[str, bytes]) -> None:
    files = dict(tiledir.files_of(whole())) | {
        f"{_first(whole())}/tile/entries/{k}": v for k, v in more.items()
    }
    with contextlib.suppress(Malformed):
        assert isinstance(tiledir.bundle_of(files), Bundle)


def _rule(call, *args) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule
