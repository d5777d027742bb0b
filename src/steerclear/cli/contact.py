"""`steerclear encounters`, `conduct`, `frequencies`: accounts side by side, rule by rule, and who can hear whom."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.heard import age_lines, mode_of

NO_BLAME = (
    "Each verdict says what one account, or both sides' own positions, show beside one rule. None says who was right,\n"
    "and what is not judged is neither kept nor broken."
)


def declare(commands: options.Commands) -> None:
    for name, run, text, example, more in (
        (
            "encounters",
            run_encounters,
            "Accounts of close encounters side by side, with conduct rule by rule.",
            "steerclear encounters --as watch --home blue",
            "",
        ),
        (
            "conduct",
            run_conduct,
            "Each conduct rule beside one encounter report, or beside one danger area's notice.",
            "steerclear conduct 4f0c…",
            NO_BLAME,
        ),
        (
            "frequencies",
            run_frequencies,
            "What each planned activity can receive, the common frequency of those near each other, who is missing.",
            "steerclear frequencies",
            "Exit 4 where two that come near each other have none in common or listen to different ones, 5 where one\n"
            "does not say what it can receive, else 0 (no permission).",
        ),
    ):
        parser = options.add(commands, name, run, text, example, more)
        options.node(parser)
        options.line(parser)
        if name == "conduct":
            parser.add_argument("id", metavar="ID", help="an entry's id, or the start of one")


def run_encounters(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    rows, names = who.get("/encounters"), who.names()
    lines = age_lines(who.get("/health"), who.now_ms)
    for one in rows:
        lines += ["", *_encounter(one, names)]
    lines += ["", *(NO_BLAME.splitlines() if rows else ["no encounter report is held here"])]
    show.emit(args, {"encounters": rows, "now_ms": who.now_ms}, lines, mode=mode_of(who.get()))
    return codes.OK


def _encounter(one: dict[str, Any], names: dict[str, str]) -> list[str]:
    sides = ", ".join(names.get(party, party[:8]) for party in one["parties"])
    alone = "; ONE-SIDED: the other side has not filed" if one["one_sided"] else ""
    lines = [
        show.strong(f"encounter {one['id'][:12]} of {sides}, {show.instant(one['from_ms'])}{alone}"),
        f"  least separation, all accounts: {_span(one['horizontal_low_mm'], one['horizontal_high_mm'], 1000)}"
        f" horizontally, {_span(one['vertical_low_tmm'], one['vertical_high_tmm'], 10_000)} vertically",
        "  UNCOORDINATED: no notice covers either position"
        if one["uncoordinated"]
        else f"  notices that may cover a position: {', '.join(id[:12] for id in one['covered_by']) or 'not judged'}",
    ]
    for turned in one["offsets"]:
        flag = "TURNED" if turned["flagged"] else "offset"
        lines.append(
            f"  {flag}: {turned['sightings']} bearings of {turned['account'][:12]} against {turned['against'][:12]}, "
            f"{turned['low_cdeg'] / 100:g}° to {turned['high_cdeg'] / 100:g}°"
        )
    return [*lines, *_rules(one["conduct"], names)]


def _rules(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """What was judged as a table; what was not in a line for each reason."""
    judged = [row for row in rows if row["judged"]["verdict"] != "not_judged"]
    head = ("rule", "by the account of", "about", "", "measured")
    lines = show.table(head, (_row(row, names) for row in judged)) if judged else []
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row["judged"]["verdict"] == "not_judged":
            reasons.setdefault(row["judged"]["reason"], []).append(row["judged"]["rule"])
    return [
        *(f"  {line}" for line in lines),
        *(f"  not judged ({why}): {', '.join(sorted(set(ids)))}" for why, ids in sorted(reasons.items())),
    ]


def _row(row: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    import msgspec

    from steerclear.judgement.conduct.answer import Figure, figure_words

    one = row["judged"]
    whose = one["about"]
    if one.get("party"):
        whose = f"{whose} ({names.get(one['party'], one['party'][:8])})"
    figures = [figure_words(msgspec.convert(figure, Figure)) for figure in one.get("figures", ())]
    account = "both, own positions" if len(one["accounts"]) > 1 else one["accounts"][0][:12]
    word = {"compliant": "as asked", "not_compliant": "NOT as asked"}[one["verdict"]]
    return one["rule"], account, whose, word, "; ".join(figures) or "-"


def _span(low: int | None, high: int | None, unit: int) -> str:
    if low is None or high is None:
        return "not given"
    return f"{low / unit:,.0f} to {high / unit:,.0f} m"


def run_conduct(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry

    who = client.officer(args)
    rows = who.get(f"/subjects/{find_entry(who, args.id)}/conduct")
    lines = [row["words"] for row in rows]
    show.emit(args, {"conduct": rows}, [*lines, "", *NO_BLAME.splitlines()], mode=mode_of(who.get()))
    return codes.OK


def run_frequencies(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    plan, names = who.get("/frequencies"), who.names()
    show.emit(args, plan, frequency_lines(plan, names), mode=mode_of(who.get()))
    states = {pair["state"] for group in plan["groups"] for pair in group["pairs"]}
    if "none" in states or "split" in states:
        return codes.CONFLICT
    return codes.NOT_JUDGED if "undeclared" in states else codes.OK


def frequency_lines(plan: dict[str, Any], names: dict[str, str]) -> list[str]:
    """The matrix, then each group of activities that come near each other."""
    columns = sorted({hz for one in plan["assets"] for hz in one["receives"]}, key=_rank(plan["order"]))
    lines = [f"as of {show.instant(plan['now_ms'])}"]
    if plan["assets"]:
        head = ("activity", "by", "from", *(_mhz(hz) for hz in columns))
        lines += show.table(head, (_asset(one, columns, names) for one in plan["assets"]))
        lines.append("L listens, r can receive")
    for group in plan["groups"]:
        who = ", ".join(one["notice"][:12] for one in group["assets"])
        lines += [
            "",
            show.strong(f"{show.instant(group['from_ms'])} to {show.instant(group['to_ms'])}: {who}"),
        ]
        lines.append(f"  for all: {_state(group['state'], group['hz'])}")
        lines += [
            f"  {pair['a'][:12]} and {pair['b'][:12]}: {_state(pair['state'], pair['hz'])}"
            for pair in group["pairs"]
        ]
        for row in group["missing"]:
            whom = f"own unit {row['unit']}" if row["unit"] else names.get(row["party"], row["party"][:8])
            lines.append(
                f"  MISSING: {whom}, near it with {row['near'][:12]}, was not told of {row['notice'][:12]}"
            )
    for one in plan["closures"]:
        lines.append(
            f"ADVISE CLOSURE of the route {one['route'][:12]}: over the danger area {one['hazard'][:12]}"
        )
    return [*lines, "", plan["remark"]]


def _rank(order: list[int]) -> Any:
    return lambda hz: (order.index(hz) if hz in order else len(order), hz)


def _asset(one: dict[str, Any], columns: list[int], names: dict[str, str]) -> tuple[str, ...]:
    cells = ("L" if hz in one["monitors"] else "r" if hz in one["receives"] else "-" for hz in columns)
    by = names.get(one["party"], one["party"][:8])
    return one["notice"][:12], by, show.instant(one["start_ms"]), *cells


def _state(state: str, hz: int | None) -> str:
    return {
        "common": f"common frequency {_mhz(hz)}",
        "split": f"SPLIT: they listen to different ones; all can receive {_mhz(hz)}",
        "none": "NO COMMON FREQUENCY",
        "undeclared": "not known: somebody does not say what it can receive",
    }[state]


def _mhz(hz: int | None) -> str:
    if hz is None:
        return "-"
    return f"{hz / 1_000_000:g} MHz" if hz >= 30_000_000 else f"{hz / 1_000:g} kHz"
