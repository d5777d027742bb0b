"""Erased payloads: past its term a subject folds as the residue that `erased` logged (record.md, Erasure).

Every node folds it so whether or not it has erased yet, and nothing of it is judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from steerclear.procedure.context import Residue
from steerclear.procedure.said import Said, ordered
from steerclear.procedure.subject import LeadTime, Life, Subject, Version

_LIVES = get_args(Life)


def read(erased: Iterable[Said]) -> Mapping[str, Residue]:
    """Subject id → residue, from `erased` entries: `record.entries[]` of `{id, kind, life, end_ms, term_ms,
    verdicts}`.

    The first in fold order stands; a row that cannot be read is passed over.
    """
    out: dict[str, Residue] = {}
    for said in ordered(erased):
        rows = said.header.record.get("entries")
        for row in rows if isinstance(rows, list) else ():
            made = _row(row)
            if made is not None:
                out.setdefault(made[0], made[1])
    return out


def _row(row: object) -> tuple[str, Residue] | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str) or row.get("life") not in _LIVES:
        return None
    kind, end, term, verdicts = (
        row.get("kind", ""),
        row.get("end_ms"),
        row.get("term_ms"),
        row.get("verdicts", ()),
    )
    whole = all(value is None or (type(value) is int) for value in (end, term))
    if not isinstance(kind, str) or not whole or not isinstance(verdicts, list | tuple):
        return None
    return row["id"], Residue(kind, row["life"], end, tuple(str(verdict) for verdict in verdicts), term)


def applies(residue: Residue | None, now_ms: int) -> bool:
    return residue is not None and (residue.term_ms is None or now_ms >= residue.term_ms)


def folded(root: Said, residue: Residue, entries: Iterable[Said]) -> Subject:
    """The subject as its residue: last state, end of validity, and nothing else."""
    head = root.header
    life: Life = residue.life  # type: ignore[assignment]
    return Subject(
        id=root.id,
        kind=residue.kind or head.kind,
        family="",
        author=head.author,
        mode=head.mode,
        life_safety=head.life_safety,
        precedence=head.precedence,
        released_ms=head.released_ms,
        life=life,
        version=root.id,
        versions=(Version(root.id, life, head.released_ms),),
        title=residue.kind or head.kind,
        end_ms=residue.end_ms,
        held="erased",
        interim=False,
        marks=("erased",),
        lead_time=LeadTime(),
        residue=residue.life,
        entries=tuple(said.id for said in entries),
    )
