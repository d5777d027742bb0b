"""Simulator: seeded traffic in the air and at sea, as what really sends would have sent it.

`world` is who flies and sails and how they move, `sensor` what is heard of them (noise, gaps, delay), `writing` the
same as `aircraft.json`, SBS lines, AIS sentences or lines of the format `simulated`, `serving` one of these on a
loopback port in real time. The same seed gives the same bytes. `cli` calls it, and any test or bench that needs
traffic.

It is for exercise lines only: every report, in every format, carries the word EXERCISE, and `marks.marked` finds it,
so that a node can refuse such bytes on a real line (spec/messages.md, Header). Addresses and MMSIs are of blocks that
no state gives to anybody. It reads no clock but in `serving`.
"""
