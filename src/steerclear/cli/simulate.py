"""`steerclear simulate`: seeded traffic for exercise lines, as files or on a loopback port in real time."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, progress, show
from steerclear.english import thousands

if TYPE_CHECKING:
    from steerclear.simulator.world import Wanted

FORMATS = ("simulated", "readsb", "sbs", "ais")
KINDS = ("aircraft", "light", "rotary", "drones", "ships")
CARRY = "readsb and sbs carry aircraft with an address, ais ships, simulated and archive all"
MORE = """\
The same arguments give the same bytes. Movers turn, climb and change their speed; reports come with noise, gaps and
delay (docs/how-to/analyst.md). Every report says EXERCISE, and a node takes it on exercise lines only. Formats carry
what they can: readsb and sbs aircraft with an address, ais ships, simulated all; `archive` writes track files for
`scan`.

--serve sends in real time from 127.0.0.1: lines to whoever connects, aircraft.json to whoever asks by HTTP."""


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "simulate",
        run,
        "Make traffic in the air and at sea, for exercises and tests.",
        "steerclear simulate --format archive -o tracks --aircraft 60 --ships 20 --meetings 5\n"
        "steerclear simulate --format sbs --serve 30003 --aircraft 200 --minutes 60",
        MORE,
    )
    parser.add_argument(
        "--format", choices=(*FORMATS, "archive"), default="simulated", help="(default: simulated)"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="PATH", help="the file; with archive the folder")
    parser.add_argument(
        "--add", action="store_true", help="into an archive that lies there already, beside what it holds"
    )
    parser.add_argument("--serve", type=int, metavar="PORT", help="in real time on 127.0.0.1 (0: any port)")
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="N", help=f"how many {_WORDS[kind]}")
    parser.add_argument("--meetings", type=int, default=0, metavar="N", help="pairs that are steered to meet")
    parser.add_argument(
        "--own", type=int, default=0, metavar="N", help="the first N movers are own (archive)"
    )
    parser.add_argument("--minutes", type=int, default=30, metavar="N", help="(default: 30)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(default: 1)")
    parser.add_argument(
        "--start", default="", metavar="TIME", help="(default: 2026-01-01T00:00:00Z; with --serve now)"
    )
    parser.add_argument("--centre", default="45 -30", metavar='"LAT LON"', help="degrees (default: 45 -30)")
    parser.add_argument("--radius", default="80 NM", metavar="LENGTH", help="(default: 80 NM)")
    progress.option(parser)


_WORDS = {
    "aircraft": "airliners",
    "light": "light aircraft",
    "rotary": "helicopters",
    "drones": "unmanned aircraft",
    "ships": "ships",
}


def run(args: Namespace) -> int:
    from steerclear.cli.faults import stop

    if (args.output is None) == (args.serve is None):
        raise stop(
            "where-to", "-o, --serve", "a file or a port?", "give -o PATH, or --serve PORT", exits=codes.USAGE
        )
    if args.serve is not None and args.format == "archive":
        raise stop("where-to", "--serve", "an archive is files", "give -o DIR", exits=codes.USAGE)
    wanted = wanted_of(args)
    left = _uncarried(args, wanted)
    if args.serve is not None:
        return _serve(args, wanted, left)
    _check_new(args)
    count = _archive(args, wanted) if args.format == "archive" else _file(args, wanted)
    value = {
        "written": str(args.output),
        "reports": count,
        "seed": args.seed,
        "movers": sum(wanted.counts.values()) - left,
        "movers_left_out": left,
    }
    who = f"{thousands(value['movers'], 'mover')}, {args.minutes} min, seed {args.seed}"
    lines = [f"written {args.output}: {thousands(count, 'report')} of {who}", *_left_said(args, left)]
    show.emit(args, value, lines, mode="EXERCISE")
    return codes.OK


def _uncarried(args: Namespace, wanted: Wanted) -> int:
    """How many movers the format says nothing of. Raises `Stop` where that is all of them."""
    from steerclear.cli.faults import stop
    from steerclear.simulator import world, writing

    idents = world.made(wanted).idents
    left = writing.uncarried(args.format, idents)
    if left == len(idents):
        who = ", ".join(f"--{kind}" for kind in wanted.counts)
        raise stop("nothing-to-tell", "--format", f"{args.format} carries none of {who}", CARRY)
    return left


def _left_said(args: Namespace, left: int) -> list[str]:
    return (
        [f"left out: {thousands(left, 'mover')} that {args.format} does not carry ({CARRY})"] if left else []
    )


def _check_new(args: Namespace) -> None:
    """Two simulations name their movers alike: in one archive they would be one traffic. Raises `Stop`."""
    from steerclear.archive import manifest
    from steerclear.cli.faults import stop

    if args.format == "archive" and not args.add and (args.output / manifest.FILE).exists():
        raise stop(
            "archive-exists",
            "-o",
            f"an archive lies in {args.output}, whose movers may be named alike",
            "name another folder, or --add to have both in one",
        )


def wanted_of(args: Namespace) -> Wanted:
    """What the arguments ask for. Raises `Malformed`, `Stop`."""
    from steerclear.cli.faults import stop
    from steerclear.clock import SystemClock
    from steerclear.simulator.world import Wanted
    from steerclear.speech.quantities import degrees_e7, quantity, time
    from steerclear.units import parse_time

    counts = {kind: getattr(args, kind) for kind in KINDS if getattr(args, kind)} or {
        "aircraft": 40,
        "ships": 10,
    }
    if args.minutes < 1:
        raise stop("bad-minutes", "--minutes", f"{args.minutes} min hold no report", "one minute or more")
    if not 0 <= 2 * args.meetings <= sum(counts.values()):
        raise stop(
            "bad-meetings",
            "--meetings",
            f"{args.meetings} meetings take {2 * args.meetings} movers of {sum(counts.values())}",
            "fewer meetings, or more movers",
        )
    centre = args.centre.replace(",", " ").split()
    if len(centre) != 2:
        raise stop(
            "bad-centre", "--centre", f"{args.centre} is no place", 'write "45 -30": latitude, longitude'
        )
    given: dict[str, Any] = {}
    if args.start:
        given["start_ms"] = parse_time(time(args.start), field="--start")
    elif args.serve is not None:
        given["start_ms"] = SystemClock().now_ms()
    return Wanted(
        counts,
        seed=args.seed,
        lasts_s=args.minutes * 60,
        lat_deg=degrees_e7(centre[0], 90, field="--centre") / 1e7,
        lon_deg=degrees_e7(centre[1], 180, field="--centre") / 1e7,
        radius_m=quantity(args.radius, "mm", field="--radius") / 1000,
        meetings=args.meetings,
        own=args.own,
        **given,
    )


def _file(args: Namespace, wanted: Wanted) -> int:
    from steerclear.simulator.sensor import reports
    from steerclear.simulator.writing import carried, writer

    write, count = writer(args.format), 0
    with args.output.open("wb") as out, progress.shown(args, "seconds simulated") as step:
        for second, (end_ms, batch) in enumerate(reports(wanted)):
            out.write(write(end_ms, batch))
            count += len(carried(args.format, batch))
            step(second + 1, wanted.lasts_s)
    return count


def _archive(args: Namespace, wanted: Wanted) -> int:
    from steerclear.archive.writing import Recorder
    from steerclear.simulator import world
    from steerclear.simulator.sensor import reports

    own, count = world.made(wanted).idents[: wanted.own], 0
    with Recorder(args.output, own=own) as recorder, progress.shown(args, "seconds simulated") as step:
        for second, (_, batch) in enumerate(reports(wanted)):
            recorder.take(batch, source="simulator", trust="shared")
            count += len(batch)
            step(second + 1, wanted.lasts_s)
    return count


def _serve(args: Namespace, wanted: Wanted, left: int) -> int:
    import asyncio

    from steerclear.cli.faults import stop
    from steerclear.clock import SystemClock
    from steerclear.simulator.serving import serve

    def ready(port: int) -> None:
        show.say(
            f"{show.EXERCISE}: {args.format} on 127.0.0.1:{port} for {args.minutes} min; stop with Ctrl-C"
        )
        for line in _left_said(args, left):
            show.say(line)

    try:
        asyncio.run(serve(wanted, args.format, args.serve, now_ms=SystemClock().now_ms, ready=ready))
    except (OSError, OverflowError) as error:
        said = getattr(error, "strerror", None) or str(error)
        remedy = "another port from 1024 to 65535, or 0 for any that is free"
        raise stop("port-taken", "--serve", said, remedy) from None
    return codes.OK
