"""`steerclear card`: one entry on one sheet, in the reader's language."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from steerclear.cli import codes, language, options, show


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "card",
        run,
        "The read-back card of an entry: every field in your language, check digits, the code to read back.",
        "steerclear card 4f0c -o card.pdf --language ru --as watch --home blue\n"
        "steerclear card 4f0c --carrier radio --language ar --as watch --home blue",
        "The ending says the form: .pdf (with a square code) or .txt; without -o it is printed. --carrier prints what\n"
        "to say or write of a stop by that carrier. Free text stays as its author wrote it, and is marked unverified\n"
        "until a linguist confirms it (a receipt of level text_confirmed). A card is no permission.",
    )
    parser.add_argument("id", metavar="ID", help="an entry's id, or the start of one")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the card: FILE.pdf or FILE.txt")
    parser.add_argument(
        "--carrier", default="", metavar="CARRIER", help="telephone, radio, satellite_phone, email, walk_in …"
    )
    options.node(parser)
    options.line(parser)


def run(args: Namespace) -> int:
    import msgspec

    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.views import card as cards

    who = client.officer(args)
    entry = find_entry(who, args.id)
    told = who.get(f"/entries/{entry}/card", language=language.chosen(), carrier=args.carrier)
    made = msgspec.convert(told, cards.Card)
    lines = [made.ready] if args.carrier and made.ready else cards.text(made)
    if args.output is None:
        show.emit(args, told, lines)
        return codes.OK
    write(args.output, made, lines)
    show.emit(
        args,
        {"file": str(args.output), "card": told},
        [language.say("files.written", file=str(args.output))],
        mode=made.mode,
    )
    return codes.OK


def write(path: Path, made: object, lines: list[str]) -> None:
    """A PDF or plain text, by the ending of its name; readable by its owner alone, since it holds the payload."""
    from steerclear.cli.faults import stop
    from steerclear.node.home import write_private
    from steerclear.views import card_pdf
    from steerclear.views.card import Card

    if path.suffix == ".txt":
        write_private(path, "\n".join([*lines, ""]).encode())
    elif path.suffix == ".pdf" and isinstance(made, Card):
        write_private(path, card_pdf.pdf(made))
        missing = card_pdf.lacking(made)
        if missing:
            show.say(language.say("files.zones.no-font", letters=" ".join(missing)))
    else:
        raise stop(
            "unknown-ending", "--output", f"{path.name} has no ending that is known", "write .pdf or .txt"
        )
