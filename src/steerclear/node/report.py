"""The period report of a line, from its logs as this node holds them (procedure/report.py), ordered by two officers.

Fixed sizes: of each log as far as it stood at the period's end, or as the order says (`spans`: log, 0, size), so that
the order of an earlier report makes the same bytes again however much was said since. `ordered` takes what it needs on
the node's thread, as frozen values; `file_of` folds, judges and prints on whatever thread calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from steerclear.errors import Malformed, Refused
from steerclear.judgement import JUDGE_VERSION
from steerclear.judgement.conduct import CONDUCT_VERSION
from steerclear.judgement.reading import JUDGED_KINDS
from steerclear.node import conflicts, copies, exports, folds, holding, placing
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure import guard_calls, skew
from steerclear.procedure.acts import Acts, Genesis, acts
from steerclear.procedure.context import Context, Residue
from steerclear.procedure.fold import fold, outward
from steerclear.procedure.judged_notice import AsRead
from steerclear.procedure.repeats import patterns, place_of, repeats
from steerclear.procedure.report import Basis, Force, LogBasis, Report, report_bytes
from steerclear.procedure.reporting import Period, at_the_end, report
from steerclear.procedure.said import Said
from steerclear.procedure.said import ordered as in_order
from steerclear.procedure.subject import Subject
from steerclear.procedure.subjects import group
from steerclear.record import jcs
from steerclear.speech import watermark
from steerclear.views.report_pdf import pdf

MEDIA = {".json": "application/json", ".pdf": "application/pdf"}
REVIEWING = ("meeting", "incident")


@dataclass(frozen=True)
class Taken:
    """All that a report of [start, end) is made from, none of it the node's own any more. `logs` are the logs as far as
    they are read, `read` what is known of each plan besides itself, `names` this site's where asked for;
    `copy` as `Report.copy`, `suffix` the file's ending."""

    line: str
    genesis: Genesis
    members: tuple[str, ...]
    start_ms: int
    end_ms: int
    said: tuple[Said, ...]
    logs: tuple[LogBasis, ...]
    residues: Mapping[str, Residue]
    read: Mapping[str, AsRead]
    names: Mapping[str, str] | None = None
    copy: str = ""
    suffix: str = ".json"


def ordered(node: Node, note: bytes) -> Taken | list[Refused]:
    """What the report of a signed order is made from: `start_ms`, `end_ms`, `format` `.json` or `.pdf`. That it was
    ordered stands in the log from here on."""
    checked = exports.check_order(node, note)
    if isinstance(checked, list):
        return checked
    line, order = checked
    if order.format not in MEDIA or not 0 <= order.start_ms < order.end_ms <= node.clock.now_ms():
        remedy = "format .json or .pdf; start_ms before end_ms; a period that is over"
        return [Refused("nothing-asked", "order", "no period or format that can be written", remedy)]
    sizes = {log: end for log, _, end in order.spans}
    taken = take(node, line.id, order.start_ms, order.end_ms, sizes, names=order.names)
    key = copies.keep(node, line, order.nonce, order.recipient, order.what, ())
    exports.log_opened(node, line, order, (), key)
    copy = f"copy {watermark.name_of(key)} for {order.recipient}" if order.recipient else ""
    return replace(taken, copy=copy, suffix=order.format)


def file_of(taken: Taken) -> bytes:
    """The file in the format that was ordered."""
    made = make(taken)
    return report_bytes(made) if taken.suffix == ".json" else pdf(made)


def take(
    node: Node,
    line_id: str,
    start_ms: int,
    end_ms: int,
    sizes: Mapping[str, int] | None = None,
    *,
    names: bool = False,
) -> Taken:
    """What the report of [start, end) is made from. `sizes`: log → how far it is read; without it each log as far as it
    stood at the end. `names`: with this site's own names for the parties, which another's report has not. Raises
    `Malformed` for a size that this node does not hold."""
    line = node.line(line_id)
    folds.context(node, line)  # what is erased is known from here on
    read = _read(node, line, end_ms, sizes or {})
    roots = {log.name: log.tree for log in line.logs.values()}
    said = in_order(one for _, _, rows in read for one in rows)
    return Taken(
        line.id,
        line.current_genesis,
        line.members,
        start_ms,
        end_ms,
        said,
        tuple(LogBasis(name, size, roots[name].root(size).hex()) for name, size, _ in read),
        dict(line.residues or {}),
        {one.id: conflicts.as_read(node, line, one) for one in said if one.kind in (*JUDGED_KINDS, "amend")},
        {party: node.name_of(party) for party in line.members} if names else None,
    )


def make(taken: Taken) -> Report:
    """The report; pure."""
    done = acts(taken.said, taken.genesis)
    given = _given(taken, done)
    period = Period(taken.start_ms, taken.end_ms, taken.said, _folded(taken, given), done, given, taken.read)
    return report(_basis(taken, done), period, names=taken.names, copy=taken.copy)


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


def _basis(taken: Taken, done: Acts) -> Basis:
    times = [[one.id, one.after_ms, one.before_ms, dict(one.delivered)] for one in taken.said]
    begins = {one.key: one for one in taken.said}
    force = []
    for row, after in zip(done.in_force, [*done.in_force[1:], None], strict=True):
        replaced = begins.get(after.begin) if after is not None else None
        if replaced is not None and replaced.at_ms < taken.start_ms:
            continue
        entry = begins.get(row.begin)
        force.append(
            Force(row.agreement, row.parameters.hash, row.interim, entry.id if entry is not None else "")
        )
    return Basis(
        taken.logs,
        len(taken.said),
        sha256(jcs.dumps(times)).hexdigest(),
        (JUDGE_VERSION, CONDUCT_VERSION),
        tuple(force),
    )


def _given(taken: Taken, done: Acts) -> Context:
    """What every fold is given at the end of the period, as an outside judge."""
    authors = {one.id: one.author for one in taken.said}
    given = Context(
        line=taken.line,
        members=taken.members,
        exercise_line=taken.genesis.exercise_line,
        in_force=done.in_force,
        suspended=done.suspended,
        rosters=done.rosters,
        author_of=lambda entry: authors.get(entry, ""),
        skew_of=skew.lookup(taken.said),
        residues=taken.residues,
        **folds.agreed(done, taken.end_ms),
    )
    grouped = _grouped(taken.said)
    places = [place for rows in grouped.values() if (place := place_of(rows, given)) is not None]
    spoken = [one for rows in grouped.values() if (one := guard_calls.spoken(rows, given)) is not None]
    return replace(
        given,
        unanswered=guard_calls.rows(spoken),
        repeats=repeats(places),
        patterns=patterns(places),
        reviewed=frozenset(ref for one in taken.said if one.kind in REVIEWING for ref in one.header.refs),
    )


def _grouped(said: tuple[Said, ...]) -> Mapping[str, tuple[Said, ...]]:
    return group(one for one in said if one.kind not in placing.NO_SUBJECT)


def _folded(taken: Taken, given: Context) -> list[Subject]:
    """Every subject at the end of the period."""
    rows = sorted(_grouped(taken.said).items())
    return [outward(fold(entries, given, taken.end_ms)) for _, entries in rows if entries]
