"""The scenario player: history as data, played through real nodes in one process.

A scenario is a TOML file (`docs/reference/scenario-format.md`): parties, lines, what each post does when, and
criteria. `load` reads one, `play` drives real nodes through their public API on a stepped clock and judges each
criterion by a query on a named node's API or on files that it wrote. The command line and the demonstration call
this room; nothing below it does. It never decides what a node should answer, never reads a node's inside, and no
scenario's name or position is known to anything outside the scenario's own file.
"""
