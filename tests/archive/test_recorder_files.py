"""Track files: partitions, columns, the manifest and its hash, one writer, what an interrupted one leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from archive_world import HOUR, T0, Track, archive, crossing

from steerclear.archive import layout, manifest, writing
from steerclear.archive.schema import COLUMNS
from steerclear.archive.writing import Recorder
from steerclear.errors import Malformed
from steerclear.feeds.batch import batch_of
from steerclear.feeds.codes import ORIGIN


def test_files_are_of_one_hour_and_one_trust_class(tmp_path: Path) -> None:
    root = archive(tmp_path, [replace(one, from_ms=T0 + HOUR - 300_000) for one in crossing()])
    archive(root, [replace(one, from_ms=T0 + HOUR - 300_000) for one in crossing()], trust="local")
    for part in layout.parts(root):
        rows = pl.read_parquet(root / part.name, hive_partitioning=False)
        assert rows.columns == [one.name for one in COLUMNS]
        assert set(rows["trust"]) == {part.trust}
        assert (rows["at_ms"] // HOUR * HOUR).unique().to_list() == [part.hour_ms]
        if part.trust == "local":
            assert rows["at_ms"].max() - rows["at_ms"].min() < layout.LOCAL_SPAN_MS
    trusts = [part.trust for part in layout.parts(root)]
    assert trusts.count("shared") == 2 and trusts.count("local") == 2


def test_what_a_row_says_is_kept_and_unknown_is_null(tmp_path: Path) -> None:
    batch = batch_of(
        2,
        {
            "ident": [b"icao:4b1814", b"anon:000001"],
            "at_ms": [T0 + 1, T0 + 2],
            "lat_deg": [47.123456789, -33.5],
            "lon_deg": [8.5, -180.0],
            "alt_baro_ft": [35_025.0, np.nan],
            "origin": [ORIGIN["own"], ORIGIN["radar"]],
            "callsign": [b"SWR12", b""],
        },
    )
    with Recorder(tmp_path, own=["anon:000001"]) as recorder:
        recorder.take(batch, source="roof", trust="shared")
    rows = pl.concat([pl.read_parquet(tmp_path / part.name) for part in layout.parts(tmp_path)])
    first, second = rows.sort("at_ms").to_dicts()
    assert (first["lat_e7"], first["lon_e7"], first["alt_baro_ft"]) == (471_234_568, 85_000_000, 35_025.0)
    assert (first["source"], first["trust"], first["own"], first["mover"]) == ("roof", "shared", False, None)
    assert second["alt_baro_ft"] is None and second["own"] and second["trust"] == "shared", (
        "own movers are shared"
    )
    assert first["received_ms"] == first["at_ms"], "when it came was not told"
    assert "SWR12" not in str(first), "call signs are not kept"


def test_what_others_measured_of_a_mover_is_local_whatever_the_source(tmp_path: Path) -> None:
    batch = batch_of(
        1,
        {"ident": [b"icao:000001"], "at_ms": [T0], "lat_deg": 1.0, "lon_deg": 1.0, "origin": ORIGIN["radar"]},
    )
    with Recorder(tmp_path) as recorder:
        recorder.take(batch, source="tisb", trust="shared")
    assert [part.trust for part in layout.parts(tmp_path)] == ["local"]


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    names = [part.name for k in "ab" for part in layout.parts(archive(tmp_path / k, crossing()))]
    assert len(names) == 2 and names[0] == names[1], "the name holds the hash"


def test_the_manifest_names_every_file_and_its_hash_says_whether_one_was_changed(tmp_path: Path) -> None:
    root = archive(tmp_path, crossing())
    known = manifest.read(root)
    assert known is not None
    [part] = layout.parts(root)
    row = known.files[part.name]
    assert (row.rows, row.first_ms, row.last_ms) == (122, T0, T0 + 600_000)
    assert (
        manifest.hash_of(root / part.name) == (row.sha256, row.bytes)
        and manifest.faults(root, known, [part.name]) == []
    )
    before = manifest.digest(known)
    (root / part.name).write_bytes(b"other")
    assert manifest.faults(root, known, [part.name]) == [(part.name, "changed")]
    (root / part.name).unlink()
    assert manifest.faults(root, known, []) == [(part.name, "missing")]
    assert manifest.faults(root, known, ["x.parquet"])[1] == ("x.parquet", "not in the manifest")
    archive(root, [Track("icao:00000c", (1, 1), (1, 2))])
    after = manifest.read(root)
    assert after is not None and manifest.digest(after) != before
    assert manifest.parse(manifest.text(after)) == after


def test_the_hash_on_record_says_nothing_of_what_was_recorded(tmp_path: Path) -> None:
    """Two archives of the same tracks have two hashes: nobody can guess the tracks and look whether the hash fits."""
    made = [manifest.read(archive(tmp_path / name, crossing())) for name in "ab"]
    assert made[0] and made[1] and made[0].files == made[1].files
    assert manifest.digest(made[0]) != manifest.digest(made[1]) and len(made[0].salt) == 32


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"format":"other"}', b'{"files":{},"format":"steerclear/archive/v1"}']
)
def test_a_file_that_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        manifest.parse(data)


def test_a_file_that_was_written_and_not_yet_named_is_taken_up(tmp_path: Path) -> None:
    """The writer was killed between the file and the manifest; what is not one of its files is left alone."""
    root = archive(tmp_path, crossing())
    named = manifest.read(root)
    assert named is not None
    manifest.write(root, manifest.Manifest(named.salt))
    [part] = layout.parts(root)
    other = (root / part.name).with_name("shared-0123456789abcdef.parquet")
    other.write_bytes(b"somebody's")
    with Recorder(root) as recorder:
        assert recorder.manifest == named
    assert manifest.faults(root, named, [part.name, "x"]) == [("x", "not in the manifest")]


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with Recorder(tmp_path), pytest.raises(Malformed, match="archive-in-use"):
        Recorder(tmp_path)
    Recorder(tmp_path).close()


def test_what_was_taken_is_written_when_there_is_much_of_it(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, most_rows=100)
    recorder.take(crossing()[0].batch(), source="x", trust="shared")
    assert not list(tmp_path.glob("day=*"))
    recorder.take(crossing()[1].batch(), source="x", trust="shared")
    assert len(layout.parts(tmp_path)) == 1
    recorder.close()


def test_no_archive_and_no_polars_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Malformed, match="no-archive"):
        layout.parts(tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(Malformed, match=r"steerclear\[archive\]"):
        Recorder(tmp_path)


def test_idents_of_a_list_or_a_file() -> None:
    assert writing.idents(["icao:1, icao:2 # ours", "", "# none", "mmsi:3"]) == {"icao:1", "icao:2", "mmsi:3"}
