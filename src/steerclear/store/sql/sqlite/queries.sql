-- name: put_line
-- description: A line's genesis stays, its local settings may change.
INSERT INTO lines (line, genesis, settings) VALUES (?1, ?2, ?3)
ON CONFLICT (line) DO UPDATE SET settings = excluded.settings;

-- name: lines
-- description: All lines this node is on.
SELECT line, genesis, settings FROM lines;

-- name: put_log
-- description: A number for an origin never heard of.
INSERT INTO logs (line, origin) VALUES (?1, ?2) RETURNING log;

-- name: logs
-- description: Every log with its number and the position of its last leaf.
SELECT origin, log, (SELECT max(position) FROM leaves WHERE position BETWEEN log << 40 AND (log + 1 << 40) - 1)
FROM logs;

-- name: put_leaf
-- description: A new leaf at its place.
INSERT INTO leaves (position, id, leaf) VALUES (?1, ?2, ?3);

-- name: leaf
-- description: One leaf, to compare.
SELECT leaf FROM leaves WHERE position = ?1;

-- name: leaves
-- description: Leaves from one position up to another, in order.
SELECT leaf FROM leaves WHERE position >= ?1 AND position < ?2 ORDER BY position;

-- name: positions
-- description: Where an entry stands.
SELECT origin, position & (1 << 40) - 1 FROM leaves JOIN logs ON log = position >> 40 WHERE id = ?1 ORDER BY 1, 2;

-- name: put_checkpoint
-- description: One more checkpoint note of a size, unless the same bytes are held.
INSERT INTO checkpoints (log, size, nth, note)
SELECT ?1, ?2, (SELECT count(*) FROM checkpoints WHERE log = ?1 AND size = ?2), ?3
WHERE NOT EXISTS (SELECT 1 FROM checkpoints WHERE log = ?1 AND size = ?2 AND note = ?3);

-- name: latest_checkpoint
-- description: Of the greatest size the one stored last.
SELECT note FROM checkpoints WHERE log = ?1 ORDER BY size DESC, nth DESC LIMIT 1;

-- name: checkpoint_covering
-- description: Of the smallest size that suffices the one stored first.
SELECT note FROM checkpoints WHERE log = ?1 AND size >= ?2 ORDER BY size, nth LIMIT 1;

-- name: checkpoints
-- description: All from a size on.
SELECT size, note FROM checkpoints WHERE log = ?1 AND size >= ?2 ORDER BY size, nth;

-- name: put_cosignature
-- description: Per mirror, algorithm and size the earliest stays for ever (record.md, State).
INSERT INTO cosignatures (log, mirror, algorithm, size, time_s, line, checkpoint) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO UPDATE SET time_s = excluded.time_s, line = excluded.line, checkpoint = excluded.checkpoint
WHERE excluded.time_s < cosignatures.time_s;

-- name: put_newest_cosignature
-- description: The newest of each mirror and algorithm, which `seen` embeds and silence is measured by.
INSERT INTO newest_cosignatures (log, mirror, algorithm, size, time_s, line, checkpoint)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO UPDATE SET size = excluded.size, time_s = excluded.time_s, line = excluded.line,
    checkpoint = excluded.checkpoint
WHERE (excluded.time_s, excluded.size) > (newest_cosignatures.time_s, newest_cosignatures.size);

-- name: cosignatures
-- description: The earliest and the newest, each once.
SELECT mirror, algorithm, size, time_s, line, checkpoint FROM cosignatures WHERE log = ?1 AND size >= ?2
UNION
SELECT mirror, algorithm, size, time_s, line, checkpoint FROM newest_cosignatures WHERE log = ?1 AND size >= ?2
ORDER BY 1, 2, 3, 4;

-- name: put_payload
-- description: Ciphertext of an entry, in the place of an earlier one.
INSERT INTO payloads (id, sealed) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed;

-- name: drop_payload
-- description: Ciphertext gone; secure_delete overwrites it.
DELETE FROM payloads WHERE id = ?1;

-- name: payload
-- description: Ciphertext of an entry.
SELECT sealed FROM payloads WHERE id = ?1;

-- name: payload_ids
-- description: Entries with a ciphertext.
SELECT id FROM payloads;

-- name: put_slot
-- description: Where the wrapped key of an entry stands from now on.
INSERT INTO key_slots (id, slot) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET slot = excluded.slot;

-- name: drop_slot
-- description: The entry has no wrapped key any more.
DELETE FROM key_slots WHERE id = ?1;

-- name: drop_slots
-- description: No entry has one any more.
DELETE FROM key_slots;

-- name: slot
-- description: Where the wrapped key of an entry stands.
SELECT slot FROM key_slots WHERE id = ?1;

-- name: slots
-- description: All of them, for the sweep at start.
SELECT id, slot FROM key_slots;

-- name: put_side
-- description: A side datum, in the place of an earlier one.
INSERT INTO sides (ns, key, value) VALUES (?1, ?2, ?3) ON CONFLICT (ns, key) DO UPDATE SET value = excluded.value;

-- name: drop_side
-- description: A side datum gone.
DELETE FROM sides WHERE ns = ?1 AND key = ?2;

-- name: side
-- description: One namespace.
SELECT key, value FROM sides WHERE ns = ?1;

-- name: put_idempotency
-- description: An answer that was given.
INSERT OR IGNORE INTO idempotency (key, result) VALUES (?1, ?2);

-- name: idempotency
-- description: The answer given to a key.
SELECT result FROM idempotency WHERE key = ?1;
