"""`steerclear feed add|list|test`: receivers of what flies and sails, joined to a node and looked after."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import asked, kept, label, say, word

if TYPE_CHECKING:
    from steerclear.app.listening import Heard
    from steerclear.config import FeedSection

_ADDRESSES = """addresses:
  tcp://host:port        connects there (readsb --net-sbs-port, AIS-catcher -S, TAK)
  listen://host:port     waits there for connections
  udp://host:port        takes datagrams there (AIS-catcher -u); of a multicast address those of its group (ASTERIX)
  http://…, https://…    asks again every second (readsb, dump1090: data/aircraft.json)
  file:PATH              follows a file: as it grows, or each time that a document is replaced
  replay:PATH            plays a recording as if it came now; needs --simulated

trust:
  shared   the movers themselves tell everybody (ADS-B, AIS, remote ID, own movers)
  local    all else, such as an own radar: what derives from it stays on the node until an officer releases it

options, each of its format (docs/reference/feeds.md):
  asterix      'radars={"25/201" = [50.03, 8.57, 142.0]}'   places each radar of category 048 by its SAC/SIC
               'editions={"021" = "2.4"}'                   of a category that is not sent in 2.6, 1.31, 1.20
  beast, avr   'receiver=[52.31, 4.76]'                     places aircraft on the ground
  sbs          utc_offset_min=60                            minutes that the receiver's clock is ahead of UTC

Stands in steerclear.toml as [[feed]] and takes effect when the node is started again."""


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "feed",
        "Receivers of what flies and sails: add one, list them, try one.",
        "steerclear feed list --as watch --home blue",
    )
    parser = options.add(
        own,
        "add",
        run_add,
        "Join a receiver to this node.",
        "steerclear feed add roof --format readsb --address http://127.0.0.1:8080/data/aircraft.json "
        "--trust shared --home blue",
        _ADDRESSES,
    )
    options.home(parser)
    parser.add_argument("name", metavar="NAME", help="this site's own word for it: a-z, 0-9, - and _")
    parser.add_argument(
        "--format", required=True, help="what it sends; a wrong one lists those that are read"
    )
    parser.add_argument("--address", required=True, help="where it is, see below")
    parser.add_argument("--trust", choices=("shared", "local"), default="local", help="(default: local)")
    parser.add_argument("--line", default="", metavar="ID", help="only for the line whose id begins so")
    parser.add_argument(
        "--stale-after", type=int, default=60, metavar="SECONDS", help="silence that rings (default: 60)"
    )
    parser.add_argument(
        "--every", type=int, default=1, metavar="SECONDS", help="between two requests of http (default: 1)"
    )
    parser.add_argument(
        "--own",
        action="append",
        default=[],
        metavar="IDENT",
        help="an own mover that it reports, such as icao:43c6e1 or mmsi:273344040 (again for each)",
    )
    parser.add_argument(
        "--simulated", action="store_true", help="it is not what flies: exercise lines alone take it"
    )
    parser.add_argument(
        "--site", default="", metavar="LAT,LON", help="where an own sensor that measures bearings stands"
    )
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the format, its value as in TOML, see below (again for each)",
    )
    parser = options.add(
        own,
        "list",
        run_list,
        "How each feed of the running node is heard: age, reports, drops by reason, alarm; exit 1 where one stopped.",
        "steerclear feed list --as watch --home blue",
    )
    options.node(parser)
    options.line(parser)
    parser = options.add(
        own,
        "test",
        run_test,
        "Listen to a feed for some seconds, with no node: what arrives, what is dropped and why.",
        "steerclear feed test roof --seconds 10 --home blue",
        "Exit 0 where positions came, 1 where none did.",
    )
    options.home(parser)
    parser.add_argument("name", metavar="NAME", help="as in steerclear.toml")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to listen (default: 5)")


def run_add(args: Namespace) -> int:
    from steerclear.app.feeding import check_formats
    from steerclear.cli.faults import stop
    from steerclear.config import FILE_NAME, FeedSection, check_feeds, read_config

    config = read_config(args.home)
    section = FeedSection(
        name=args.name,
        format=args.format,
        address=args.address,
        trust=args.trust,
        line=args.line,
        stale_after_s=args.stale_after,
        every_s=args.every,
        own=tuple(args.own),
        simulated=args.simulated,
        site=_site(args.site),
        options=dict(map(_option, args.option)),
    )
    if any(one.name == section.name for one in config.feed):
        raise stop("feed-exists", "NAME", f"a feed {section.name} stands there", "take another name")
    check_feeds((*config.feed, section))
    check_formats((section,))
    _check_exercise(args.home, section)
    path = args.home / FILE_NAME
    path.write_text(f"{path.read_text().rstrip()}\n\n[[feed]]\n{_rows(section)}")
    read_config(args.home)
    value = {"file": str(path), "name": section.name, "address": section.address, "trust": section.trust}
    lines = [
        say("feeds.added", name=section.name, file=str(path)),
        say("feeds.try", name=section.name, home=str(args.home)),
        say("feeds.again"),
    ]
    show.emit(args, value, lines)
    return codes.OK


def _check_exercise(home: Path, section: FeedSection) -> None:
    """A simulated feed needs an exercise line among those that are joined. Raises `Stop`."""
    from steerclear.cli import stopped
    from steerclear.cli.faults import stop
    from steerclear.record.genesis import parse_genesis

    if not section.simulated:
        return
    with stopped.opened(
        home, read_only=True
    ) as store:  # none joined yet: the node refuses it on each that is real
        rows = {line: parse_genesis(note).exercise for line, (note, _) in store.lines().items()}
    meant = {line: exercise for line, exercise in rows.items() if line.startswith(section.line)}
    if meant and not any(meant.values()):
        raise stop(
            "not-an-exercise",
            "--simulated",
            "simulated feeds stand on exercise lines alone (messages.md, Header)",
            "join an exercise line, or take a receiver of what really flies",
        )


def _option(given: str) -> tuple[str, Any]:
    """Raises `Stop` `bad-option`."""
    import tomllib

    from steerclear.cli.faults import stop

    name, equals, value = given.partition("=")
    try:
        if name.strip().isidentifier() and equals:
            return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        pass
    remedy = "NAME=VALUE with the value as in TOML: receiver=[52.31, 4.76], utc_offset_min=60"
    raise stop("bad-option", "--option", f"{given} cannot be read", remedy)


def _site(given: str) -> tuple[float, float] | None:
    """Raises `Stop` `bad-point`, `Malformed`."""
    from steerclear.cli.faults import stop
    from steerclear.feeds.options import place

    if not given:
        return None
    try:
        lat, lon = place("site", [float(one) for one in given.replace(",", " ").split()], 2)
    except ValueError:
        raise stop("bad-point", "--site", f"{given} is no place", "decimal degrees, as 50.03,8.57") from None
    return lat, lon


def _rows(section: FeedSection) -> str:
    """The section as TOML, what is as it would be by itself left out."""
    as_it_is = type(section)(name="", format="", address="")
    rows = {name: getattr(section, name) for name in section.__struct_fields__}
    return "".join(
        f"{name} = {_toml(value)}\n"
        for name, value in rows.items()
        if value != getattr(as_it_is, name) or name == "trust"
    )


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def run_list(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    rows = who.get("/feeds")
    lines = feed_table(rows, who.now_ms) if rows else [word("no feed")]
    show.emit(args, {"feeds": rows, "now_ms": who.now_ms}, lines, mode=mode_of(who.get()))
    return codes.NO if any(row["state"] == "stopped" for row in rows) else codes.OK


def feed_table(rows: list[dict[str, Any]], now_ms: int) -> list[str]:
    head = tuple(
        map(word, ("feed", "trust", "how it is heard", "reports", "movers known", "dropped", "trouble"))
    )
    cells = (
        (
            kept(row["name"]),
            word(row["trust"]),
            heard(row),
            str(row["received"]),
            str(row["movers"]),
            drops_text(row["drops"] | ({"echo-now": row["echoes"]} if row["echoes"] else {})),
            kept(row["trouble"]) or "-",
        )
        for row in rows
    )
    return show.table(head, cells)


def feed_lines(rows: list[dict[str, Any]]) -> list[str]:
    """For the board: each feed with its age; one that stopped stands out."""
    out = []
    for row in rows:
        text = word("feed line").format(name=kept(row["name"]), heard=heard(row), n=row["movers"])
        out.append(f"  {show.strong(text) if row['state'] == 'stopped' else text}")
    return out or [f"  {word('no feed')}"]


def heard(row: dict[str, Any]) -> str:
    """`heard 3 s ago`, `STOPPED 00:42 ago`, `never heard`."""
    if row["age_ms"] is None:
        return word("feed stopped unheard" if row["state"] == "stopped" else "feed waits")
    code = "feed stopped" if row["state"] == "stopped" else "feed heard"
    return word(code).format(ago=kept(stopwatch(row["age_ms"])))


def stopwatch(ms: int) -> str:
    """`00:42`, `1:00:42`: how long ago, to the second."""
    minutes, seconds = divmod(max(ms, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


def drops_text(drops: dict[str, int]) -> str:
    """`no-position 12, late 3`, the most first; what goes with a mover's next position is no drop."""
    from steerclear.feeds.drops import CARRIED

    lost = ((reason, count) for reason, count in drops.items() if reason not in CARRIED)
    rows = sorted(lost, key=lambda row: (-row[1], row[0]))
    return ", ".join(f"{label('drop', reason)} {count}" for reason, count in rows) or "-"


def run_test(args: Namespace) -> int:
    from steerclear.app.listening import listen
    from steerclear.cli.faults import stop
    from steerclear.config import read_config

    feeds = {one.name: one for one in read_config(args.home).feed}
    if args.name not in feeds:
        known = ", ".join(feeds) or "none is set up: steerclear feed add"
        raise stop("unknown-feed", "NAME", f"no feed {args.name}", f"one of: {known}")
    section = feeds[args.name]
    found = listen(section, args.home, args.seconds)
    show.emit(args, show.plain(found), _heard_lines(found, section, args.seconds))
    return codes.OK if found.positions else codes.NO


def _heard_lines(found: Heard, section: FeedSection, seconds: float) -> list[str]:
    from steerclear.feeds.drops import CARRIED

    replayed = section.scheme == "replay"
    long = say("feeds.at-once") if replayed else say("feeds.in-seconds", seconds=f"{seconds:g}")
    counts = {"bytes": found.bytes, "reports": found.reports, "positions": found.positions}
    lines = [say("feeds.came", **counts, movers=found.movers, long=long)]
    if found.newest_age_ms is not None:
        said = say("feeds.newest", ago=show.ago(found.newest_age_ms))
        lines.append(say("feeds.newest-recorded", said=said) if replayed else said)
    for reason, count in found.drops.items():
        what = label("drop", reason) if asked() else f"{reason}: {found.why.get(reason, '')}"
        carried = reason in CARRIED
        lines.append(say("feeds.carried", n=count) if carried else say("feeds.dropped", n=count, reason=what))
    if found.trouble:
        lines.append(say("feeds.trouble", what=found.trouble))
    if found.without_altitude:
        lines.append(say("feeds.no-altitude", n=found.without_altitude))
    if not found.positions:
        lines.append(say("feeds.nothing"))
    return lines
