"""What the tests of the command line share: a command run in this process, a free port, answers as JSON."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steerclear.cli.main import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """Exit code and what was printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*argv: object) -> Ran:
    """One command line; a usage error's exit is its code."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(one) for one in argv])
        except SystemExit as error:
            code = int(error.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def good(*argv: object) -> Ran:
    """As `run`, and it must have gone well."""
    ran = run(*argv)
    assert ran.code == 0, f"{argv}: {ran.code}\n{ran.out}\n{ran.err}"
    return ran
