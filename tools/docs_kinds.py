"""`docs/reference/kinds.md`: the table of kinds, the fields of each from its schema, and its examples."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from steerclear.speech.phrases import phrase
from steerclear.speech.samples import examples
from steerclear.speech.table import ANY, KINDS, Kind, spoken

LANGUAGE: Final = "en"
FAMILIES: Final = {
    "keeping": "Beginning and keeping the line",
    "activity": "Activity",
    "change": "Changing what was said",
    "area": "Areas to keep away from",
    "humanitarian": "Humanitarian notification",
    "answer": "Answers",
    "contact": "Contact",
    "talks": "Talks",
    "accountability": "Accountability",
}
LIFE_SAFETY: Final = {
    "always": "always",
    "may": "if its author says so",
    "people_in_danger": "only with `people_in_danger = true`",
    "soon": "only of a loss of separation less than 10 min ahead, or going on",
    "follows": "as an answer to, or new version of, what has it",
    "never": "never",
}
RELEASE: Final = {
    "none": "nobody (the node signs)",
    "watch": "the watch officer alone",
    "one": "one releaser",
    "second": "any two officers who may sign it, life safety or not",
    "two": "two officers",
    "roots": "the root quorum",
}
RECORD: Final = {
    "entry.invalid": "a range of leaves of a log that do not count here",
    "payload-missing": "an addressed payload did not come with its entry",
    "payload-held": "it came later: that is delivery",
    "payload-unopenable": "a payload inside the log does not open",
    "payload.inline": "a payload inside the log, sealed to one addressee",
    "carried": "the bytes of a stand-alone note that another could not log",
    "fork": "proof that a log told two stories",
    "erased": "payloads destroyed, with what must stay known of them",
    "opened": "a bulk read (kit, certificate, bundle), without what was read",
    "timer.fired": "this node alarmed; no effect on anybody's state",
    "policy": "a new version of who is on the line",
    "key": "officers' keys, registrars, roots or the card change",
    "log.restart": "a new epoch after a fork or a loss",
}


def kinds_page() -> str:
    """The whole page."""
    rows = spoken()
    bodies = [row.body for row in rows if row.body is not None]
    _, parts = msgspec.json.schema_components(bodies, ref_template="{name}")
    names = {body.__name__ for body in bodies}
    out = [HEAD, *_overview(rows)]
    for family, title in FAMILIES.items():
        out += ["", f"## {title}"]
        for row in rows:
            if row.family == family:
                out += _kind(row, parts)
    out += ["", "## Parts that several kinds share", ""]
    out.append("Wire form; where a file is written by a person the shorter forms of the examples serve.")
    for name in sorted(parts.keys() - names):
        out += ["", f"### {name}", "", _words(parts[name].get("description", "")), ""]
        out += _fields(parts[name])
    out += [
        "",
        "## Of the record itself",
        "",
        RECORD_HEAD,
        "",
        "| kind | says | signed by |",
        "|---|---|---|",
    ]
    out += [
        f"| `{row.name}` | {RECORD[row.name]} | {_roles(row.roles)} |"
        for row in KINDS.values()
        if row.body is None
    ]
    return "\n".join(out) + "\n"


def _overview(rows: Iterable[Kind]) -> list[str]:
    out = [
        "| kind | in words | life safety | released by | held back by a suspension of |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        link = f"[`{row.name}`](#{row.name.replace('.', '')})"
        words = phrase("kind", row.name, LANGUAGE)
        cells = (link, words, LIFE_SAFETY[row.life_safety], RELEASE[row.release], row.suspension or "nothing")
        out.append(f"| {' | '.join(cells)} |")
    return out


def _kind(row: Kind, parts: dict[str, Any]) -> list[str]:
    assert row.body is not None
    out = ["", f"### {row.name}", "", _words(inspect.getdoc(row.body) or ""), ""]
    facts = [
        f"**Signed by** {_roles(row.roles)}; **released by** {RELEASE[row.release]}"
        + (
            " (in haste by the watch alone in a coarse form set beforehand: `releaser_wait_ms`, `steerclear rules`)"
            if row.coarse
            else ""
        ),
        f"**Life safety** {LIFE_SAFETY[row.life_safety]}; **precedence** {row.precedence} unless said otherwise",
        f"**To** {'every member of the line' if row.to_all else 'the members named'}",
    ]
    if row.subject:
        about = "any entry" if row.subject == (ANY,) else ", ".join(f"`{one}`" for one in row.subject)
        facts.append(f"**About** (`refs[0]`{'' if row.subject_needed else ', may be left out'}) {about}")
    if row.answers:
        facts.append("**Can be answered with** " + ", ".join(f"`{one}`" for one in row.answers))
    held = f"a suspension of `{row.suspension}`" if row.suspension else "no suspension"
    facts.append(f"**Held back by** {held}" + ("; passes before `introduce`" if row.unauthenticated else ""))
    out += [f"- {fact}" for fact in facts]
    out += ["", *_fields(parts[row.body.__name__])]
    for name, data in examples().items():
        if _of_kind(name, row.name):
            suffix = "json" if name.endswith("json") else "toml"
            out += ["", f"`{name}`:", "", f"```{suffix}", data.decode().rstrip("\n"), "```"]
    return out


def _of_kind(file: str, kind: str) -> bool:
    """Whether an example is of that kind: `KIND.suffix` or `KIND-variant.suffix`."""
    return file.rpartition(".")[0].partition("-")[0] == kind


def _fields(schema: dict[str, Any]) -> list[str]:
    out = ["| field | value | needed |", "|---|---|---|"]
    for name, value in schema.get("properties", {}).items():
        needed = "yes" if name in schema.get("required", ()) else ""
        out.append(f"| `{name}` | {brief(value)} | {needed} |")
    return out if len(out) > 2 else ["No fields."]


def brief(schema: dict[str, Any]) -> str:
    """A schema in a few words; names of parts are links."""
    if "$ref" in schema:
        name = schema["$ref"]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(brief(one) for one in kinds))
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    kind = schema.get("type", "any value")
    if kind == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(brief(one) for one in schema['prefixItems'])}]"
        items = schema.get("items", {})
        most = f", at most {schema['maxItems']}" if "maxItems" in schema else ""
        return f"list{most}: {brief(items) if isinstance(items, dict) and items else 'any value'}"
    words = {"string": "text", "boolean": "true or false", "object": "table"}.get(kind, kind)
    bounds = [f"{sign} {schema[key]:,}" for key, sign in _BOUNDS if key in schema]
    if "pattern" in schema:
        bounds.append(f"`{schema['pattern']}`".replace("|", "\\|"))
    elif "maxLength" in schema:
        bounds.append(f"at most {schema['maxLength']:,} characters")
    note = schema.get("description", "")
    return " ".join([words, *bounds]) + (f" ({note})" if note else "")


_BOUNDS: Final = (("minimum", "≥"), ("maximum", "≤"), ("exclusiveMaximum", "<"))


def _roles(roles: Iterable[str]) -> str:
    return ", ".join(role.replace("_", " ") for role in roles)


def _words(doc: str) -> str:
    """A docstring as flowing text, its paragraphs kept."""
    clean = inspect.cleandoc(doc)
    return "\n\n".join(re.sub(r"\s+", " ", part).strip() for part in clean.split("\n\n"))


HEAD: Final = """# Kinds

Generated by `make docs` from `speech/table.py`, the structs of `speech/kinds/` and the shipped examples. What the
states are that these add up to: [subject.md](subject.md). Names such as *messages.md* or *AT03* are those of the
specification and of the incidents that its tests come from.

Everything about an entry that all members see stands in its clear header (kind, author, mode, life safety,
precedence, addressees, references, time); what only addressees see stands in the payload: `inner` (office, on whose
behalf, language, handling) and `body`, described here field by field.

**Two forms.** The tables below are the wire form: integers with the unit in the name. In a file people write the same
fields without the unit in the name and with it in the value: `error = "20 m"` for `error_mm`, `lat = 41.3275` for
`lat_e7`, `upper = "FL240"`, times with their zone or as date-time groups. `steerclear say` takes either, and takes
volumes from GeoJSON.

**Absent and wrong.** Hardly any field is needed: what is absent is marked `incomplete` and is not judged; what is
wrong is refused at the desk with field, rule and remedy. The parameters that rules use: [parameters.md](parameters.md).
"""
RECORD_HEAD: Final = (
    "Permitted on every line, whatever is suspended. They have no payload: their content stands in the clear header's "
    "`record`, so they name entries, logs and keys, and never what was said."
)
