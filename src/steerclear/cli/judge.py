"""`steerclear judge FILE`: the what-if without a node: notices and areas in, explained judgements out."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import chosen, kept, label, phrase_of, say, standing, word

EXITS = {"conflict": codes.CONFLICT, "not_judged": codes.NOT_JUDGED, "no_conflict": codes.OK}


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "judge",
        run,
        "Judge notices and areas, or movers, from a file against each other; nothing is stored, sent or signed.",
        "steerclear judge what-if.toml\nsteerclear judge --schema > judge.schema.json",
        "Exit 0 no conflict among what was judged (no clearance), 4 at least one conflict, 5 none, but something was\n"
        "not judged, 1 the file was refused.",
    )
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="TOML or JSON (- for JSON on standard input)"
    )
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON Schemas of the file and of the answer"
    )


def run(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.judgement import judge_file, schemas

    if args.schema:
        import json

        print(json.dumps(schemas(), ensure_ascii=False, indent=2))
        return codes.OK
    if args.file is None:
        raise stop("no-file", "FILE", "no file was named", "steerclear judge FILE", exits=codes.USAGE)
    report = judge_file(read_document(args.file))
    if report["faults"] and not args.json:
        import msgspec

        from steerclear.errors import Refused

        show.refused(args, msgspec.convert(report["faults"], list[Refused]))
        return codes.NO
    show.emit(args, report, _lines(report))
    return codes.NO if report["faults"] else EXITS[report["verdict"]]


def read_document(path: Path) -> Any:
    """The parsed document, numbers kept exactly. Raises `Stop`, OSError."""
    import json
    import sys
    import tomllib
    from decimal import Decimal

    from steerclear.cli.faults import stop

    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".toml":
            return tomllib.loads(text, parse_float=Decimal)
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise stop("not-readable", str(path), str(error), "write TOML (.toml) or JSON") from None


def _lines(report: dict[str, Any]) -> list[str]:
    rows = report["judgements"]
    lines = [label("verdict", report["verdict"]).replace("_", " ").upper(), ""]
    if rows:
        head = tuple(phrase_of("column", one) for one in HEAD)
        lines += [*show.table(head, (tuple(map(kept, row(one))) for one in rows)), ""]
        lines += [_sentence(one) for one in rows]
        lines.append("")
    if report["movers"]:
        lines += [*mover_table(report["movers"]), say("judgement.vmd"), ""]
        lines += [_sentence(one) for one in report["movers"]]
        lines.append("")
    lines.append(say("judgement.compared", n=report["compared"], version=report["judge_version"]))
    sealed = report["standing"] if chosen() == "en" else standing(report["standing"])
    return [*lines, *sealed, say("judgement.no-clearance")]


def _sentence(one: dict[str, Any]) -> str:
    """A judgement in the language that was asked for; as it was made in English."""
    import msgspec

    from steerclear.judgement import Judgement, explain, explain_movers
    from steerclear.judgement.separation.answer import MoverJudgement

    if chosen() == "en":
        return str(one["words"])
    if isinstance(one["a"], str):
        return explain_movers(msgspec.convert(_of(one, MoverJudgement), MoverJudgement), chosen())
    return explain(msgspec.convert(_of(one, Judgement), Judgement), chosen())


def _of(one: dict[str, Any], struct: Any) -> dict[str, Any]:
    """A row without what the report says besides."""
    return {name: one[name] for name in struct.__struct_fields__ if name in one}


def row(one: dict[str, Any]) -> tuple[str, ...]:
    """A judgement as cells: distances in metres (below zero: overlapping), times in UTC."""
    apart = one.get("apart")
    return (
        label("verdict", one["verdict"]).replace("_", " "),
        _side(one["a"]),
        _side(one["b"]),
        show.instant(one.get("from_ms")),
        show.instant(one.get("to_ms")),
        _metres(apart["horizontal_mm"]) if apart else "-",
        _metres(apart["vertical_mm"]) if apart else "-",
        say("judgement.s", figure=f"{apart['time_ms'] / 1000:g}") if apart else "-",
        (one.get("gives_way") or {}).get("party", "") or one.get("reason") or "-",
    )


HEAD = ("verdict", "one", "other", "from", "until", "horizontal", "vertical", "in time", "gives way")


def mover_table(rows: list[dict[str, Any]]) -> list[str]:
    """The last column stands where the minima name a table of DO-365: τ_mod by its DMOD."""
    if not any(one.get("well_clear") for one in rows):
        return show.table(_movers(), map(mover_row, rows))
    clear = ((one.get("well_clear") or {}).get("tau_mod_ms") for one in rows)
    cells = ((*mover_row(one), _seconds(tau)) for one, tau in zip(rows, clear, strict=True))
    return show.table((*_movers(), "τ_mod DO-365"), cells)


def _movers() -> tuple[str, ...]:
    verdict, one, other = (phrase_of("column", name) for name in ("verdict", "one", "other"))
    loss = (say("judgement.movers.loss-after"), say("judgement.movers.worst-after"))
    near = say("judgement.movers.nearest-in")
    return verdict, word("level"), one, other, near, "HMD", "VMD", *loss, "τ", "τ_mod", "TCOA"


def mover_row(one: dict[str, Any]) -> tuple[str, ...]:
    """A judgement of two movers as cells; `-`: there is no such figure. Of a height that is not known none
    is given."""
    return (
        label("verdict", one["verdict"]).replace("_", " "),
        label("alert_level", one.get("level") or "") or "-",
        kept(one["a"]),
        kept(one["b"]),
        _seconds(one.get("cpa_ms")),
        _apart(one.get("hmd_mm")),
        word("any height") if "whole-column" in one.get("marks", ()) else _apart(one.get("vmd_mm")),
        *(_after(one.get(name), one.get("at_ms")) for name in ("loss", "worst_loss")),
        *(_seconds(one.get(name)) for name in ("tau_ms", "tau_mod_ms", "tcoa_ms")),
    )


def _apart(mm: int | None) -> str:
    return "-" if mm is None else _metres(mm)


def _after(span: dict[str, int] | None, at_ms: int | None) -> str:
    if span is None or at_ms is None:
        return "-"
    begin, end = (f"{(span[name] - at_ms) / 1000:,.1f}" for name in ("from_ms", "to_ms"))
    return say("judgement.movers.after", **{"from": begin, "to": end})


def _seconds(ms: int | None) -> str:
    return "-" if ms is None else say("judgement.s", figure=f"{ms / 1000:,.1f}")


def _side(side: dict[str, Any]) -> str:
    name = side.get("entry", "")
    name = name[:12] if len(name) == 64 else name
    volume = side.get("volume", -1)
    return f"{name}#{volume}" if volume >= 0 else name or "-"


def _metres(mm: int) -> str:
    return say("judgement.endless") if abs(mm) >= 10**11 else say("judgement.m", figure=f"{mm / 1000:,.1f}")
