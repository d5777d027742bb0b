"""A private PostgreSQL cluster from the machine's own package, for the length of a test session.

Unix socket in a temporary folder, no TCP, fsync on. As root the server runs as `postgres` (it refuses root).
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USERS = ("postgres", "nobody")


class NoPostgres(Exception):
    """Why there can be no cluster here, in one sentence."""


def binaries() -> Path:
    """The newest `bin` folder with `initdb`; raises `NoPostgres`."""
    found = [Path(where).resolve().parent for where in [shutil.which("initdb")] if where]
    found += [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql")
    return max(found, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))])


def _as_user(folder: Path) -> list[str]:
    """The words before a command that must not run as root, after giving it the folder."""
    if os.geteuid() != 0:
        return []
    for name in _USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
    raise NoPostgres("root may not run PostgreSQL and there is no user postgres or nobody to run it as")


class Cluster:
    """A running server. `dsn(name)` makes the database when it is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bin = binaries()
        self._prefix = _as_user(folder)
        self._data = folder / "data"
        self._env = {"PATH": f"{self._bin}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self._run("initdb", "-D", self._data, "-U", "steerclear", "-A", "trust", "-E", "UTF8", "--no-sync")
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(
                f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = on\n"
                "synchronous_commit = on\nmax_connections = 40\nshared_buffers = 64MB\n"
            )
        self._databases = {"postgres"}

    def start(self) -> None:
        """Waits until it takes connections."""
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", self.folder / "log", "start")

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is as hard as a power cut to the server's processes."""
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-m", mode, "stop")

    def dsn(self, database: str) -> str:
        """A URL that libpq takes."""
        if database not in self._databases:
            self._run("createdb", "-h", self.folder, "-U", "steerclear", database)
            self._databases.add(database)
        return f"postgresql://steerclear@/{database}?host={self.folder}"

    def _run(self, program: str, *words: object) -> None:
        command = [*self._prefix, str(self._bin / program), *map(str, words)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            tail = log.read_text("utf-8")[-2000:] if log.exists() else ""
            raise RuntimeError(f"{program} failed: {done.stderr.decode()[-2000:]}{tail}")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A started cluster, stopped and deleted afterwards; raises `NoPostgres`."""
    binaries()
    folder = Path(tempfile.mkdtemp(prefix="steerclear-pg-", dir="/tmp"))  # a socket's path is short
    try:
        made = Cluster(folder)
        made.start()
        try:
            yield made
        finally:
            made.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
