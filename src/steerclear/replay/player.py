"""Play a scenario through a world of real nodes and judge its criteria.

Steps and criteria go in order of time; at one instant the steps come first. A step that does not go as it is
written is a line of the result that did not hold, so a story that could not be played never passes.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.replay import feeds
from steerclear.replay.criteria import Judged, judge
from steerclear.replay.desk import Builder, Desk, Outcome, Saying, World
from steerclear.replay.names import Names, Unsaid
from steerclear.replay.offset import format_offset, parse_offset
from steerclear.replay.scenario import SETTLE_MS, Criterion, Line, Scenario, Step
from steerclear.replay.timeline import Event, Picture, changes, picture


class Result(msgspec.Struct, frozen=True):
    """`passed` when every criterion held. `timelines`: party's name → what its own board showed, when watched."""

    id: str
    title: str
    passed: bool
    criteria: tuple[Judged, ...]
    timelines: dict[str, tuple[Event, ...]] = {}
    files: dict[str, str] = {}

    def summary(self) -> dict[str, Any]:
        """The shape of `replay --json`: id, passed, criteria of text, held, seen."""
        return {
            "id": self.id,
            "passed": self.passed,
            "criteria": [{"text": c.text, "held": c.held, "seen": c.seen} for c in self.criteria],
        }


def play(scenario: Scenario, build: Builder, *, home: Path | None = None, watch: bool = False) -> Result:
    """Play to the end. `home` keeps the nodes' files (a temporary folder otherwise, in memory where the host
    has one, since a story's own disk writes are nobody's proof); `watch` records timelines."""
    if home is not None:
        return asyncio.run(Play(scenario, home, watch).run(build))
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="steerclear-replay-", dir=memory) as folder:
        return asyncio.run(Play(scenario, Path(folder), watch).run(build))


class Play:
    """One performance: the names said so far, the files written so far, what went wrong. `wants` may be narrowed."""

    def __init__(self, scenario: Scenario, home: Path, watch: bool = False) -> None:
        self.scenario = scenario
        self.home = home
        self.watch = watch
        self.names = Names(scenario.start_ms)
        self.files: dict[str, Path] = {}
        self.faults: list[Judged] = []
        self.judged: dict[int, Judged] = {}
        self.pictures: dict[str, Picture] = {}
        self.events: dict[str, list[Event]] = {party.name: [] for party in scenario.parties}
        self.world: World

    async def run(self, build: Builder) -> Result:
        self.world = await build(self.scenario, self.home)
        try:
            await self.perform()
        finally:
            await self.world.close()
        judged = (*self.faults, *(self.judged[n] for n in sorted(self.judged)))
        return Result(
            self.scenario.id,
            self.scenario.head.title,
            all(line.held for line in judged),
            judged,
            {name: tuple(events) for name, events in self.events.items()} if self.watch else {},
            {name: str(path) for name, path in self.files.items()},
        )

    async def perform(self) -> None:
        """Everything that is wanted, in its order; time passes only up to what is wanted."""
        for name, desk in self.world.desks.items():
            self.names.values[name] = desk.party
        for at_ms, all_steps, numbers in self._instants():
            steps = [step for step in all_steps if self.wants(step)]
            criteria = [number for number in numbers if self.wants(self.scenario.criterion[number])]
            if not steps and not criteria:
                continue
            await self._until(self.scenario.start_ms + at_ms)
            for step in steps:
                await self._step(step)
                await self._until(self.scenario.start_ms + at_ms)
            for number in criteria:
                self.judged[number] = await self._judge(self.scenario.criterion[number])

    def wants(self, part: Step | Criterion) -> bool:
        """Whether this step is done, or this criterion asked; asked once of each, before its instant."""
        return True

    def _instants(self) -> Iterable[tuple[int, list[Step], list[int]]]:
        """(ms after the start, steps, numbers of criteria) in order; one without `at` comes a second after all."""
        times: dict[int, tuple[list[Step], list[int]]] = {}
        for step in self.scenario.step:
            times.setdefault(parse_offset(step.at), ([], []))[0].append(step)
        last = [parse_offset(c.at) for c in self.scenario.criterion if c.at]
        end = max([*times, *last, 0]) + SETTLE_MS
        for number, criterion in enumerate(self.scenario.criterion):
            at = parse_offset(criterion.at) if criterion.at else end
            times.setdefault(at, ([], []))[1].append(number)
        return [(at, *times[at]) for at in sorted(times)]

    async def _until(self, true_ms: int) -> None:
        """Advance; when watched, stop at each instant at which a board may have changed."""
        if not self.watch:
            await self.world.advance(true_ms)
            return
        async for now_ms in _instants_until(self.world, true_ms):
            await self._look(now_ms)

    async def _look(self, now_ms: int) -> None:
        called = {identity: name for name, identity in self.names.values.items()}
        for name, desk in self.world.desks.items():
            for line in self.scenario.lines:
                if line.name not in desk.lines:
                    continue
                answer = await desk.get(line.name, "/board")
                if answer.status != 200:
                    continue
                shown = picture(answer.json, called)
                key = f"{name}/{line.name}"
                for text in changes(self.pictures.get(key, {}), shown):
                    self.events[name].append(Event(now_ms, name, text))
                self.pictures[key] = shown

    async def _step(self, step: Step) -> None:
        try:
            said = await self._act(step)
        except Unsaid as missing:
            said = f"nothing was said as ${missing}"
        except Malformed as error:
            said = str(error)
        if said:
            who = f"{step.party} " if step.party else ""
            what = step.say or step.act
            where = format_offset(parse_offset(step.at))
            self.faults.append(Judged(f"step {where} {who}{what} goes as written", False, said))

    async def _act(self, step: Step) -> str:
        """Do it; '' or what went otherwise than written."""
        line = self.scenario.line(step.line)
        arguments = self.names.fill(step.arguments) if not step.local else {}
        if step.fault and "file" in arguments:
            self._wrote(step.name, await self.world.altered(self._file(step.arguments["file"]), arguments))
            return ""
        if step.fault:
            return await self.world.fault(step.fault, step.party, step.between, arguments)
        if step.membership:
            return await self._membership(step, line)
        if step.feed:
            start_ms = self.scenario.start_ms + parse_offset(step.at)
            rows = feeds.reports(step.movers, start_ms, step.lasts, step.every)
            told = await self.world.feed(step.party, step.feed, rows)
            if step.name and not told:
                self.names.values[step.name] = step.feed
            return told
        desk = self.world.desks[step.party]
        posts = tuple(post for post in (step.post or self._post(step), *step.cosign) if post)
        if step.carry:
            return await self._carry(step, line, posts, arguments)
        if step.export:
            order = {"entries": self.names.fill(list(step.entries)), **arguments}
            self._wrote(step.name, await desk.export(line.name, step.export, posts, order))
            return ""
        if step.say:
            await self._read_codes(step)
            saying = self._saying(msgspec.to_builtins(step), step.party)
            if step.drafted:
                saying = await self._drafted(desk, saying)
            outcome = await desk.say(saying)
        elif step.local:
            await self._read_codes(step)
            outcome = await desk.local(line.name, step.local, posts[0], self.names.fill(step.arguments))
        else:
            outcome = await desk.zeroize(posts, arguments)
            self._wrote(step.name, desk.folder)
        if step.name and outcome.accepted:
            self.names.values[step.name] = outcome.entry
        return _as_expected(step.expect, outcome)

    async def _drafted(self, desk: Desk, saying: Saying) -> Saying:
        """What the node begins from its newest own warning, with what the officer says over it. Raises `Malformed`."""
        rows = (await desk.get(saying.line, "/alerts")).json
        ours = [row for row in rows if row["party"] == desk.party]
        seen = [row for row in ours if row["level"] == "warning" and row["own"]]
        if not seen:
            raise Malformed(
                "nothing-drafted", field="step.drafted", remedy="this node shows no warning of its own"
            )
        newest = max(seen, key=lambda row: row["first_ms"])
        made = (await desk.get(saying.line, f"/alerts/encounter?id={newest['id']}")).json
        refs = tuple(dict.fromkeys((*saying.refs, *made["draft"]["refs"])))
        return replace(saying, body={**made["draft"]["body"], **saying.body}, refs=refs)

    async def _membership(self, step: Step, line: Line) -> str:
        told = await self.world.membership(line.name, step.membership, step.party, step.between)
        if step.name and not told:
            self.names.values[step.name] = step.membership
        if step.expect == "accepted":
            return told
        code = step.expect.removeprefix("refused:")
        return "" if code in told else f"not refused as {code}: {told or 'done'}"

    async def _carry(self, step: Step, line: Line, posts: tuple[str, ...], arguments: dict[str, Any]) -> str:
        targets = step.to or tuple(member for member in line.members if member != step.party)
        told = [await self.world.carry(line.name, step.party, name, posts, arguments) for name in targets]
        refused = "; ".join(filter(None, told))
        if step.expect == "accepted":
            return refused
        return "" if refused else "taken, though it should have been refused"

    def _wrote(self, name: str, path: Path) -> None:
        if name:
            self.files[name] = path
            self.names.values[name] = path.name

    def _post(self, step: Step) -> str:
        return next(iter(self.scenario.party(step.party).posts))

    def _saying(self, step: dict[str, Any], party: str) -> Saying:
        """A step's (or an attempt's) fields as what is said, with the defaults: first post, all other members."""
        line = self.scenario.line(step.get("line", ""))
        posts = self.scenario.party(party).posts
        to = step.get("to") or [name for name in line.members if name != party]
        if list(to) == ["none"]:
            to = []
        by = step.get("reply_by", "")
        return Saying(
            line=line.name,
            post=step.get("post") or next(iter(posts)),
            kind=step["say"],
            body=self.names.fill(step.get("body", {})),
            inner=self.names.fill(step.get("inner", {})),
            file=step.get("file", ""),
            to=tuple(self.world.desks[name].party for name in to),
            refs=tuple(self.names.fill(list(step.get("refs", ())))),
            supersedes=self.names.fill(step.get("supersedes", "")),
            mode=step.get("mode") or self.scenario.head.mode,
            life_safety=step.get("life_safety"),
            precedence=step.get("precedence", ""),
            reply_by_ms=self.names.instant(by) if by else 0,
            cosign=tuple(step.get("cosign", ())),
            wire=bool(step.get("wire", False)),
            unchecked=bool(step.get("unchecked", False)),
        )

    async def _read_codes(self, step: Step) -> None:
        """The read-back codes that this party's own node shows, for the versions that the step names."""
        desk = self.world.desks[step.party]
        wanted = {n for n in self.names.values if f"${n}.readback" in str(msgspec.to_builtins(step))}
        for name in wanted:
            identity = self.names.values[name]
            answer = await desk.get(self.scenario.line(step.line).name, f"/subjects/{identity}")
            for version in answer.json.get("versions", ()) if answer.status == 200 else ():
                if version["id"] == identity and version.get("readback"):
                    self.names.values[f"{name}.readback"] = version["readback"]

    async def _judge(self, criterion: Criterion) -> Judged:
        try:
            answer = await self._ask(criterion)
        except Unsaid as missing:
            return Judged(criterion.text, False, f"nothing was said as ${missing}")
        except Malformed as error:
            return Judged(criterion.text, False, str(error))
        try:
            return judge(criterion, answer, self.names)
        except Unsaid as missing:
            return Judged(criterion.text, False, f"nothing was said as ${missing}")

    async def _ask(self, criterion: Criterion) -> Any:
        line = self.scenario.line(criterion.line)
        if criterion.get:
            target = "" if criterion.get == "/" else self.names.query(criterion.get)
            more = (criterion.post,) if criterion.post else ()
            return (await self.world.desks[criterion.party].get(line.name, target, *more)).value
        if criterion.attempt is not None:
            saying = self._saying({"line": line.name, **criterion.attempt}, criterion.party)
            return (await self.world.desks[criterion.party].attempt(saying)).value
        path = self._file(criterion.verify or criterion.file or criterion.trace)
        if criterion.trace:
            data = path.read_bytes()
            begin, end = (len(data) * share // 100 for share in criterion.part)
            return (await self.world.desks[criterion.party].trace(line.name, data[begin:end])).value
        if criterion.verify:
            return (await self.world.verify(path, {})).value
        if path.is_dir():
            parts = [part.read_bytes() for part in sorted(path.rglob("*")) if part.is_file()]
            return b"\n".join(parts).decode("utf-8", "replace")
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            return msgspec.json.decode(path.read_bytes())
        return path.read_text(encoding="utf-8", errors="replace")

    def _file(self, named: str) -> Path:
        """`$kit` or `$kit/inner/file`: a file or folder that a step wrote."""
        name, _, inner = named.removeprefix("$").partition("/")
        if name not in self.files:
            raise Unsaid(name)
        path = self.files[name] / inner if inner else self.files[name]
        if not path.exists():
            raise Malformed("no-such-file", field="criterion", remedy=f"{name} has no {inner}")
        return path


def _as_expected(expect: str, outcome: Outcome) -> str:
    if expect == "accepted":
        return "" if outcome.accepted else f"refused: {', '.join(outcome.codes)} {outcome.words}".strip()
    code = expect.removeprefix("refused:")
    if outcome.accepted:
        return f"accepted, but {code} was expected to refuse it"
    return (
        "" if code in outcome.codes else f"refused as {', '.join(outcome.codes)}, not {code}: {outcome.words}"
    )


async def _instants_until(world: World, true_ms: int) -> Any:
    """Every instant on the way at which some node is due, where the world tells them; then the last one."""
    due = getattr(world, "next_due_ms", None)
    while due is not None:
        at = await due()
        if at is None or at >= true_ms:
            break
        await world.advance(at)
        yield at
    await world.advance(true_ms)
    yield true_ms
