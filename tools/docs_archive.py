"""The page of track files and encounters, from the columns and fields of the package."""

from __future__ import annotations

import inspect

import msgspec


def archive_page() -> str:
    """docs/reference/archive.md."""
    from steerclear.archive.columns import NEEDED, UNITS, presets
    from steerclear.archive.encounter import Encounter
    from steerclear.archive.scan import Judged
    from steerclear.archive.schema import COLUMNS

    columns = "\n".join(f"| `{one.name}` | {one.type} | {one.meaning} |" for one in COLUMNS)
    tables = "\n".join(f"| `{name}` | {row['says']} |" for name, row in presets().items())
    ours = "\n".join(
        f"| `{name}` | {', '.join(f'`{unit}`' for unit in units) or '-'} | {'yes' if name in NEEDED else ''} |"
        for name, units in UNITS.items()
    )
    fields = ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(Encounter))
    return f"""# Track files and encounters

Written from the code by `make docs`. How to use them: [the analyst's page](../how-to/analyst.md).

## Track files

`day=YYYY-MM-DD/hour=HH/<trust>-<hash>.parquet` below the archive's folder, times UTC; `manifest.json` names each
with its SHA-256. A file has all columns in this order; unknown is null.

| column | type | meaning |
|---|---|---|
{columns}

## Tables of others

`steerclear archive add --like NAME`:

| name | what |
|---|---|
{tables}

`--column OURS=THEIRS[:UNIT]`; without a unit the first one holds. Of `ident` the part behind `:` is the space of
its names.

| ours | units | needed |
|---|---|---|
{ours}

## Encounters

The fields of `scan --json`, `--parquet` and `--geojson`: `verdict` (`loss` or `possible`), {fields}.

{inspect.cleandoc(Encounter.__doc__ or "").partition(chr(10) + chr(10))[2]}

What was judged, in `--json`:

{inspect.cleandoc(Judged.__doc__ or "").partition(chr(10) + chr(10))[2]}
"""
