"""`steerclear overlap`: the commitment of an overlap query, and whether a kept plan is what was committed to."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from steerclear.cli import codes, options, show
from steerclear.cli.language import say

UNCERTAIN = (
    "No query can be computed between nodes yet: the answer is `uncertain`, and both sides treat it as a conflict\n"
    "until its asker withdraws it (`steerclear say withdraw`). It counts on the month's budget all the same."
)


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "overlap",
        "Does a plan of ours touch what another keeps sealed? The commitment that asks it.",
        "steerclear overlap commit flight.toml -o query.json --keep plan.json",
    )
    parser = options.add(
        own,
        "commit",
        run_commit,
        "Make an overlap query of a plan, to be said, and what shows the plan later, to be kept.",
        "steerclear overlap commit flight.toml -o query.json --keep plan.json\n"
        "steerclear say overlap.query --file query.json --mode REAL --to red --as releaser --co-sign watch --home blue",
        "Nothing of the plan is in the query: a salted commitment, and always the same number of slots. "
        + UNCERTAIN,
    )
    parser.add_argument("plan", type=Path, metavar="FILE", help="an activity as for `say`")
    parser.add_argument(
        "--slots", type=int, default=8, help="overlap_slot_count of the agreement in force (default: 8)"
    )
    parser.add_argument(
        "--parameters",
        default="",
        metavar="HASH",
        help="hash of the parameters in force, from agreement show",
    )
    options.output(parser, "the query: say it with `steerclear say overlap.query --file`")
    parser.add_argument(
        "--keep",
        type=Path,
        required=True,
        metavar="FILE",
        help="the plan and its salt; without it nobody can show it",
    )
    parser = options.add(
        own,
        "check",
        run_check,
        "Say whether a kept plan is what a commitment stands for.",
        "steerclear overlap check plan.json --commitment 9f86d081884c7d65…",
        "Exit 0 when it is, 1 when it is not.",
    )
    parser.add_argument("kept", type=Path, metavar="FILE", help="the file that `commit --keep` wrote")
    parser.add_argument("--commitment", required=True, metavar="HEX", help="as the query's entry has it")


def run_commit(args: Namespace) -> int:
    import json
    import secrets

    import msgspec

    from steerclear.cli.faults import Stop, stop
    from steerclear.node.home import write_private
    from steerclear.speech import authoring, form, overlap_plan

    draft = authoring.from_file(args.plan.read_bytes(), args.plan.suffix.lower())
    filled = draft if isinstance(draft, list) else form.filled(draft.kind, draft.inner, draft.body)
    if isinstance(draft, list) or isinstance(filled, list):
        raise Stop(filled if isinstance(filled, list) else [])
    try:
        query, kept = overlap_plan.commit(
            draft.kind, filled[1], args.slots, secrets.token_bytes, args.parameters
        )
    except ValueError as error:
        raise stop(
            "no-plan", str(args.plan), str(error), "an activity with its volumes, as for `say`"
        ) from None
    write_private(args.keep, json.dumps(msgspec.to_builtins(kept), indent=1).encode() + b"\n")
    write_private(args.output, json.dumps({"body": msgspec.to_builtins(query)}, indent=1).encode() + b"\n")
    lines = [
        say("files.overlap.query", file=str(args.output), hash=query.commitment, n=args.slots),
        say("files.overlap.kept", file=str(args.keep)),
        say("files.overlap.uncertain"),
    ]
    value = {
        "query": str(args.output),
        "kept": str(args.keep),
        "commitment": query.commitment,
        "slots": args.slots,
    }
    show.emit(args, value, lines)
    return codes.OK


def run_check(args: Namespace) -> int:
    import msgspec

    from steerclear.cli.faults import Stop, stop
    from steerclear.speech import form, overlap_plan

    try:
        kept = msgspec.json.decode(args.kept.read_bytes(), type=overlap_plan.Kept)
        bytes.fromhex(kept.salt)
    except (msgspec.DecodeError, ValueError):
        raise stop(
            "not-kept", str(args.kept), "no plan is kept there", "the file of `overlap commit --keep`"
        ) from None
    filled = form.filled(kept.kind, {}, kept.body)
    if isinstance(filled, list):
        raise Stop(filled)
    made = overlap_plan.commitment(kept.salt, kept.kind, filled[1])
    same = made == args.commitment.lower()
    word = say("files.overlap.same") if same else say("files.overlap.other", hash=made)
    show.emit(args, {"matches": same, "commitment": made}, [word])
    return codes.OK if same else codes.NO
