"""A history played once and left at each act that its criteria need: this process forks before the act, and the child
plays on without it.

What came before the act is the same with and without it, so nothing is proved less than by playing each story from its
beginning; it is only not played again. The nodes stand on stores in memory, so that the child's are its own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import signal
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from steerclear.replay.house import build_house
from steerclear.replay.perturb import needed, without
from steerclear.replay.player import Play, play
from steerclear.replay.scenario import Criterion, Scenario, Step

WHOLE = ("crash", "restart", "backup", "restore-backup", "fork")
"""Faults that need files under the nodes, as `zeroize` does: such a story is played from its beginning each time."""
CHILD_S = 900
"""A child that hangs is ended by the system, and its act is named."""


def needs_files(scenario: Scenario) -> bool:
    """Whether the nodes of this story must stand on files."""
    return any(step.zeroize or step.fault in WHOLE for step in scenario.step)


def held_without(scenario: Scenario, home: Path) -> dict[str, set[str]]:
    """Act that some criterion needs → texts of those that need it and hold without it all the same: all empty where
    the criteria show what they say.

    In a process of its own: a process in which a library has started threads (typst does for its first page) may not
    be forked, since what those threads were to do is never done in the child."""
    clean = multiprocessing.get_context("forkserver")
    clean.set_forkserver_preload(["steerclear.replay.house"])
    with ProcessPoolExecutor(1, mp_context=clean) as pool:
        return pool.submit(_held_without, scenario, home).result()


def _held_without(scenario: Scenario, home: Path) -> dict[str, set[str]]:
    wanted = needed(scenario)
    if needs_files(scenario):
        failed = {}
        for act in wanted:
            result = play(without(scenario, act), build_house)
            failed[act] = {one.text for one in result.criteria if not one.held}
    else:
        made = Branching(scenario, home)
        asyncio.run(made.run(partial(build_house, store="memory")))
        failed = made.failed
    return {act: set(texts) - failed[act] for act, texts in wanted.items()}


class Branching(Play):
    """`failed`: act → texts of what failed without it. The parent asks no criterion and stops after the last act."""

    def __init__(self, scenario: Scenario, home: Path) -> None:
        super().__init__(scenario, home)
        self.failed: dict[str, set[str]] = {}
        self.left = set(needed(scenario))
        self.kept: Scenario | None = None
        self.out = -1

    def wants(self, part: Step | Criterion) -> bool:
        if isinstance(part, Step) and part.name in self.left and self.kept is None:
            self.left.discard(part.name)
            self._branch(part.name)
        if self.kept is not None:
            among = self.kept.step if isinstance(part, Step) else self.kept.criterion
            return any(part is one for one in among)
        return isinstance(part, Step) and bool(self.left)

    async def perform(self) -> None:
        try:
            await super().perform()
        except BaseException as error:
            if self.kept is None:
                raise
            self._end(repr(error))
        if self.kept is not None:
            self._end("")

    def _branch(self, act: str) -> None:
        """Return twice: here, with what the child found; and in the child, where the act is left out from now on."""
        loop = asyncio.get_running_loop()
        back, self.out = os.pipe()
        with warnings.catch_warnings():  # only this thread goes on, and it holds nothing that others wait for
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            os.close(back)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(CHILD_S)
            asyncio._set_running_loop(loop)  # asyncio forgets it in a new process
            loop.set_default_executor(ThreadPoolExecutor())  # the old one's threads stayed behind
            self.kept = without(self.scenario, act)
            return
        os.close(self.out)
        with os.fdopen(back, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        assert told and not status, f"the play without {act} ended with {status}"
        failed, error = pickle.loads(told)
        assert not error, f"the play without {act}: {error}"
        self.failed[act] = failed

    def _end(self, error: str) -> None:
        """The child ends here: what its parent still uses (the loop, the files) is not closed."""
        try:
            failed = {one.text for one in (*self.faults, *self.judged.values()) if not one.held}
            with os.fdopen(self.out, "wb") as pipe:
                pipe.write(pickle.dumps((failed, error)))
        finally:
            os._exit(0)
