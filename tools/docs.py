"""Write the pages of docs/reference that follow from the code: kinds, parameters, schemas, interfaces.

    python tools/docs.py [--check]

`make docs` runs it; `--check` writes nothing and exits 1 when a page is stale. Nothing here decides anything: every
word comes from the tables, docstrings, schemas and examples of the package, and from `docs_words.toml` beside this
file (what each parameter means).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

from docs_archive import archive_page
from docs_conduct import conduct_page
from docs_feeds import feeds_page
from docs_kinds import kinds_page
from docs_parameters import parameters_page
from docs_phrases import phrases_page
from docs_states import states_page

ROOT: Final = Path(__file__).resolve().parent.parent
REFERENCE: Final = ROOT / "docs/reference"


def pages() -> dict[Path, str]:
    """Every generated file and what belongs in it."""
    from steerclear.api.native.openapi import reference
    from steerclear.cli.reference import page as command_line

    out = {
        REFERENCE / "kinds.md": kinds_page(),
        REFERENCE / "parameters.md": parameters_page(),
        REFERENCE / "conduct-rules.md": conduct_page(),
        REFERENCE / "native-api.md": reference(),
        REFERENCE / "cli.md": command_line(),
        REFERENCE / "phrases.md": phrases_page(),
        REFERENCE / "states.md": states_page(),
        REFERENCE / "archive.md": archive_page(),
        REFERENCE / "feeds.md": feeds_page(),
    }
    published = schemas()
    for name, schema in published.items():
        out[REFERENCE / f"schema/{name}.json"] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    out[REFERENCE / "index.md"] = index_page(published)
    return out


def schemas() -> dict[str, dict[str, Any]]:
    """File name → JSON Schema: header, inner header, parameters, the payload of each kind, the what-if's two."""
    from steerclear.judgement import schemas as of_judge
    from steerclear.speech.schema import all_schemas

    out = {
        name.removeprefix("payload/"): schema
        for name, schema in all_schemas().items()
        if not name.startswith("body/")
    }
    return out | of_judge()


def index_page(published: dict[str, dict[str, Any]]) -> str:
    rows = [f"| [{name}](schema/{name}.json) | {one['title']} |" for name, one in sorted(published.items())]
    return INDEX + "\n".join(rows) + "\n"


INDEX: Final = """# Reference

Everything here is exact and short. What is marked *generated* is written by `make docs` from the code, and a test
fails when it is stale.

| page | what | generated |
|---|---|---|
| [kinds.md](kinds.md) | what a party can say: who may sign it, what holds it back, each field, examples | yes |
| [parameters.md](parameters.md) | every timer, distance, minimum and cap, with its default | yes |
| [conduct-rules.md](conduct-rules.md) | every conduct rule with its source, its question and its check | yes |
| [states.md](states.md) | what each role, state and mark means | yes |
| [archive.md](archive.md) | columns of track files, fields of encounters | yes |
| [subject.md](subject.md) | how a notice, an area, a stop and the line stand: each state, mark, deadline and alarm | |
| [native-api.md](native-api.md) | the HTTP interface of a node | yes |
| [phrases.md](phrases.md) | what each code and field is called in English, Russian, Arabic and French | yes |
| [feeds.md](feeds.md) | formats of feeds and of areas, reasons of drops, how a height was found | yes |
| [cli.md](cli.md) | the command `steerclear` and its exit codes | yes |
| [replays.md](replays.md) | each history that ships: its criteria as met, what each side saw | by `replays_page.py` |
| [scenario-format.md](scenario-format.md) | the file that `steerclear replay` plays | |
| [formats of the record](../explanation/formats.md) | notes, trees, checkpoints, proofs, kits, byte for byte | |

## JSON Schemas

Dialect 2020-12, of the wire form: integers with their unit in the name, times as RFC 3339 text with a zone. People
write the shorter form of the examples. A schema says what a field can hold; what a party may say with it is decided
at the desk. The schema of one kind is also printed by `steerclear say KIND --schema`, the what-if's by `steerclear
judge --schema`.

| schema | of |
|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    only_check = parser.parse_args().check
    made = pages()
    known = {path.name for path in made}
    gone = [path for path in (REFERENCE / "schema").glob("*.json") if path.name not in known]
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    for path in stale + gone:
        print(
            f"{'stale' if only_check else 'written' if path in made else 'removed'}: {path.relative_to(ROOT)}"
        )
    if only_check:
        return 1 if stale or gone else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path])
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
