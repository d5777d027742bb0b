"""Alarms and tasks in words of the catalogues: a key and named parameters, and the English beside them.

A key of `speech/texts` with `.text`, `.consequence` and `.action` makes an alarm, one alone a task. Where what is to be
done is another thing at whoever owes it (`us`) or at whoever raised it (`raiser`), the catalogue has the key with that
ending too, and it is taken; so nobody is given the other side's orders.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, Final

from steerclear.procedure.context import Context
from steerclear.procedure.subject import Alarm, Task
from steerclear.speech import texts

PARTS: Final = ("text", "consequence", "action")


def alarm(
    id: str,
    subject: str,
    rule: str,
    step: str,
    key: str,
    since_ms: int,
    party: str = "",
    life_safety: bool = False,
    grouped: tuple[str, ...] = (),
    /,
    **parameters: Any,
) -> Alarm:
    """An alarm that reads as `key` does with these parameters."""
    text, consequence, action = (texts.say(f"{key}.{part}", parameters) for part in PARTS)
    return Alarm(
        id,
        subject,
        rule,
        step,
        text,
        consequence,
        action,
        since_ms,
        party,
        life_safety,
        False,
        grouped,
        key,
        parameters,
    )


def task(
    id: str, subject: str, key: str, since_ms: int, due_ms: int | None, for_role: str, /, **parameters: Any
) -> Task:
    """A task that reads as `key` does with these parameters."""
    said = texts.say(key, parameters)
    return Task(id, subject, said, since_ms, due_ms, for_role, key, parameters)


def side(key: str, context: Context, owing: str | Collection[str], raiser: str) -> str:
    """The key as this node reads it: `…-us` where this party is (among) `owing`, `…-raiser` where it raised it and the
    catalogue has such an ending, else the key itself."""
    own = context.own
    if not own:
        return key
    us = own == owing if isinstance(owing, str) else own in owing
    ending = "-us" if us else "-raiser" if own == raiser else ""
    made = f"{key}{ending}"
    return made if ending and (texts.known(made) or texts.known(f"{made}.text")) else key


_SECOND: Final = re.compile(r"positions\[[1-9]\d*\]")


def fields(paths: Iterable[str]) -> list[dict[str, Any]]:
    """Fields by their names, as a text's parameter holds them: `notice.volumes[0].lower` is its last part; of a
    second position a second form is asked for; `speed_mm_s or squawk` is either of two."""
    return [_field(path) for path in paths]


def _field(path: str) -> dict[str, Any]:
    one, either, other = path.partition(" or ")
    if either:
        return texts.text("tasks.part.either", one=_field(one), other=_field(other))
    last = path.rpartition(".")[2]
    name = last.partition("[")[0]
    return (
        texts.text("tasks.part.field-2", field=name) if _SECOND.fullmatch(last) else texts.code("field", name)
    )
