"""Feeds: bytes of what flies and sails in, arrays out. Whoever opens sockets, files or HTTP is `app`; this
room never does.

`formats.open_reader(name) -> Reader`; `reader.read(chunk, received_ms) -> Read(batch, drops, seen)`: any
bytes give rows or counted drops, never an exception, and a report may be cut between two chunks.
`Tracks.take(source, batch, received_ms)` keeps the latest state of each mover and source with a short
history and counts what it did not take as fresh; `Tracks.picture(now_ms)` is one row a mover for the
kernels, with age, source and trust. No Python object a track: every column is a numpy array. Nothing here
reads a clock; every instant is an argument.
"""
