"""`steerclear encounters`, `conduct`, `frequencies`: accounts side by side, rule by rule, and who can hear whom."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.heard import age_lines, mode_of
from steerclear.cli.language import chosen, kept, phrase_of, say, standing, word

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
    lines += ["", *(show.wrapped(say("contact.no-blame")) if rows else [say("contact.none")])]
    show.emit(args, {"encounters": rows, "now_ms": who.now_ms}, lines, mode=mode_of(who.get()))
    return codes.OK


def _encounter(one: dict[str, Any], names: dict[str, str]) -> list[str]:
    sides = ", ".join(names.get(party, party[:8]) for party in one["parties"])
    head = say("contact.encounter", entry=one["id"], parties=sides, at=show.instant(one["from_ms"]))
    apart = {
        "horizontal": _span(one["horizontal_low_mm"], one["horizontal_high_mm"], 1000),
        "vertical": _span(one["vertical_low_tmm"], one["vertical_high_tmm"], 10_000),
    }
    covered = [id[:12] for id in one["covered_by"]] or [say("contact.not-judged")]
    alone = one["uncoordinated"]
    lines = [
        show.strong(say("contact.one-sided", said=head) if one["one_sided"] else head),
        f"  {say('contact.separation', **apart)}",
        f"  {say('contact.uncoordinated') if alone else say('contact.covered', notices=covered)}",
    ]
    for turned in one["offsets"]:
        words = {"count": turned["sightings"], "account": turned["account"], "against": turned["against"]}
        words |= {"low": f"{turned['low_cdeg'] / 100:g}", "high": f"{turned['high_cdeg'] / 100:g}"}
        lines.append(f"  {say('contact.turned' if turned['flagged'] else 'contact.offset', **words)}")
    return [*lines, *_rules(one["conduct"], names)]


def _rules(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """What was judged as a table; what was not in a line for each reason."""
    judged = [row for row in rows if row["judged"]["verdict"] != "not_judged"]
    head = (
        say("conduct.row.rule"),
        say("conduct.row.account"),
        say("conduct.row.about"),
        "",
        say("conduct.row.measured"),
    )
    lines = show.table(head, (_row(row, names) for row in judged)) if judged else []
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row["judged"]["verdict"] == "not_judged":
            reasons.setdefault(row["judged"]["reason"], []).append(row["judged"]["rule"])
    return [f"  {line}" for line in [*lines, *(_unjudged(why, ids) for why, ids in sorted(reasons.items()))]]


def _unjudged(why: str, ids: list[str]) -> str:
    from steerclear.judgement.conduct.answer import reason_words

    return say("conduct.row.not-judged", why=reason_words(why), rules=sorted(set(ids)))


_SIDE = {"author": "conduct.row.author", "other": "conduct.row.other", "pair": "conduct.row.pair"}
_AS_ASKED = {"compliant": "conduct.row.as-asked", "not_compliant": "conduct.row.not-as-asked"}


def _row(row: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    import msgspec

    from steerclear.judgement.conduct.answer import Figure, figure_words
    from steerclear.speech.texts import say as said

    one = row["judged"]
    whose = say(_SIDE[one["about"]])
    if one.get("party"):
        whose = say("conduct.row.whose", side=whose, party=names.get(one["party"], one["party"][:8]))
    words = [figure_words(msgspec.convert(figure, Figure)) for figure in one.get("figures", ())]
    figures = [said(figure["key"], figure["parameters"], chosen()) for figure in words]
    account = say("conduct.row.both") if len(one["accounts"]) > 1 else kept(one["accounts"][0][:12])
    return kept(one["rule"]), account, whose, say(_AS_ASKED[one["verdict"]]), "; ".join(figures) or "-"


def conduct_lines(rows: list[dict[str, Any]]) -> list[str]:
    """Each verdict in one sentence, in the language that was asked for; as the node says it in English."""
    import msgspec

    from steerclear.judgement.conduct import Conduct, explain_conduct

    if chosen() == "en":
        return [row["words"] for row in rows]
    return [explain_conduct(msgspec.convert(row["judged"], Conduct), chosen()) for row in rows]


def _span(low: int | None, high: int | None, unit: int) -> str:
    if low is None or high is None:
        return say("contact.not-given")
    return say("contact.metres", low=f"{low / unit:,.0f}", high=f"{high / unit:,.0f}")


def run_conduct(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry

    who = client.officer(args)
    rows = who.get(f"/subjects/{find_entry(who, args.id)}/conduct")
    lines = [*conduct_lines(rows), "", *show.wrapped(say("contact.no-blame"))]
    show.emit(args, {"conduct": rows}, lines, mode=mode_of(who.get()))
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
    lines = [word("as of").format(time=kept(show.instant(plan["now_ms"])))]
    if plan["assets"]:
        head = (*(phrase_of("column", one) for one in ("activity", "by", "from")), *map(_mhz, columns))
        lines += show.table(head, (_asset(one, columns, names) for one in plan["assets"]))
        lines.append(say("contact.listens"))
    for group in plan["groups"]:
        who = ", ".join(one["notice"][:12] for one in group["assets"])
        times = {"from": show.instant(group["from_ms"]), "to": show.instant(group["to_ms"])}
        lines += ["", show.strong(say("contact.group", who=who, **times))]
        lines.append(f"  {say('contact.for-all', state=_state(group['state'], group['hz']))}")
        for pair in group["pairs"]:
            state = _state(pair["state"], pair["hz"])
            lines.append(f"  {say('contact.pair', one=pair['a'], other=pair['b'], state=state)}")
        for row in group["missing"]:
            whom = names.get(row["party"], row["party"][:8])
            whom = say("contact.own-unit", unit=row["unit"]) if row["unit"] else whom
            lines.append(f"  {say('contact.missing', party=whom, near=row['near'], notice=row['notice'])}")
    lines += [say("contact.closure", route=one["route"], hazard=one["hazard"]) for one in plan["closures"]]
    return [*lines, "", *standing((plan["remark"],))]


def _rank(order: list[int]) -> Any:
    return lambda hz: (order.index(hz) if hz in order else len(order), hz)


def _asset(one: dict[str, Any], columns: list[int], names: dict[str, str]) -> tuple[str, ...]:
    cells = ("L" if hz in one["monitors"] else "r" if hz in one["receives"] else "-" for hz in columns)
    by = names.get(one["party"], one["party"][:8])
    return one["notice"][:12], by, show.instant(one["start_ms"]), *cells


def _state(state: str, hz: int | None) -> str:
    if state == "none":
        return say("contact.no-common")
    if state == "undeclared":
        return say("contact.undeclared")
    return say("contact.common" if state == "common" else "contact.split", frequency=_mhz(hz))


def _mhz(hz: int | None) -> str:
    if hz is None:
        return "-"
    return f"{hz / 1_000_000:g} MHz" if hz >= 30_000_000 else f"{hz / 1_000:g} kHz"
