"""`steerclear serve HOME`: the node as a server."""

from __future__ import annotations

from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, progress, show
from steerclear.english import counted


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "serve",
        run,
        "Serve a node until it is told to stop (SIGTERM, Ctrl-C); prints one line when it answers.",
        "steerclear serve blue --passphrase-file /run/secrets/watch",
        "Without its passphrase a node runs locked (--locked): it stores, mirrors, cosigns and alarms life safety,\n"
        "and reads nothing. `steerclear serve HOME --unlock` unlocks a node that runs already.",
    )
    options.home_argument(parser)
    options.passphrase(parser)
    parser.add_argument("--locked", action="store_true", help="start without the passphrase")
    parser.add_argument("--unlock", action="store_true", help="unlock the node that runs here already")
    parser.add_argument("--lock", action="store_true", help="lock the node that runs here already")
    progress.option(parser)


def run(args: Namespace) -> int:
    from steerclear.cli.secrets import passphrase
    from steerclear.node.zeroize import is_zeroized

    if args.lock or args.unlock:
        return _running(args)
    locked = args.locked or is_zeroized(args.home)
    return _serve(args, None if locked else passphrase(args))


def _serve(args: Namespace, word: str | None) -> int:
    from steerclear.app import serve
    from steerclear.cli.faults import stop
    from steerclear.store.port import StoreError

    home: Path = args.home
    loading = ExitStack()

    def ready(app: Any) -> None:
        loading.close()
        section = app.config.node
        state = "unlocked" if app.node.vault.unlocked else "LOCKED"
        scheme = "https" if section.tls_certificate else "http"
        lines = len(app.node.lines)
        text = (
            f"ready: {scheme}://{section.listen}, party {app.node.party}, {counted(lines, 'line')}, {state}"
        )
        if args.json:
            import json

            text = json.dumps(
                {
                    "ready": True,
                    "party": app.node.party,
                    "lines": lines,
                    "state": state,
                    "url": f"{scheme}://{section.listen}",
                }
            )
        print(text, flush=True)

    _free(home)
    try:
        with loading:
            step = loading.enter_context(progress.shown(args, "entries loaded"))
            serve(home, passphrase=word, ready=ready, progress=step)
    except StoreError as error:
        raise stop(
            "store-in-use", str(home), str(error), "stop the other process", exits=codes.UNREACHABLE
        ) from None
    except SystemExit as error:  # uvicorn's way to say that the address is taken
        raise stop(
            "no-address", "node.listen", f"the server did not start ({error.code})", "is the port free?"
        ) from None
    return codes.OK


def _free(home: Path) -> None:
    """Raises `Stop` where the node's address is taken, before anything is opened."""
    from steerclear.cli.faults import stop
    from steerclear.cli.health import taken
    from steerclear.config import read_config

    config = read_config(home)
    why = taken(config.host, config.port)
    if why:
        rule = f"{config.node.listen} cannot be used: {why}"
        raise stop(
            "no-address",
            "node.listen",
            rule,
            "stop what listens there, or change it",
            exits=codes.UNREACHABLE,
        )


def _running(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.secrets import passphrase

    admin = client.admin(args.home)
    if args.lock:
        admin.call("POST", "/api/admin/lock")
    else:
        admin.post("/api/admin/unlock", {"passphrase": passphrase(args)})
    state = "locked" if args.lock else "unlocked"
    show.emit(args, {"state": state}, [f"the node is {state}"])
    return codes.OK
