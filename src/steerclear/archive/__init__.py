"""Archive: tracks as partitioned Parquet, and every encounter in them.

Tracks come as `feeds.Batch` (`Recorder`) or as files of others (`importing`), lie in files of one hour and one trust
class (`layout`), each named with its SHA-256 in a manifest (`manifest`) whose own hash an officer may put on record;
what came from local feeds of others' movers goes after 24 hours unless an incident holds it (`retention`). `scan`
looks at a window of time with what touches its edges and returns the encounters of it: a pure function of its unit,
so that any number of processes may share the work (`run`), and a resumed one repeats nothing.

It searches for encounters of which one side is own, or that broke a minimum of the terms; it has no search by place,
by identity, by dwell, formation or rendezvous (spec/boundary.md). It needs the extra `archive` (Polars; Matplotlib
for pictures), imported when it is first used. `cli`, `app` and anybody's program call it; it reads no clock: every
instant is an argument.
"""
