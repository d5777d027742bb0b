"""`python -m steerclear.kernels.build`: make the compiled twin of `pairs.c`, where there is a compiler.

The hook that builds wheels and editable installs (`hatch_build.py`) runs it too, before anything is installed: so it
imports the standard library alone. Flags are portable: no processor is assumed, no fast-math, nothing contracted.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

FLAGS: Final = (
    *("-std=c11", "-O3", "-fPIC", "-shared", "-Wall", "-Wextra"),
    *("-ffp-contract=off", "-fno-fast-math", "-fno-math-errno"),
)
HERE: Final = Path(__file__).resolve().parent


def build(folder: Path = HERE) -> str:
    """Makes `pairs.so` of `pairs.c` in a folder; returns what came of it, "" when it was made.

    Nothing fails for want of a compiler: without the library the numpy search answers.
    """
    compiler = _compiler()
    if compiler is None:
        return "no C compiler (cc, gcc or clang, or $CC): the numpy search is used"
    source, library = folder / "pairs.c", folder / "pairs.so"
    made_of = hashlib.sha256(source.read_bytes()).hexdigest()
    half = library.with_suffix(f".{os.getpid()}.part")
    try:
        done = subprocess.run(
            [*compiler, *FLAGS, f'-DSOURCE="{made_of}"', "-o", str(half), str(source), "-lm"],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            return f"{compiler[0]} ended with {done.returncode}, the numpy search is used:\n{done.stderr}"
        half.replace(library)
    except OSError as error:
        return f"not built, the numpy search is used: {error}"
    finally:
        half.unlink(missing_ok=True)
    return ""


def _compiler() -> list[str] | None:
    named = shlex.split(os.environ.get("CC", ""))
    for words in [named] if named else [["cc"], ["gcc"], ["clang"]]:
        if shutil.which(words[0]):
            return words
    return None


def main() -> int:
    why = build()
    print(why or f"built {HERE / 'pairs.so'}", file=sys.stderr if why else sys.stdout)
    return 1 if why else 0


if __name__ == "__main__":
    raise SystemExit(main())
