"""Values of a payload written as TOML that a person reads and `authoring` reads back the same."""

from __future__ import annotations

import json
import re
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def write(document: dict[str, Any]) -> str:
    """Tables of text, whole numbers, booleans, lists and tables. What is plain stands before what is a table."""
    return "\n".join(_table(document, ())).strip() + "\n"


def _table(table: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    plain = {name: value for name, value in table.items() if not _is_table(value) and not _are_tables(value)}
    lines = [f"{_key(name)} = {_value(value)}" for name, value in plain.items()]
    for name, value in table.items():
        here = (*path, name)
        title = ".".join(map(_key, here))
        if _is_table(value):
            lines += ["", f"[{title}]", *_table(value, here)]
        elif _are_tables(value):
            for one in value:
                lines += ["", f"[[{title}]]", *_table(one, here)]
    return lines


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(one, dict) for one in value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_value(one)}' for name, one in value.items())} }}"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")
