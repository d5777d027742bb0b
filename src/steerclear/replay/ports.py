"""A port for a node that starts in a moment."""

from __future__ import annotations

import random
import socket
from typing import Final

LEAST, MOST = 20_000, 32_000
"""Below the ports that the system hands out by itself (Linux: from 32,768): between the look and the node's own
binding nobody's outgoing connection can take one."""
TRIES: Final = 200


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """One on 127.0.0.1 that nobody listens on now, drawn at random, so that many who ask at once rarely meet. Raises
    `OSError` where none was found."""
    for _ in range(TRIES):
        port = random.randrange(LEAST, MOST)
        with socket.socket(type=kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port on 127.0.0.1 between {LEAST} and {MOST}")
