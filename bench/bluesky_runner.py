"""Run by the Python of BlueSky's own environment (bench/bluesky_beside.py), never by ours: times its detection.

python -P bluesky_runner.py SET.npz numpy|compiled TIMES GIBIBYTES   →   one line of JSON, the last one
"""

import json
import resource
import sys
import time
import types

import numpy as np


def main(path: str, which: str, times: int) -> dict[str, object]:
    from bluesky.traffic.asas import statebased

    given = np.load(path)
    n = len(given["lat"])
    traffic = types.SimpleNamespace(ntraf=n, id=[f"A{k}" for k in range(n)])
    for name in ("lat", "lon", "trk", "gs", "alt", "vs"):
        setattr(traffic, name, given[name])
    minima = [np.full(n, float(given[name])) for name in ("rpz", "hpz", "ahead")]
    took = []
    found = 0
    for _ in range(times):
        began = time.perf_counter()
        if which == "compiled":
            answer = statebased.cstatebased.detect(traffic, traffic, *minima)
        else:
            answer = statebased.StateBased.detect(None, traffic, traffic, *minima)
        took.append((time.perf_counter() - began) * 1e3)
        found = len({frozenset(pair) for pair in answer[0]})
    return {"ms": took, "pairs": found}


if __name__ == "__main__":
    limit = int(sys.argv[4]) * 2**30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        print(json.dumps(main(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
    except MemoryError:
        print(json.dumps({"out_of_memory": True}))
