"""The one place that wires: configuration and home into a node behind its queue, its edges, and the loops between.

Called by `cli` and `replay`, which use `build` (a node in this process) or `serve` (a node as a server). It decides
nothing and keeps nothing: whatever happens is a command to the node. A node on the system's clock runs by itself; one
on a stepped clock moves only when it is told (`App.pump`, or the control socket).
"""

from steerclear.app.build import App, build
from steerclear.app.serve import serve

__all__ = ["App", "build", "serve"]
