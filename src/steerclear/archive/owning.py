"""Who may be named as own in a scan: whom the archive or the node's settings say is own. Any other would make
the scan a search by identity (spec/boundary.md, No track file of the other side)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from steerclear.archive import layout
from steerclear.archive.extra import polars, reading


def marked(root: Path) -> frozenset[str]:
    """The idents that a row of the archive marks as own. Raises `Malformed` `no-archive`, `extra-missing`,
    `bad-track-file`; OSError."""
    pl = polars()
    found: set[str] = set()
    for part in layout.parts(root):
        path = root / part.name
        with reading([path]):
            rows = pl.scan_parquet(path).filter(pl.col("own")).select("ident").unique().collect()
        found.update(rows["ident"].cast(pl.String).to_list())
    return frozenset(found)


def strangers(given: Collection[str], known: Collection[str], named: Iterable[str]) -> tuple[str, ...]:
    """Of the given idents those that neither the archive (`known`) nor the settings of a node (`named`, whole or a
    beginning and `*`) say are own."""
    settings = tuple(named)
    begins = tuple(name[:-1] for name in settings if name.endswith("*"))
    whole = {*known, *settings}
    return tuple(sorted(name for name in given if name not in whole and not name.startswith(begins)))


def here(root: Path, given: Collection[str]) -> frozenset[str]:
    """Of the given idents those of which the archive holds a row, whoever's it says they are. Raises `Malformed`
    `no-archive`, `extra-missing`, `bad-track-file`; OSError."""
    pl = polars()
    found: set[str] = set()
    for part in layout.parts(root):
        name = pl.col("ident").cast(pl.String)
        path = root / part.name
        with reading([path]):
            rows = pl.scan_parquet(path).select(name.unique()).collect()
        found.update(set(rows["ident"].to_list()).intersection(given))
    return frozenset(found)
