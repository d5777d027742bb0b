"""A track file that cannot be read is named with what to do, and never takes part as if it held nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from archive_world import archive, crossing, found

from steerclear.archive import layout, owning, work
from steerclear.archive.extra import polars
from steerclear.archive.terms import default
from steerclear.errors import Malformed


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _another(path: Path) -> None:
    polars().DataFrame({"a": [1]}).write_parquet(path)


@pytest.mark.parametrize("spoil", [_cut, _emptied, _another])
def test_a_file_that_cannot_be_read_is_named_with_a_remedy(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    root = archive(tmp_path, crossing())
    [part] = layout.parts(root)
    units = work.units(root, (), default())
    assert len(found(root)) == 1 and not owning.marked(root)
    spoil(root / part.name)
    for read in (lambda: owning.marked(root), lambda: work.scan_unit(units[0])):
        with pytest.raises(Malformed) as caught:
            read()
        assert (caught.value.rule, caught.value.field) == ("bad-track-file", str(root / part.name))
        assert "archive check" in caught.value.remedy


def test_of_several_files_the_bad_one_is_named(tmp_path: Path) -> None:
    root = archive(tmp_path, crossing())
    archive(root, crossing(2.0))
    [first, second] = [root / part.name for part in layout.parts(root)]
    [unit] = work.units(root, (), default())
    second.write_bytes(second.read_bytes()[:-100])
    with pytest.raises(Malformed) as caught:
        work.scan_unit(unit)
    assert caught.value.field == str(second) != str(first)
