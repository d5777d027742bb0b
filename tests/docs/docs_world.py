"""Pages of the documentation as examples that can be played, and two nodes to play them beside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from steerclear.replay.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
NOW_IN_DOCS = datetime(2026, 10, 31, 14, 0, tzinfo=UTC)
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TIME = re.compile(r"2026-1[01]-\d\dT\d\d:\d\d:\d\dZ")
_KEPT = re.compile(r"(?<![0-9a-f])([0-9a-f]{4})…|\bread-back +([0-9A-Z]{4})\b")
GENERATED = ("kinds.md", "native-api.md")
WAIT_S = 120


@dataclass
class Page:
    """One Markdown file."""

    name: str
    text: str
    path: Path = ROOT

    @classmethod
    def read(cls, path: Path) -> Page:
        return cls(path.relative_to(ROOT).as_posix(), path.read_text(), path)

    @property
    def nodes(self) -> bool:
        return "<!-- run: two nodes -->" in self.text

    @property
    def homes(self) -> bool:
        """It starts the two nodes itself, on a line for exercises."""
        return "<!-- run: two homes -->" in self.text

    @property
    def examples(self) -> list[tuple[str, str]]:
        """(info string, content) of the fences that are played."""
        return [
            (info.strip(), body)
            for info, body in _FENCE.findall(self.text)
            if info.strip() in ("console", "python")
            or re.fullmatch(r"(toml|json|geojson|text) [\w.-]+", info.strip())
        ]

    def commands(self) -> list[str]:
        """Every `steerclear` command line shown, continuation lines joined."""
        out = []
        for info, body in _FENCE.findall(self.text):
            if info.strip() not in ("sh", "console"):
                continue
            for line in body.replace("\\\n", " ").splitlines():
                line = line.removeprefix("$ ").strip()
                if line.startswith(("steerclear ", ".venv/bin/steerclear ")):
                    out.append(line)
        return out

    def links(self) -> list[str]:
        outside = re.sub(r"^```.*?^```$", "", self.text, flags=re.MULTILINE | re.DOTALL)
        found = re.findall(r"\]\(([^)\s]+)\)", outside)
        return [one for one in found if not one.startswith(("http:", "https:", "mailto:"))]

    def anchors(self) -> set[str]:
        heads = re.findall(r"^#+ (.+)$", self.text, re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def pages() -> list[Page]:
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [Page.read(path) for path in files if path.name not in GENERATED]


@dataclass
class World:
    """A folder in which a page is played, and the ids that it has shown so far."""

    folder: Path
    known: dict[str, str] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own = {
            "PATH": path,
            "NO_COLOR": "1",
            "STEERCLEAR_PASSPHRASE": "grey heron at noon",
            "PYTHONUTF8": "1",
        }
        return {**os.environ, **own, "LC_ALL": "C.UTF-8", "STEERCLEAR": str(ROOT)}

    def play(self, page: Page) -> None:
        for info, body in page.examples:
            if info == "console":
                for command, code, wanted in commands_of(body):
                    self.run(page, command, code, wanted)
            elif info == "python":
                done = self.call([sys.executable, "-c", body])
                assert done.returncode == 0, f"{page.name}: {body}\n{done.stdout}"
            else:
                (self.folder / info.split()[1]).write_text(self.known_ids(moved(body)))

    def run(self, page: Page, command: str, code: int, wanted: str) -> None:
        done = self.call(["bash", "-c", self.known_ids(moved(command))])
        shown = f"{page.name}: $ {command}\n{done.stdout}"
        assert done.returncode == code, f"exit {done.returncode}, not {code}: {shown}"
        if wanted:
            match = re.fullmatch(self.pattern(wanted), done.stdout.strip("\n"), re.DOTALL)
            assert match is not None, f"wanted\n{wanted}\nbut {shown}"
            for name, value in match.groupdict().items():
                self.known[f"{name[1:]}…" if name.startswith("i") else name[1:]] = value

    def call(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """In a process group of its own, so that `close` ends what a command left running."""
        out, err = subprocess.PIPE, subprocess.STDOUT
        with subprocess.Popen(
            command, cwd=self.folder, env=self.env, stdout=out, stderr=err, text=True, start_new_session=True
        ) as running:
            try:
                shown, _ = running.communicate(timeout=WAIT_S)
            except BaseException:
                os.killpg(running.pid, signal.SIGKILL)
                raise
        if _stands(running.pid):
            self.groups.append(running.pid)
        return subprocess.CompletedProcess(command, running.returncode, shown)

    def close(self) -> None:
        """End what runs in the background, and wait until it has."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            until = time.monotonic() + 20
            for group in self.groups:
                with suppress(ProcessLookupError):
                    os.killpg(group, number)
            while self.groups and time.monotonic() < until:
                self.groups = [group for group in self.groups if _stands(group)]
                time.sleep(0.05)

    def known_ids(self, text: str) -> str:
        """Ids (`4f0c…`) and read-back codes as this run has them."""
        for shown, real in self.known.items():
            text = text.replace(shown, real)
        return text

    def pattern(self, wanted: str) -> str:
        """What is shown as a pattern: `…` any text, a line `…` any lines, `4f0c…` an id, `read-back K7AX` a code."""
        out = ""
        for line in wanted.strip("\n").split("\n"):
            if line.strip() == "…":
                out += "(?:[^\n]*(?:\n|$))*?"
                continue
            at = 0
            for found in _KEPT.finditer(line):
                out += _any(line[at : found.start()]) + self._kept(found.group(1), found.group(2), out)
                at = found.end()
            out += _any(line[at:]) + "[ ]*(?:\n|$)"
        return out

    def _kept(self, short: str | None, code: str | None, before: str) -> str:
        if code is not None:
            return (
                f"read-back +{re.escape(self.known[code])}"
                if code in self.known
                else f"read-back +(?P<c{code}>[0-9A-Z]{{4}})"
            )
        if f"{short}…" in self.known:
            return re.escape(self.known[f"{short}…"][:12]) + "[0-9a-f]*"
        return f"(?P=i{short})" if f"<i{short}>" in before else f"(?P<i{short}>[0-9a-f]{{12,64}})"

    def two_homes(self, exercise: bool = False) -> dict[str, str]:
        """`blue` and `red`, on a line called `north`, the names of each other known; the words of the other's card."""
        ports = {name: free_port() for name in ("blue", "red")}
        for name, port in ports.items():
            self._do(f"steerclear init {name} --listen 127.0.0.1:{port} --officer watch --officer releaser")
        sort = " --exercise" if exercise else ""
        self._do(f"steerclear line new blue/card.note red/card.note --home blue -o line.genesis{sort}")
        self._do("steerclear line sign line.genesis --home red -o line.genesis --yes")
        words = {}
        for name, other in (("blue", "red"), ("red", "blue")):
            self._do(f"steerclear line join line.genesis --home {name} --name north")
            self._do(f"steerclear keys add watch=watch_officer releaser=releaser,watch_officer --home {name}")
            card = self._do(f"steerclear line card {other}/card.note --json").stdout
            import json

            told = json.loads(card)
            words[name] = " ".join(told["words"])
            with (self.folder / name / "steerclear.toml").open("a") as file:
                file.write(f'"{told["party"]}" = "{other}"\n')
        return words

    @contextmanager
    def two_nodes(self) -> Iterator[World]:
        """`two_homes`, running and introduced."""
        words = self.two_homes()
        running: list[subprocess.Popen[bytes]] = []
        try:
            for name in words:
                running.append(self._serve(name))
            for name in words:
                self._do(
                    f"steerclear line introduce --words '{words[name]}' --as releaser --home {name} --yes"
                )
            yield self
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
            for process in running:
                process.wait(timeout=20)

    def _serve(self, name: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            ["steerclear", "serve", name], cwd=self.folder, env=self.env, stdout=log, stderr=log
        )
        until = time.monotonic() + 60
        while b"ready" not in (self.folder / f"{name}.log").read_bytes():
            assert process.poll() is None and time.monotonic() < until, (
                self.folder / f"{name}.log"
            ).read_text()
            time.sleep(0.05)
        return process

    def _do(self, command: str) -> subprocess.CompletedProcess[str]:
        done = self.call(["bash", "-c", command])
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done


def commands_of(body: str) -> list[tuple[str, int, str]]:
    """(command, exit code, what it prints) of a console fence."""
    out: list[tuple[str, int, str]] = []
    for block in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = block.split("\n")
        command = lines.pop(0)
        while command.endswith("\\"):
            command = command[:-1] + lines.pop(0)
        command, _, code = command.partition("  # exit ")
        out.append((command, int(code or 0), "\n".join(lines).strip("\n")))
    return out


def moved(text: str) -> str:
    """Times around the pages' now → as far from the real one."""
    shift = datetime.now(UTC).replace(microsecond=0) - NOW_IN_DOCS
    return _TIME.sub(lambda found: _moved(found.group(), shift), text)


def _moved(text: str, shift: timedelta) -> str:
    return (datetime.fromisoformat(text) + shift).strftime("%Y-%m-%dT%H:%M:%SZ")


def _any(text: str) -> str:
    """A piece of a shown line: `…` is any text, two spaces or more are any number of them."""
    parts = re.split(r"(…| {2,})", text)
    return "".join(
        ".*?" if part == "…" else " +" if part.startswith("  ") else re.escape(part) for part in parts
    )


def _stands(group: int) -> bool:
    """Whether a process of this group runs still."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
