"""`docs/reference/parameters.md`: every parameter with its default and bounds in human words, its source, and whether
anything reads it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from steerclear.speech import parameters
from steerclear.speech.parameters import Parameters
from steerclear.speech.separation import Separation

HERE: Final = Path(__file__).resolve().parent
SOURCE: Final = HERE.parent / "src/steerclear"
MS: Final = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"))


def parameters_page() -> str:
    """The whole page. Raises `KeyError` for a parameter that `docs_words.toml` does not explain, and for a source in
    `docs_sources.toml` of none."""
    groups = tomllib.loads((HERE / "docs_words.toml").read_text())
    sources = tomllib.loads((HERE / "docs_sources.toml").read_text())
    told = {name for words in groups.values() for name in words}
    if told != set(Parameters.__struct_fields__):
        raise KeyError(f"docs_words.toml: {sorted(told ^ set(Parameters.__struct_fields__))}")
    for group, words in groups.items():
        if unknown := sources[group].keys() - words.keys() - {"all"}:
            raise KeyError(f"docs_sources.toml: {sorted(unknown)}")
    plain, read, bounds = Parameters(), used(), takes()
    out = [HEAD]
    for group, words in groups.items():
        head = "| parameter | default | takes | meaning | source |"
        out += ["", f"## {group}", "", head, "|---|---|---|---|---|"]
        for name, meaning in words.items():
            later = "" if name in read else " *Read by nothing yet.*"
            source = sources[group].get(name, sources[group]["all"])
            default = value(name, getattr(plain, name))
            out.append(f"| `{name}` | {default} | {bounds[name]} | {meaning}{later} | {source} |")
    return "\n".join(out) + "\n"


def takes() -> dict[str, str]:
    """Of each parameter what it may be: least to most as a person writes them, the words of a list, how many rows."""
    return {one.name: _taken(one.name, one.type) for one in _fields(Parameters)}


def _fields(form: type[msgspec.Struct]) -> tuple[msgspec.inspect.Field, ...]:
    found = msgspec.inspect.type_info(form)
    assert isinstance(found, msgspec.inspect.StructType)
    return found.fields


def _taken(name: str, kind: msgspec.inspect.Type) -> str:
    if isinstance(kind, msgspec.inspect.UnionType):
        kind = next(one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType))
    if isinstance(kind, msgspec.inspect.IntType):
        return f"{value(name, kind.ge)} to {value(name, kind.le)}"
    if isinstance(kind, msgspec.inspect.BoolType):
        return "yes or no"
    if isinstance(kind, msgspec.inspect.LiteralType):
        return "one of " + ", ".join(f"`{one}`" for one in kind.values)
    if isinstance(kind, msgspec.inspect.VarTupleType):
        most = f"at most {kind.max_length}" if kind.max_length is not None else "any number"
        if isinstance(kind.item_type, msgspec.inspect.StructType):
            rows = "; ".join(f"`{one.name}` {_taken(one.name, one.type)}" for one in kind.item_type.fields)
            return f"{most} rows: {rows}"
        return f"{most}, each {_taken(name, kind.item_type)}"
    return "text"


def used() -> set[str]:
    """Parameters that some other module of the package, or a conduct rule, reads."""
    text = "\n".join(
        path.read_text()
        for path in sorted((*SOURCE.rglob("*.py"), *SOURCE.rglob("judgement/conduct/rules/*.toml")))
        if path.name != "parameters.py" and "cli" not in path.parts
    )
    own = Path(parameters.__file__).read_text().partition("class Parameters")[2]
    return {
        name
        for name in Parameters.__struct_fields__
        if re.search(rf"\b{name}\b", text) or re.search(rf"self\.{name}\b", own)
    }


def value(name: str, default: Any) -> str:
    """A default as a person writes it."""
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, str):
        return f"`{default}`"
    if isinstance(default, tuple):
        return "; ".join(_row(one) for one in default) or "none"
    if name.endswith("_ms"):
        return _duration(default)
    if name.endswith("_mm"):
        return _distance(default)
    if name.endswith("_tmm"):
        return f"{default / 10_000:,.2f} m ({round(default / 3_048):,} ft)"
    if name.endswith("_percent"):
        return f"{default} %"
    if name.endswith("_cdeg"):
        return f"{default / 100:g}°"
    if name.endswith("hz"):
        return _row(default)
    return f"{default:,}"


def _duration(ms: int) -> str:
    if not ms:
        return "0"
    unit, sign = next((one for one in MS if ms % one[0] == 0), (1, "ms"))
    if sign == "d" and ms < 4 * unit:
        unit, sign = 3_600_000, "h"
    return f"{ms // unit:,} {sign}"


def _distance(mm: int) -> str:
    text = f"{mm / 1_000_000:,.6g} km" if mm >= 1_000_000 else f"{mm / 1_000:,.6g} m"
    return text + (f" ({mm // 1_852_000} NM)" if mm and mm % 1_852_000 == 0 else "")


def _row(one: Any) -> str:
    if isinstance(one, int):
        return f"{one / 1_000_000:g} MHz" if one >= 30_000_000 else f"{one / 1_000:g} kHz"
    if isinstance(one, str):
        return f"`{one}`"
    if isinstance(one, Separation):
        return _moving(one)
    return f"{one.a} from {one.b}: {_distance(one.horizontal_mm)}".replace("_", " ")


def _moving(one: Separation) -> str:
    high = "any altitude" if one.vertical_tmm is None else value("_tmm", one.vertical_tmm)
    times = ", ".join(_duration(ms) for ms in (one.look_ahead_ms, one.caution_ms, one.warning_ms))
    return f"{one.a} from {one.b}: {_distance(one.horizontal_mm)}, {high}; {times}"


HEAD: Final = """# Parameters

Generated by `make docs` from `speech/parameters.py`. A line's genesis may set others (`steerclear line new
--parameters FILE`); the agreement in force stands over them; while the agreement is suspended those of the genesis
hold again. Both sides judge by the same set, and every judgement names it by its hash.

A file holds only what differs from these defaults. On the wire every value is an integer with its unit in the name:
`_ms` milliseconds, `_mm` millimetres, `_tmm` tenths of a millimetre, `_hz` hertz. `steerclear judge` also takes text
with a unit (`"5 NM"`). `[[minima]]` rows name two classes (`*` is any): two notices are in conflict when they are
nearer than the row's figures in outline, altitude *and* time at once."""
