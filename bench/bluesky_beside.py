"""BlueSky's conflict detection on the same inputs in the same run, as a yardstick.

`bluesky-simulator` is GPL: it is installed into an environment of its own under `out/` when it is first asked for, run
as another process, and neither imported nor locked nor shipped by Steerclear.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import numpy as np

from steerclear.kernels import Minima, Movers

OUT = Path("out")
HOME = OUT / "bluesky"
PACKAGE = "bluesky-simulator"
RUNNER = Path(__file__).with_name("bluesky_runner.py")
MEMORY_GIB = 12


def python() -> Path | None:
    """The interpreter of BlueSky's environment, made when it is missing; None where that cannot be done."""
    found = HOME / "bin/python"
    if (HOME / "ready").exists():
        return found
    print(f"pairs: installing {PACKAGE} into {HOME} ...", file=sys.stderr)
    try:
        venv.create(HOME, with_pip=True)
        subprocess.run(
            [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE],
            check=True,
            stdout=sys.stderr,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"pairs: no {PACKAGE}: {error}", file=sys.stderr)
        return None
    (HOME / "ready").touch()
    return found


def detect(movers: Movers, minima: Minima, which: str, times: int) -> dict[str, Any] | None:
    """`{"ms": […], "pairs": n}`, `{"out_of_memory": True}`, or None where it does not run. One group of minima."""
    interpreter = python()
    if interpreter is None:
        return None
    given = OUT / "bluesky_set.npz"
    np.savez(given, **_inputs(movers, minima))
    command = [interpreter.absolute(), "-P", RUNNER, given.absolute(), which, str(times), str(MEMORY_GIB)]
    own = {**os.environ, "HOME": str(HOME.absolute()), "PYTHONPATH": ""}
    done = subprocess.run(command, cwd=HOME, env=own, capture_output=True, text=True)
    last = done.stdout.strip().splitlines()[-1:] or [""]
    if done.returncode in (-9, 137):
        return {"out_of_memory": True}
    if not last[0].startswith("{"):
        print(f"pairs: BlueSky did not answer: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return None
    answer: dict[str, Any] = json.loads(last[0])
    return answer


def _inputs(movers: Movers, minima: Minima) -> dict[str, Any]:
    """In BlueSky's terms: degrees, track and ground speed, metres."""
    return {
        "lat": movers.lat_deg,
        "lon": movers.lon_deg,
        "trk": np.degrees(np.arctan2(movers.ve_mps, movers.vn_mps)) % 360,
        "gs": np.hypot(movers.ve_mps, movers.vn_mps),
        "alt": movers.alt_low_m,
        "vs": movers.vu_low_mps,
        "rpz": minima.horizontal_m[0, 0],
        "hpz": minima.vertical_m[0, 0],
        "ahead": minima.look_ahead_s[0, 0],
    }
