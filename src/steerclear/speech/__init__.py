"""What parties may say to each other: the kinds, their bodies, the desk that refuses before signing, the
reader that never does.

Anybody above may call it; it stands on `record` (JCS, the clear header) and `space` (volumes, altitudes,
positions). It never reads a clock, a key, a log or the network; it knows no state (that is `procedure`) and
judges no plan against another (that is `judgement`). It has no field for a target, a weapon, a mission, an
intent or the identity of an adversary, no code that says a place is empty, and no code that approves
(spec/boundary.md).
"""
