"""What was said, so that neither side can deny it: signed notes in one append-only Merkle log per party and
line.

This room holds the formats (canonical JSON, notes, keys, trees, tiles, checkpoints, cosignatures), the
rules of the line that every node must judge alike (genesis, cards, keys at a log position, `admit`, order,
times, delivery, silence, forks) and the evidence kit with the check that a stranger makes of it. Any room
above may call it. It never opens a file or a socket, never reads a clock, never decides what an entry means
for procedure, and never lets a network, a locale or a time zone change a verdict: bytes and instants come
in as arguments, verdicts go out as values. Formats are those of C2SP (signed-note, tlog-checkpoint,
tlog-cosignature, tlog-tiles, tlog-witness, tlog-proof; see docs/explanation/formats.md for the commits
read) and design/record.md.
"""
