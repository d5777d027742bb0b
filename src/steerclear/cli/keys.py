"""`steerclear keys`: officers' keys on this machine and in the record, and the roots of the party.

An officer's key counts once a `key` entry, signed by the party's root quorum, stands in the party's own log of a line;
the administrator alone can add nobody (record.md, Keys).
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, show
from steerclear.english import counted

if TYPE_CHECKING:
    from steerclear.record.keys import Signer

GUESSES = {"watch": "watch_officer", "releas": "releaser", "liaison": "liaison", "linguist": "linguist"}


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "keys",
        "Officers' keys and the roots of the party.",
        "steerclear keys new-officer watch-2 --home blue\nsteerclear keys add watch-2=watch_officer --home blue",
    )
    parser = options.add(
        own,
        "list",
        run_list,
        "Show which keys lie here and which count on each line.",
        "steerclear keys list --home blue",
    )
    options.home(parser)
    parser = options.add(
        own,
        "new-officer",
        run_new,
        "Make a key for an officer's post on this machine.",
        "steerclear keys new-officer watch-2 --home blue",
        "The key counts on a line only after `steerclear keys add`.",
    )
    options.home(parser)
    parser.add_argument("post", metavar="POST", help="a lower-case word such as watch-2")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the key there, not into officers/")
    parser = options.add(
        own,
        "add",
        run_add,
        "Put officers' keys into the record of a line, signed by the party's roots.",
        "steerclear keys add watch=watch_officer releaser=releaser,watch_officer --home blue",
        "Without arguments every key of officers/ that does not count yet is added; roles follow from the post's name\n"
        "(watch…, releas…, liaison…, linguist…) where none is given. Roles: watch_officer, releaser, linguist,\n"
        "custodian, liaison, notification_officer, chair, registrar. For a key that lies elsewhere give its vkey:\n"
        "POST=ROLES@VKEY.",
    )
    _record_options(parser)
    parser.add_argument("officers", nargs="*", metavar="POST[=ROLES][@VKEY]", help="which officers")
    parser = options.add(
        own,
        "revoke",
        run_revoke,
        "Take officers' keys out of force on a line, from its next entry on.",
        "steerclear keys revoke watch-2 --home blue",
        "What was signed before and cosigned by others keeps its signature.",
    )
    _record_options(parser)
    parser.add_argument("officers", nargs="+", metavar="POST", help="posts, or key references name+id")
    parser = options.add(
        own,
        "roots",
        run_roots,
        "Bring in the next root set, which was committed to in advance, and commit to a new one.",
        "steerclear keys roots --home blue",
        "Every line of the node gets the entry. The keys roots/next-*.secret become roots/root-*.secret; the old ones\n"
        "are kept as roots/old-*.secret: destroy them.",
    )
    options.home(parser)
    options.yes(parser)


def _record_options(parser: Any) -> None:
    options.home(parser)
    options.line(parser)
    parser.add_argument(
        "--root",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="root key files (default: those in roots/)",
    )
    parser.add_argument(
        "--registrar",
        action="append",
        default=[],
        metavar="POST",
        help="sign with this registrar's key in place of the roots; it takes two of them",
    )


def run_list(args: Namespace) -> int:
    from steerclear.node import home

    found = home.read(args.home)
    rows = []
    for path in sorted((args.home / "officers").glob("*.secret")):
        rows.append(("officer", path.stem, home.read_secret(path).verifier, str(path)))
    for path in sorted((args.home / "roots").glob("*.secret")):
        rows.append(("root", path.stem, home.read_secret(path).verifier, str(path)))
    for name, key in (("log", found.keys.log), ("node", found.keys.node), ("mirror", found.keys.mirrors[0])):
        rows.append((name, name, key.verifier, str(args.home / "keys")))
    counting = counting_keys(args.home)
    value = {
        "party": found.party,
        "here": [{"sort": s, "post": p, "ref": k.ref, "vkey": k.vkey, "file": f} for s, p, k, f in rows],
        "lines": counting,
    }
    lines = [
        f"party {found.party}",
        "",
        *show.table(("here", "name", "key", "file"), ((s, p, k.ref, f) for s, p, k, f in rows)),
    ]
    for line in counting or []:
        lines += ["", f"counting on line {line['name'] or line['id'][:12]}:"]
        lines += show.table(
            ("post", "key", "roles"), ((k["post"], k["key"], ", ".join(k["roles"])) for k in line["keys"])
        )
    if any(sort == "root" for sort, *_ in rows):
        lines += ["", "Root keys lie on this machine: take them away once the line stands."]
    if counting is None:
        lines += ["", "Which keys count is in the store, which the running node holds: steerclear line show"]
    show.emit(args, value, lines)
    return codes.OK


def counting_keys(folder: Path) -> list[dict[str, Any]] | None:
    """Officers' keys in force on each line; None while another process holds the store."""
    from steerclear.cli import stopped
    from steerclear.cli.faults import Stop

    try:
        with stopped.node(folder) as node:
            out = []
            for line in node.lines.values():
                ring = line.own_log.state.ring
                keys = ring.officers(line.own_log.size) if ring is not None else ()
                rows = [{"post": k.post, "key": k.ref, "roles": sorted(k.roles)} for k in keys]
                out.append({"id": line.id, "name": line.settings.name, "keys": rows})
            return out
    except Stop:
        return None


def run_new(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.node import home, served
    from steerclear.record.keys import generate

    served.refuse(args.home, args.post)
    party = home.read(args.home).party
    path = args.out or args.home / "officers" / f"{args.post}.secret"
    if path.exists():
        raise stop("key-exists", str(path), "a key lies there already", "name another post, or another file")
    key = generate(f"{party}/{args.post}")
    home.write_secret(path, key)
    value = {"post": args.post, "ref": key.verifier.ref, "vkey": key.verifier.vkey, "file": str(path)}
    lines = [
        f"{key.verifier.ref}  {path}",
        f"vkey  {key.verifier.vkey}",
        f"next: steerclear keys add {args.post} --home {args.home}",
    ]
    show.emit(args, value, lines)
    return codes.OK


def run_add(args: Namespace) -> int:
    from steerclear.node import home

    party = home.read(args.home).party
    wanted = [parse(one) for one in args.officers]
    chosen = wanted or [(path.stem, (), "") for path in sorted((args.home / "officers").glob("*.secret"))]
    keys = []
    for post, roles, vkey in chosen:
        known = vkey or home.officer(args.home, post).verifier.vkey
        keys.append({"vkey": known, "post": post, "roles": list(roles or guess(post))})
    return _submit(args, party, {"act": "add", "keys": keys}, skip_known=not wanted)


def run_revoke(args: Namespace) -> int:
    from steerclear.node import home

    party = home.read(args.home).party
    return _submit(args, party, {"act": "revoke", "keys": list(args.officers)}, skip_known=False)


def run_roots(args: Namespace) -> int:
    from steerclear.cli.roots import rotate

    if not show.confirm(args, "The present roots end on every line of this node. Go on?"):
        return codes.DECLINED
    done = rotate(args.home)
    lines = [
        f"{counted(done['lines'], 'line')} with the new root set; "
        f"{counted(len(done['keys']), 'key')}: {', '.join(done['keys'])}"
    ]
    show.emit(
        args, done, [*lines, "roots/old-*.secret: destroy. roots/next-*.secret: keep offline, elsewhere."]
    )
    return codes.OK


def _submit(args: Namespace, party: str, record: dict[str, Any], *, skip_known: bool) -> int:
    from steerclear.cli import records

    made = records.submit_key(args.home, args.line, record, _signing(args), skip_known=skip_known)
    what = {"add": "added", "revoke": "revoked"}[record["act"]]
    lines = [f"{what}: {one}" for one in made["keys"]] or [
        "nothing to add: every key of officers/ counts already"
    ]
    if made["entry"]:
        lines.append(f"entry {made['entry']} in the log of this party")
    show.emit(args, made, lines)
    return codes.OK


def _signing(args: Namespace) -> list[Signer]:
    """The registrars named, else the roots. Raises `Stop`."""
    from steerclear.cli.faults import stop
    from steerclear.node import home

    if not args.registrar:
        return signers(args)
    if len(set(args.registrar)) < 2:
        raise stop("registrar-alone", "--registrar", "registrars sign two together", "name a second one")
    return [home.officer(args.home, post) for post in dict.fromkeys(args.registrar)]


def signers(args: Namespace) -> list[Signer]:
    """The root keys that sign: those named, or those that lie in roots/. Raises `Stop`."""
    from steerclear.cli.faults import stop
    from steerclear.node import home, served

    served.refuse(args.home, "--root")
    found = [home.read_secret(path) for path in args.root] or home.roots_of(args.home)
    if not found:
        raise stop(
            "no-roots", "--root", "no root key lies here", "bring the root keys and name them with --root"
        )
    return found


def parse(text: str) -> tuple[str, tuple[str, ...], str]:
    """`POST`, `POST=ROLE,ROLE`, `POST=ROLES@VKEY`."""
    head, _, vkey = text.partition("@")
    post, _, roles = head.partition("=")
    return post, tuple(role for role in roles.split(",") if role), vkey


def guess(post: str) -> tuple[str, ...]:
    from steerclear.cli.faults import stop

    role = next((role for start, role in GUESSES.items() if post.startswith(start)), "")
    if not role:
        raise stop(
            "which-role",
            post,
            "the post's name tells no role",
            f"write {post}=ROLE, such as {post}=watch_officer",
        )
    return (role,)
