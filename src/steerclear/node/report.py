"""The period report of a line, from its logs as this node holds them (procedure/report.py), ordered by two officers.

Fixed sizes: of each log as far as it stood at the period's end, or as the order says (`spans`: log, 0, size), so that
the order of an earlier report makes the same bytes again however much was said since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from steerclear.errors import Malformed, Refused
from steerclear.judgement import JUDGE_VERSION
from steerclear.judgement.conduct import CONDUCT_VERSION
from steerclear.node import exports, folds, holding, placing
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure import guard_calls
from steerclear.procedure.acts import Acts, acts
from steerclear.procedure.context import Context
from steerclear.procedure.fold import fold, outward
from steerclear.procedure.repeats import patterns, place_of, repeats
from steerclear.procedure.report import Basis, Force, LogBasis, Report, report_bytes
from steerclear.procedure.reporting import at_the_end, report
from steerclear.procedure.said import Said, ordered
from steerclear.procedure.subject import Subject
from steerclear.procedure.subjects import group
from steerclear.record import jcs
from steerclear.views.report_pdf import pdf

MEDIA = {".json": "application/json", ".pdf": "application/pdf"}
REVIEWING = ("meeting", "incident")


def export(node: Node, note: bytes) -> tuple[bytes, str] | list[Refused]:
    """(the file, its ending) for an order of two officers: `start_ms`, `end_ms`, `format` `.json` or `.pdf`."""
    checked = exports.check_order(node, note)
    if isinstance(checked, list):
        return checked
    line, order = checked
    if order.format not in MEDIA or not 0 <= order.start_ms < order.end_ms <= node.clock.now_ms():
        remedy = "format .json or .pdf; start_ms before end_ms; a period that is over"
        return [Refused("nothing-asked", "order", "no period or format that can be written", remedy)]
    sizes = {log: end for log, _, end in order.spans}
    made = of(node, line.id, order.start_ms, order.end_ms, sizes, names=order.names)
    exports.log_opened(node, line, order)
    return (report_bytes(made) if order.format == ".json" else pdf(made)), order.format


def of(
    node: Node,
    line_id: str,
    start_ms: int,
    end_ms: int,
    sizes: Mapping[str, int] | None = None,
    *,
    names: bool = False,
) -> Report:
    """The report of [start, end). `sizes`: log → how far it is read; without it each log as far as it stood at the end.
    `names`: with this site's own names for the parties, which another's report has not. Raises `Malformed` for a size
    that this node does not hold."""
    line = node.line(line_id)
    folds.context(node, line)  # what is erased is known from here on
    read = _read(node, line, end_ms, sizes or {})
    said = ordered(one for _, _, rows in read for one in rows)
    done = acts(said, line.current_genesis)
    return report(
        _basis(line, read, said, done, start_ms),
        said,
        _folded(line, said, done, end_ms),
        done,
        line.members,
        line.id,
        start_ms,
        end_ms,
        exercise=line.line.exercise,
        quiet_ms=2 * done.in_force[-1].parameters.check_machine_ms,
        names={party: node.name_of(party) for party in line.members} if names else None,
    )


_Read = list[tuple[str, int, list[Said]]]


def _read(node: Node, line: LineState, end_ms: int, sizes: Mapping[str, int]) -> _Read:
    """Each log, how far it is read, and its valid entries that were said before the end."""
    out: _Read = []
    by_name = {log.name: log for log in line.logs.values()}
    for name, size in sizes.items():
        if name not in by_name or size > by_name[name].size:
            raise Malformed("not-held", field=name, remedy=f"this node does not hold {size} entries of it")
    for name, log in sorted(by_name.items()):
        most = sizes.get(name, 0 if sizes else log.size)
        rows, reached = [], 0
        for index in range(most):
            if index in log.invalid:
                continue
            said = holding.said(node, line, log.ids[index])
            if said.at_ms < end_ms:
                rows.append(at_the_end(said, end_ms))
                reached = index + 1
        out.append((name, most if sizes else reached, rows))
    return out


def _basis(line: LineState, read: _Read, said: tuple[Said, ...], done: Acts, start_ms: int) -> Basis:
    roots = {log.name: log.tree for log in line.logs.values()}
    times = [[one.id, one.after_ms, one.before_ms, dict(one.delivered)] for one in said]
    begins = {one.key: one for one in said}
    force = []
    for row, after in zip(done.in_force, [*done.in_force[1:], None], strict=True):
        replaced = begins.get(after.begin) if after is not None else None
        if replaced is not None and replaced.at_ms < start_ms:
            continue
        entry = begins.get(row.begin)
        force.append(
            Force(row.agreement, row.parameters.hash, row.interim, entry.id if entry is not None else "")
        )
    return Basis(
        tuple(LogBasis(name, size, roots[name].root(size).hex()) for name, size, _ in read),
        len(said),
        sha256(jcs.dumps(times)).hexdigest(),
        (JUDGE_VERSION, CONDUCT_VERSION),
        tuple(force),
    )


def _folded(line: LineState, said: tuple[Said, ...], done: Acts, end_ms: int) -> list[Subject]:
    """Every subject at the end of the period, as an outside judge folds it."""
    authors = {one.id: one.author for one in said}
    given = Context(
        line=line.id,
        members=line.members,
        exercise_line=line.line.exercise,
        in_force=done.in_force,
        suspended=done.suspended,
        rosters=done.rosters,
        author_of=lambda entry: authors.get(entry, ""),
        residues=line.residues or {},
        **folds.agreed(done, end_ms),
    )
    grouped = group(one for one in said if one.kind not in placing.NO_SUBJECT)
    places = [place for rows in grouped.values() if (place := place_of(rows, given)) is not None]
    spoken = [one for rows in grouped.values() if (one := guard_calls.spoken(rows, given)) is not None]
    given = replace(
        given,
        unanswered=guard_calls.rows(spoken),
        repeats=repeats(places),
        patterns=patterns(places),
        reviewed=frozenset(ref for one in said if one.kind in REVIEWING for ref in one.header.refs),
    )
    return [outward(fold(rows, given, end_ms)) for _, rows in sorted(grouped.items()) if rows]
