-- name: put_line
-- description: A line's genesis stays, its local settings may change.
INSERT INTO lines (line, genesis, settings) VALUES (%s, %s, %s)
ON CONFLICT (line) DO UPDATE SET settings = excluded.settings;

-- name: lines
-- description: All lines this node is on.
SELECT line, genesis, settings FROM lines;

-- name: put_log
-- description: A number for an origin never heard of.
INSERT INTO logs (line, origin) VALUES (%s, %s) RETURNING log;

-- name: logs
-- description: Every log with its number and its size.
SELECT origin, log, coalesce((SELECT max(index) + 1 FROM leaves WHERE leaves.log = logs.log), 0) FROM logs;

-- name: put_leaves
-- description: New leaves at their places, as columns.
INSERT INTO leaves (log, index, id, leaf)
SELECT * FROM unnest(%b::integer[], %b::bigint[], %b::bytea[], %b::bytea[]);

-- name: leaf
-- description: One leaf, to compare.
SELECT leaf FROM leaves WHERE log = %s AND index = %s;

-- name: leaves
-- description: Leaves from one index up to another, in order.
SELECT leaf FROM leaves WHERE log = %s AND index >= %s AND index < %s ORDER BY index;

-- name: positions
-- description: Where an entry stands.
SELECT origin, index FROM leaves JOIN logs USING (log) WHERE id = %s ORDER BY origin COLLATE "C", index;

-- name: put_checkpoints
-- description: One more note of each size, unless the same bytes are held; the rows come in order, one size once.
INSERT INTO checkpoints (log, size, nth, note)
SELECT given.log, given.size, (SELECT count(*) FROM checkpoints c WHERE c.log = given.log AND c.size = given.size), note
FROM unnest(%b::integer[], %b::bigint[], %b::bytea[]) AS given (log, size, note)
WHERE NOT EXISTS (
    SELECT 1 FROM checkpoints c WHERE c.log = given.log AND c.size = given.size AND c.note = given.note
);

-- name: latest_checkpoint
-- description: Of the greatest size the one stored last.
SELECT note FROM checkpoints WHERE log = %s ORDER BY size DESC, nth DESC LIMIT 1;

-- name: checkpoint_covering
-- description: Of the smallest size that suffices the one stored first.
SELECT note FROM checkpoints WHERE log = %s AND size >= %s ORDER BY size, nth LIMIT 1;

-- name: checkpoints
-- description: All from a size on.
SELECT size, note FROM checkpoints WHERE log = %s AND size >= %s ORDER BY size, nth;

-- name: put_cosignatures
-- description: Per mirror, algorithm and size the earliest stays for ever (record.md, State); each of them once here.
INSERT INTO cosignatures (log, mirror, algorithm, size, time_s, line, checkpoint)
SELECT * FROM unnest(
    %b::integer[], %s::text[], %b::smallint[], %b::bigint[], %b::bigint[], %b::bytea[], %b::bytea[]
)
ON CONFLICT (log, mirror, algorithm, size) DO UPDATE
SET time_s = excluded.time_s, line = excluded.line, checkpoint = excluded.checkpoint
WHERE excluded.time_s < cosignatures.time_s;

-- name: put_newest_cosignatures
-- description: The newest of each mirror and algorithm, which `seen` embeds and silence is measured by; each once.
INSERT INTO newest_cosignatures (log, mirror, algorithm, size, time_s, line, checkpoint)
SELECT * FROM unnest(
    %b::integer[], %s::text[], %b::smallint[], %b::bigint[], %b::bigint[], %b::bytea[], %b::bytea[]
)
ON CONFLICT (log, mirror, algorithm) DO UPDATE
SET size = excluded.size, time_s = excluded.time_s, line = excluded.line, checkpoint = excluded.checkpoint
WHERE (excluded.time_s, excluded.size) > (newest_cosignatures.time_s, newest_cosignatures.size);

-- name: cosignatures
-- description: The earliest and the newest, each once.
SELECT mirror, algorithm, size, time_s, line, checkpoint FROM (
    SELECT mirror, algorithm, size, time_s, line, checkpoint FROM cosignatures WHERE log = %(log)s AND size >= %(start)s
    UNION
    SELECT mirror, algorithm, size, time_s, line, checkpoint FROM newest_cosignatures
    WHERE log = %(log)s AND size >= %(start)s
) AS kept
ORDER BY mirror COLLATE "C", algorithm, size, time_s;

-- name: put_payloads
-- description: Ciphertexts, in the place of earlier ones.
INSERT INTO payloads (id, sealed) SELECT * FROM unnest(%b::bytea[], %b::bytea[])
ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed;

-- name: drop_payloads
-- description: Ciphertexts gone; dead rows hold them until VACUUM, which the key file makes harmless.
DELETE FROM payloads WHERE id = ANY (%b::bytea[]);

-- name: payload
-- description: Ciphertext of an entry.
SELECT sealed FROM payloads WHERE id = %s;

-- name: payload_ids
-- description: Entries with a ciphertext.
SELECT id FROM payloads;

-- name: put_slots
-- description: Where the wrapped keys stand from now on.
INSERT INTO key_slots (id, slot) SELECT * FROM unnest(%b::bytea[], %b::integer[])
ON CONFLICT (id) DO UPDATE SET slot = excluded.slot;

-- name: drop_slots
-- description: These entries have no wrapped key any more.
DELETE FROM key_slots WHERE id = ANY (%b::bytea[]);

-- name: drop_all_slots
-- description: No entry has one any more.
TRUNCATE key_slots;

-- name: slots_of
-- description: Where the wrapped keys of some entries stand.
SELECT slot FROM key_slots WHERE id = ANY (%b::bytea[]);

-- name: slot
-- description: Where the wrapped key of an entry stands.
SELECT slot FROM key_slots WHERE id = %s;

-- name: slots
-- description: All of them, for the sweep at start.
SELECT id, slot FROM key_slots;

-- name: put_sides
-- description: Side data, in the place of earlier ones.
INSERT INTO sides (ns, key, value) SELECT * FROM unnest(%s::text[], %s::text[], %b::bytea[])
ON CONFLICT (ns, key) DO UPDATE SET value = excluded.value;

-- name: drop_sides
-- description: Side data gone.
DELETE FROM sides WHERE (ns, key) IN (SELECT * FROM unnest(%s::text[], %s::text[]));

-- name: side
-- description: One namespace.
SELECT key, value FROM sides WHERE ns = %s;

-- name: put_idempotency
-- description: Answers that were given.
INSERT INTO idempotency (key, result) SELECT * FROM unnest(%s::text[], %b::bytea[])
ON CONFLICT (key) DO NOTHING;

-- name: idempotency
-- description: The answer given to a key.
SELECT result FROM idempotency WHERE key = %s;

-- name: contradictions
-- description: Keys answered otherwise before.
SELECT held.key FROM unnest(%s::text[], %b::bytea[]) AS given (key, result)
JOIN idempotency AS held ON held.key = given.key WHERE held.result <> given.result;
