"""Whether an answer meets a criterion: a JMESPath over the JSON, then plain comparisons."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError, JMESPathTypeError

from steerclear.errors import Malformed
from steerclear.replay.names import Names
from steerclear.replay.scenario import Criterion

SEEN_LIMIT = 400


class Judged(msgspec.Struct, frozen=True):
    """One line of a result: `seen` is what the query found, cut to a readable length."""

    text: str
    held: bool
    seen: str


def judge(criterion: Criterion, answer: Any, names: Names) -> Judged:
    """Every comparison of the criterion must hold of what `where` finds; raises `Malformed` for a bad query."""
    query = names.query(criterion.where)
    try:
        seen = jmespath.search(query, answer)
    except JMESPathTypeError as error:
        return Judged(criterion.text, False, f"the query does not fit the answer: {error}")
    except JMESPathError as error:
        raise Malformed(
            "bad-query", field=f"criterion {criterion.text!r}: where", remedy=f"write JMESPath: {error}"
        ) from error
    held = all(_holds(test, wanted, seen) for test, wanted in comparisons(criterion, names))
    return Judged(criterion.text, held, shorten(seen))


def comparisons(criterion: Criterion, names: Names) -> Iterable[tuple[str, Any]]:
    for test in ("equals", "contains", "lacks", "at_least", "at_most", "within"):
        wanted = getattr(criterion, test)
        if wanted is not msgspec.UNSET:
            yield test, names.expected(wanted)


def shorten(seen: Any) -> str:
    text = json.dumps(seen, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= SEEN_LIMIT else f"{text[:SEEN_LIMIT]}… ({len(text)} characters)"


def _holds(test: str, wanted: Any, seen: Any) -> bool:
    if test == "equals":
        return type(wanted) is type(seen) and bool(wanted == seen)
    if test == "contains":
        return _contains(seen, wanted)
    if test == "lacks":
        return seen is not None and not any(_contains(seen, part) for part in _several(wanted))
    if isinstance(seen, bool) or not isinstance(seen, int | float):
        return False
    if test == "at_least":
        return bool(seen >= wanted)
    if test == "at_most":
        return bool(seen <= wanted)
    low, high = wanted
    return bool(low <= seen <= high)


def _several(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def _contains(seen: Any, wanted: Any) -> bool:
    """A list contains each part wanted; a text contains the words (whatever their case)."""
    if isinstance(seen, str):
        return all(isinstance(part, str) and part.casefold() in seen.casefold() for part in _several(wanted))
    if isinstance(seen, list):
        return all(part in seen for part in _several(wanted))
    if isinstance(seen, dict):
        return all(part in seen for part in _several(wanted))
    return False
